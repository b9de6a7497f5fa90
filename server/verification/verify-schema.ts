import { z } from '@hono/zod-openapi'
import { offset, quote } from '../answer/answer-schema.ts'
import { collections, documentIds } from '../conversation/ask-body.ts'

/** In Unicode code points, as JSON Schema counts. */
export const MAX_DRAFT = 20_000

/**
 * The size of a request with a draft, in KiB. A draft of the greatest length has 235 KiB where every character is a pair that is
 * escaped in JSON.
 */
export const MAX_DRAFT_KIB = 256

/**
 * Of ten paraphrases of sentences of the shipped document, eight had a probability above this, and of 400 sentences of other texts
 * two in a hundred.
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
        'From which probability on, by the cross-encoder, a sentence in other words is shown as similar. With 1 none is looked for, which is faster',
    }),
  })
  .openapi('Draft')

export type VerifyBody = z.infer<typeof verifyBody>

const piece = z.object({ start: offset, end: offset, text: z.string() })

const difference = z
  .object({
    kind: z.enum(['changed', 'added', 'left-out']),
    draft: piece
      .nullable()
      .openapi({ description: 'In the text that was sent; null where it was left out' }),
    source: piece.nullable().openapi({
      description: 'In the document of the first quote; null where it was added',
    }),
  })
  .openapi('Difference')

const verdict = z.enum(['quoted', 'altered', 'similar', 'not-found']).openapi({
  description:
    'quoted: it stands in a document word for word; altered: it nearly stands there; similar: other words near it; not-found: nothing is near it',
})

const judged = {
  start: offset.openapi({ description: 'In UTF-16 code units of the text that was sent, from 0' }),
  end: offset.openapi({ description: 'Exclusive' }),
  text: z.string(),
  verdict,
  confidence: z.number().min(0).max(1).openapi({
    description:
      '1 where it is quoted; the share of its words that stand there where it is altered; the probability by the cross-encoder where it is similar; 0 where it is not found',
  }),
  differences: z.array(difference).openapi({
    description: 'Where it is altered: what differs from the first quote, in the order of the text',
  }),
  quotes: z
    .array(quote)
    .openapi({ description: 'Where it stands, best first; the words are marked' }),
}

/** What is said of a quotation inside a sentence. */
const verifiedQuotation = z.object(judged).openapi('VerifiedQuotation')

/** What is said of a sentence. */
export const verifiedSentence = z
  .object({
    ...judged,
    isQuotation: z.boolean().openapi({
      description: 'Whether all of it stands in quotation marks, alone or with its neighbours',
    }),
    quotations: z.array(verifiedQuotation).openapi({
      description: 'What stands in quotation marks in a part of the sentence',
    }),
  })
  .openapi('VerifiedSentence')

export type VerifiedSentence = z.infer<typeof verifiedSentence>
