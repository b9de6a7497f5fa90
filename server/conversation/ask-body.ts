import { z } from '@hono/zod-openapi'

/** In Unicode code points, after trimming. */
export const MAX_QUESTION = 1000
export const MAX_DOCUMENTS = 1000
export const MAX_QUOTES = 10
export const DEFAULT_QUOTES = 3

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u

export const question = z
  .string()
  .trim()
  .refine(
    // In code points, as JSON Schema counts.
    (text) => text.length <= MAX_QUESTION || Array.from(text).length <= MAX_QUESTION,
    `must have at most ${MAX_QUESTION} characters`,
  )
  .regex(LETTER_OR_DIGIT, 'must not be empty: it needs a letter or a digit')
  .openapi({
    maxLength: MAX_QUESTION,
    // Given here: made from the schema, it would have the expression's flag in it.
    pattern: LETTER_OR_DIGIT.source,
    example: 'why did Iran not oppose Kadhimi?',
  })
export const conversationId = z
  .string()
  .regex(/^[\w-]{1,64}$/, 'is not a conversation id')
  .openapi({ description: 'The conversation that an earlier answer named' })
export const maxQuotes = z
  .int()
  .min(1)
  .max(MAX_QUOTES)
  .openapi({ description: 'The most quotes that an answer has' })
export const documentIds = z
  .array(z.string().min(1))
  .min(1)
  .max(MAX_DOCUMENTS)
  .openapi({ description: 'Ids of the documents to answer from. Default: all of them' })

export const MAX_COLLECTIONS = 100
export const collections = z
  .array(z.string().min(1))
  .min(1)
  .max(MAX_COLLECTIONS)
  .openapi({ description: 'Collections to answer from, besides `documents`' })

/** A question as the API takes it. */
export const askBody = z
  .strictObject({
    question,
    conversationId: conversationId.optional(),
    maxQuotes: maxQuotes.default(DEFAULT_QUOTES),
    documents: documentIds.optional(),
    collections: collections.optional(),
    explain: z.boolean().default(false),
  })
  .openapi('Question')

export type AskBody = z.infer<typeof askBody>
