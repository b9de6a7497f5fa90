import { z } from 'zod'
import type { Span } from '../../index/span.ts'
import { quote, type QuoteJson } from '../answer/answer-schema.ts'

/** A turn of a conversation, as it is kept. */
export const turn = z.object({
  /** As it was typed. */
  question: z.string(),
  /** What was searched for; for what is no question, as it was typed. */
  interpretedAs: z.string(),
  /** False for "thanks" and the like. */
  searched: z.boolean(),
  answered: z.boolean(),
  /** Plain text. */
  answer: z.string(),
  confidence: z.number(),
  quotes: z.array(quote),
  /** Where nothing was answered: what came closest. */
  closest: z.array(quote),
  /** What the search leaned towards; null where the question stood alone. */
  focus: z
    .object({
      documentId: z.string(),
      paragraph: z.int().nullable(),
      shown: z.array(z.object({ documentId: z.string(), start: z.int(), end: z.int() })).readonly(),
    })
    .nullable(),
  /** Documents that the conversation may be about by then, with how much speaks for each. */
  beliefs: z.array(z.tuple([z.string(), z.number()])),
})

export type Turn = z.infer<typeof turn>

/** Where a quote stands. */
export function spanOf({
  citation: { documentId, start, end },
}: QuoteJson): Span & { documentId: string } {
  return { documentId, start, end }
}
