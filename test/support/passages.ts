import type { Candidate } from '../../index/retrieval/candidates.ts'
import type { StoredPassage } from '../../index/storage/storage.ts'
import { splitText } from './split.ts'

const document = {
  id: 'd',
  title: 'D',
  author: null,
  date: null,
  publisher: null,
  source: null,
  language: 'en',
  format: 'plain' as const,
  collection: null,
  version: 'sha256-0',
}

/** The passages of a text, as if it were indexed. */
export function passagesOf(text: string): StoredPassage[] {
  return splitText(text).map((passage, i) => ({
    id: i + 1,
    document,
    paragraph: passage.paragraph,
    heading: null,
    start: passage.start,
    end: passage.end,
    codePoint: passage.start,
    text: text.slice(passage.start, passage.end),
    sentences: passage.sentences.map((span, j) => {
      return { id: i * 100 + j, start: span.start, end: span.end }
    }),
  }))
}

/** Every sentence of a text as a candidate, in the order of the text, with nothing scored or read. */
export function candidatesOf(text: string): Candidate[] {
  return passagesOf(text).flatMap((passage) =>
    Array.from(passage.sentences, (sentence) => ({
      passage,
      copies: [],
      sentence,
      bm25Rank: 1,
      vectorRank: 1,
      fusedRank: 1,
      distance: 0.3,
      overlap: 0.5,
      passageOverlap: 0.5,
      titleOverlap: 0.5,
      missingNames: 0,
      lacksAnswerType: false,
      logit: null,
      reading: null,
      score: null,
    })),
  )
}
