import type { Store } from '../../index/storage/storage.ts'
import { passageText } from '../../index/retrieval/passage-text.ts'
import { WordFinder } from '../verification/find-words.ts'
import { seenText, wordsIn } from '../verification/words.ts'
import type { ExpectedQuote } from './check-question.ts'

/** The places where words were found, or why there is none: the words complete a sentence about the quote. */
export type FoundQuotes =
  | { readonly places: readonly ExpectedQuote[] }
  | { readonly problem: string }

/**
 * Finds the places that have these words, in a document or, where `documentId` is null, in all. Case and typography may
 * differ. The words must stand in one paragraph.
 */
export async function findQuote(
  text: string,
  documentId: string | null,
  store: Store,
): Promise<FoundQuotes> {
  if (documentId !== null && (await store.missingDocuments([documentId])).length > 0) {
    return { problem: `is of the document “${documentId}”, which is not there` }
  }
  const words = wordsIn(seenText(text), { start: 0, end: text.length })
  if (words.length === 0) return { problem: 'has no words' }
  const documentIds = documentId === null ? null : [documentId]
  const finder = new WordFinder(store, { documentIds, signal: undefined })
  const unit = {
    text,
    start: 0,
    end: text.length,
    words,
    edited: null,
    isSentence: false,
    own: null,
  }
  const near = await finder.find(unit)
  const places = near.filter(({ differences }) => differences.length === 0)
  if (places.length > 0) {
    return {
      places: Array.from(places, ({ passage, words: { start, end } }) => {
        const found = passageText(passage, { start, end })
        return { documentId: passage.document.id, start, end, text: found }
      }),
    }
  }
  const where = documentId === null ? 'is in no document' : `is not in the document “${documentId}”`
  const [nearest] = near
  if (!nearest) return { problem: where }
  const closest = passageText(nearest.passage, nearest.sentences)
  return { problem: `${where} word for word; the nearest is “${closest}”` }
}
