import type { Span } from '../../index/span.ts'
import type { Store, StoredPassage } from '../../index/storage/storage.ts'
import type { VouchedAnswer, VouchedQuote } from './vouched-answer.ts'

/** A quote where it stands now. */
export interface StandingQuote extends Span {
  readonly passage: StoredPassage
}

/**
 * Whether quotes still stand in their documents: `stands` where they were chosen, `moved` if the text changed and each has one
 * place in it, `stale` if one has no place any more or several, `gone` where the index lacks a document.
 */
export type Standing =
  | { readonly state: 'stands' | 'moved'; readonly quotes: readonly StandingQuote[] }
  | { readonly state: 'stale' | 'gone' }

/** Finds where the quotes of a vouched answer stand in an index. */
export async function standingOf({ quotes }: VouchedAnswer, store: Store): Promise<Standing> {
  const found = await Promise.all(Array.from(quotes, (quote) => findQuote(quote, store)))
  if (found.includes('gone')) return { state: 'gone' }
  const standing = found.filter((each) => typeof each === 'object')
  if (standing.length < found.length) return { state: 'stale' }
  return {
    state: standing.some(({ isMoved }) => isMoved) ? 'moved' : 'stands',
    quotes: standing,
  }
}

async function findQuote(
  { documentId, version, start, end, text }: VouchedQuote,
  store: Store,
): Promise<(StandingQuote & { isMoved: boolean }) | 'stale' | 'gone'> {
  const document = await store.document(documentId)
  if (!document) return 'gone'
  const at = document.version === version ? start : onlyPlaceOf(text, document.text)
  if (at === null || document.text.slice(at, at + text.length) !== text) return 'stale'
  const span = { start: at, end: at + text.length }
  const passage = await passageAround(documentId, span, store)
  if (!passage) return 'stale'
  return { ...span, passage, isMoved: at !== start || span.end !== end }
}

/** Where a text stands in another one; null where it does not, or more than once. */
function onlyPlaceOf(text: string, whole: string): number | null {
  const at = whole.indexOf(text)
  return at === -1 || whole.includes(text, at + 1) ? null : at
}

/** The passage that has all of a span of a document; null where none has. */
export async function passageAround(
  documentId: string,
  span: Span,
  store: Store,
): Promise<StoredPassage | null> {
  const { paragraphs } = await store.outline(documentId)
  const at = paragraphs.findIndex(({ start, end }) => start <= span.start && span.end <= end)
  if (at === -1) return null
  return (await store.firstPassages(documentId, at + 1)).at(-1) ?? null
}
