import { z } from '@hono/zod-openapi'

const MAX_QUESTION = 1000
export const MAX_QUOTES = 10
export const DEFAULT_QUOTES = 3

export const question = z
  .string()
  .trim()
  .max(MAX_QUESTION, `must have at most ${MAX_QUESTION} characters`)
  .regex(/[\p{L}\p{N}]/u, 'must not be empty: it needs a letter or a digit')
  .openapi({ example: 'why did Iran not oppose Kadhimi?' })
export const conversationId = z
  .string()
  .regex(/^[\w-]{1,64}$/, 'is not a conversation id')
  .openapi({ description: 'As an earlier answer gave it' })
export const maxQuotes = z.int().min(1).max(MAX_QUOTES)
export const documentIds = z
  .array(z.string().min(1))
  .min(1)
  .max(1000)
  .openapi({ description: 'Ids of the documents to answer from; all of them without it' })

/** What is asked, as the API takes it. */
export const askBody = z
  .strictObject({
    question,
    conversationId: conversationId.optional(),
    maxQuotes: maxQuotes.default(DEFAULT_QUOTES),
    documents: documentIds.optional(),
    explain: z.boolean().default(false),
  })
  .openapi('Question')

export type AskBody = z.infer<typeof askBody>
