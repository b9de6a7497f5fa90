import { z } from 'zod'

/**
 * The shapes in which every storage engine keeps what people said. They are independent of the HTTP API: a change
 * here needs a migration of what is kept, or a default for it, and a change of the API needs none.
 */

const offset = z.int().min(0)

/**
 * A piece of a document, with all that its citation names. Offsets count UTF-16 code units of the document's text; ends are
 * exclusive.
 */
const storedExcerpt = z.object({
  documentId: z.string(),
  title: z.string(),
  author: z.string().nullable(),
  date: z.string().nullable(),
  publisher: z.string().nullable(),
  source: z.string().nullable(),
  start: offset,
  end: offset,
  /** The number of the paragraph in the document, from 1. */
  paragraph: z.int().min(1),
  heading: z.string().nullable(),
  /** Identifies the document's text. Quotes of older versions have none. */
  version: z.string().nullable().default(null),
  /** How many code points of the text stand before `start`. Not known of quotes of older versions. */
  codePoint: offset.nullable().default(null),
  /** Where it stands on the document's pages; null where it has none. Quotes of older versions have none. */
  place: z
    .object({
      page: z.object({
        first: z.int().min(1),
        last: z.int().min(1),
        label: z.string().nullable(),
      }),
      /** In points, from the top left corner of the page. */
      rects: z.array(
        z.object({
          page: z.int().min(1),
          x: z.number(),
          y: z.number(),
          width: z.number(),
          height: z.number(),
        }),
      ),
    })
    .nullable()
    .default(null),
  /** The address of the quote where the document was published; null without one. Quotes of older versions have none. */
  original: z.string().nullable().default(null),
  /** The document's text from `start` to `end`. */
  text: z.string(),
  /** The passage around the quote. */
  passage: z.object({ text: z.string(), start: offset, end: offset }),
})

export type StoredExcerpt = z.infer<typeof storedExcerpt>

/** A quote. */
export const storedQuote = storedExcerpt.extend({
  /** The words that answer, inside the quote; null where they are not known. Quotes of older versions have none. */
  highlight: z.object({ start: offset, end: offset }).nullable().default(null),
  /** Calibrated, 0 to 1. */
  confidence: z.number(),
  /** Where other documents say the same. Quotes of older versions have none. */
  copies: z.array(storedExcerpt).default([]),
  /** Who chose the quote, when (in ms since 1970) and for which question; null where a search found it. */
  vouched: z
    .object({ by: z.string(), atMs: z.number(), question: z.string() })
    .nullable()
    .default(null),
})

export type StoredQuote = z.infer<typeof storedQuote>

/** A question with the reply to it: what feedback judges, and what the buttons under a message in Slack refer to. */
export const storedReply = z.object({
  /** As the person typed it. */
  question: z.string(),
  /** The stand-alone question that was searched for; of small talk, the text as typed. */
  interpretedAs: z.string(),
  /** Whether the documents answer it. */
  answered: z.boolean(),
  /** The reply as plain text. */
  answer: z.string(),
  /** Calibrated, 0 to 1. */
  confidence: z.number(),
  /** Best first; empty where nothing answers. */
  quotes: z.array(storedQuote),
  /** Quotes on the same subject that probably do not answer. Replies of older versions have none. */
  alsoOnThis: z.array(storedQuote).default([]),
  /** Where nothing answers: the nearest quotes, best first. */
  closest: z.array(storedQuote),
})

export type StoredReply = z.infer<typeof storedReply>

/** A turn of a conversation, with what the reading of later turns needs. */
export const storedTurn = storedReply.extend({
  /** Whether the documents were searched; false for small talk such as "thanks". */
  searched: z.boolean(),
  /** What the reading added to the question from the conversation. Turns of older versions have none. */
  added: z.array(z.string()).default([]),
  /** Names the request that made the turn, if that may come again, as an event of Slack. Turns of older versions have none. */
  requestId: z.string().nullable().default(null),
  /** The collections that the asker may see; null: all. Turns of older versions have none. */
  visible: z.array(z.string()).readonly().nullable().default(null),
})

export type StoredTurn = z.infer<typeof storedTurn>

/** A place in a document that was found for a question that is kept. */
export const foundPlace = z.object({
  documentId: z.string(),
  title: z.string(),
  start: offset,
  end: offset,
  /** The beginning of what stands there. */
  text: z.string(),
})

export type FoundPlace = z.infer<typeof foundPlace>
