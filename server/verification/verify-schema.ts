import { z } from '@hono/zod-openapi'
import { offset, quote } from '../answer/answer-schema.ts'
import { collections, documentIds } from '../conversation/ask-body.ts'

/** The length of the longest draft over HTTP and MCP, in Unicode code points, as JSON Schema counts. */
export const MAX_DRAFT = 20_000

/**
 * The size of a request with a draft, in KiB. A draft of the greatest length has 235 KiB where every character is a pair that is
 * escaped in JSON.
 */
export const MAX_DRAFT_KIB = 256

/**
 * The lowest score of a similar sentence, 0 to 1, if the client names none. Measured on the shipped document: eight of ten
 * paraphrases of its sentences had a higher score, and 2 % of 400 sentences of other texts.
 */
export const DEFAULT_THRESHOLD = 0.3

/** What `POST /verify` takes. */
export const verifyBody = z
  .strictObject({
    text: z
      .string()
      .min(1)
      .refine(
        (text) => text.length <= MAX_DRAFT || Array.from(text).length <= MAX_DRAFT,
        `must have at most ${MAX_DRAFT} characters; send a longer draft in parts`,
      )
      .openapi({ maxLength: MAX_DRAFT, description: 'A sentence, a quotation, or a whole draft' }),
    documents: documentIds.optional(),
    collections: collections.optional(),
    threshold: z.number().min(0).max(1).default(DEFAULT_THRESHOLD).openapi({
      description:
        'The lowest score, by the cross-encoder, of a sentence that is shown as similar. With 1, similar sentences are not looked for, which is faster',
    }),
  })
  .openapi('Draft')

/** A body of `POST /verify` that was checked. */
export type VerifyBody = z.infer<typeof verifyBody>

const piece = z.object({ start: offset, end: offset, text: z.string() })

const difference = z
  .object({
    kind: z.enum(['changed', 'added', 'left-out']),
    draft: piece
      .nullable()
      .openapi({ description: 'In the text that was sent; null if words were left out' }),
    source: piece.nullable().openapi({
      description: 'In the document of the first quote; null if words were added',
    }),
  })
  .openapi('Difference')

const verdict = z.enum(['quoted', 'altered', 'similar', 'not-found']).openapi({
  description:
    'quoted: a document has it word for word; altered: a document nearly has it; similar: a document may say the same in other words; not-found: no document has it',
})

const judged = {
  start: offset.openapi({ description: 'In UTF-16 code units of the text that was sent, from 0' }),
  end: offset.openapi({ description: 'Exclusive' }),
  text: z.string(),
  verdict,
  confidence: z.number().min(0).max(1).openapi({
    description:
      'quoted: 1; altered: the share of the words that are the same; similar: the score of the cross-encoder; not-found: 0',
  }),
  differences: z.array(difference).openapi({
    description:
      'Only if it is altered: what differs from the first quote, in the order of the text',
  }),
  quotes: z.array(quote).openapi({
    description: 'The places in the documents, best first; highlight has the words that were found',
  }),
}

/** What is said of a quotation inside a sentence. */
const verifiedQuotation = z.object(judged).openapi('VerifiedQuotation')

/** What is said of a sentence. */
export const verifiedSentence = z
  .object({
    ...judged,
    isQuotation: z.boolean().openapi({
      description: 'Whether quotation marks enclose all of it, alone or with its neighbours',
    }),
    quotations: z.array(verifiedQuotation).openapi({
      description: 'The quotations that are a part of the sentence',
    }),
  })
  .openapi('VerifiedSentence')

/** {@link verifiedSentence} as a type. */
export type VerifiedSentence = z.infer<typeof verifiedSentence>
