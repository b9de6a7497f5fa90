import { z } from '@hono/zod-openapi'
import { details, offset } from '../answer/answer-schema.ts'
import {
  conversationId,
  DEFAULT_QUOTES,
  documentIds,
  MAX_QUOTES,
  maxQuotes,
  question,
} from '../conversation/ask-body.ts'

/** The same as a query: `documents` may be given several times, or with commas. */
export const askQuery = z.strictObject({
  question,
  conversationId: conversationId.optional(),
  maxQuotes: z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(maxQuotes)
    .default(DEFAULT_QUOTES)
    .openapi({ type: 'integer', minimum: 1, maximum: MAX_QUOTES, default: DEFAULT_QUOTES }),
  documents: z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat().flatMap((ids) => ids.split(',')))
    .pipe(documentIds)
    .optional()
    .openapi({ type: 'array', items: { type: 'string' } }),
  explain: z
    .enum(['true', 'false'])
    .default('false')
    .transform((value) => value === 'true')
    .openapi({ type: 'boolean', default: false }),
})

export const documentSummary = z
  .object({
    id: z.string(),
    ...details,
    characters: z.int().min(0).openapi({ description: 'UTF-16 code units of the text' }),
    paragraphs: z.int().min(0),
  })
  .openapi('DocumentSummary')

export const documentPage = documentSummary
  .extend({
    publisher: z.string().nullable(),
    source: z.string().nullable(),
    text: z.string(),
    quote: z
      .object({ start: offset, end: offset, text: z.string() })
      .nullable()
      .openapi({ description: 'What start and end ask for' }),
  })
  .openapi('Document')

export const documentParams = z.object({
  id: z.string().openapi({ example: 'inss-insight-1351' }),
})

const offsetParameter = z
  .string()
  .regex(/^\d{1,15}$/, 'must be a whole number')
  .transform(Number)
  .openapi({ type: 'integer', minimum: 0 })

export const rangeQuery = z
  .strictObject({ start: offsetParameter.optional(), end: offsetParameter.optional() })
  .refine(({ start, end }) => (start === undefined) === (end === undefined), {
    path: ['end'],
    message: 'start and end go together',
  })
  .refine(({ start = 0, end = 1 }) => start < end, {
    path: ['end'],
    message: 'must be greater than start',
  })

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem')

/** What a route may answer instead, for its description. */
export function failure(description: string) {
  return { description, content: { 'application/problem+json': { schema: problem } } }
}

export const state = z.object({ status: z.string() }).openapi('State')
