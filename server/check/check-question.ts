import { createHash } from 'node:crypto'
import { z } from 'zod'
import { foldSpace } from '../../presentation/fold-space.ts'
import type { Span } from '../../index/span.ts'
import type { Store } from '../../index/storage/storage.ts'
import type { VisibleCollections } from '../access/caller.ts'

const offset = z.int().min(0)

const expectedQuote = z.object({
  documentId: z.string(),
  start: offset,
  end: offset,
  /** The document's text from `start` to `end` when it was entered: what finds it again after the document has changed. */
  text: z.string(),
})

/** A piece of a document that answers a question. Offsets are in UTF-16 code units. */
export type ExpectedQuote = z.infer<typeof expectedQuote>

const keptCheckQuestion = z.object({
  question: z.string(),
  /** Each of them answers. None: the documents do not answer, and a refusal is right. */
  quotes: z.array(expectedQuote),
  /** The question is asked of these collections, and is for those who may see them all; null: all. */
  collections: z.array(z.string()).nullable(),
  by: z.string(),
  /** In ms since 1970. */
  atMs: z.number(),
})

export type KeptCheckQuestion = z.infer<typeof keptCheckQuestion>

/** A question with the quotes that should come. */
export interface CheckQuestion extends KeptCheckQuestion {
  readonly id: string
}

/** What the ids of questions begin with. */
export const QUESTION_PREFIX = 'question-'

/** The id of a question: the same for the same words, asked of the same collections. */
export function checkQuestionId(question: string, collections: VisibleCollections): string {
  const asked = JSON.stringify([foldSpace(question.normalize()), collections?.toSorted() ?? null])
  return `${QUESTION_PREFIX}${createHash('sha256').update(asked).digest('hex').slice(0, 32)}`
}

/** Reads a question as it is kept. */
export function readCheckQuestion(id: string, json: string): CheckQuestion {
  return { id, ...keptCheckQuestion.parse(JSON.parse(json)) }
}

/** The quotes where they stand now; those that stand no longer, or more than once, are left out. */
export async function standingQuotes(
  quotes: readonly ExpectedQuote[],
  store: Store,
): Promise<ExpectedQuote[]> {
  const found = await Promise.all(
    Array.from(quotes, async (quote) => {
      const text = (await store.document(quote.documentId))?.text ?? ''
      const span = placeOf(quote, text)
      return span && { ...quote, ...span }
    }),
  )
  return found.filter((quote) => quote !== null)
}

function placeOf({ start, end, text: quote }: ExpectedQuote, text: string): Span | null {
  if (text.slice(start, end) === quote) return { start, end }
  const at = text.indexOf(quote)
  if (at === -1 || text.includes(quote, at + 1)) return null
  return { start: at, end: at + quote.length }
}
