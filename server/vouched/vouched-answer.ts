import { z } from 'zod'

const offset = z.int().min(0)

/** A quote as it was chosen: the document's text from `start` to `end`, in UTF-16 code units. */
const vouchedQuote = z.object({
  documentId: z.string(),
  /** The collection of its document when it was chosen: known even when the document is gone. */
  collection: z.string().nullable(),
  /** Identifies the text of the document in which it was chosen. */
  version: z.string(),
  start: offset,
  end: offset,
  text: z.string(),
})

/** The shape in which a vouched answer is kept. */
export const keptVouchedAnswer = z.object({
  /** The question that it answers, so that it stands alone. */
  question: z.string(),
  quotes: z.array(vouchedQuote).min(1),
  /** The name of the person or the key that chose the quotes. */
  by: z.string(),
  /** When they were chosen last, in ms since 1970. */
  atMs: z.number(),
})

export type KeptVouchedAnswer = z.infer<typeof keptVouchedAnswer>
export type VouchedQuote = z.infer<typeof vouchedQuote>

/** Quotes that somebody chose as the answer to a question. */
export interface VouchedAnswer extends KeptVouchedAnswer {
  readonly id: string
}
