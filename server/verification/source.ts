import type { StoredPassage } from '../../index/storage/storage.ts'
import type { SourceWord } from './align.ts'
import { seenText, wordsIn } from './words.ts'

/** The words of a passage's sentences, in order. Offsets count in the document's text. */
export function sourceWordsOf({ text, start: from, sentences }: StoredPassage): SourceWord[] {
  const seen = seenText(text)
  return sentences.flatMap(({ start, end }) => {
    const words = wordsIn(seen, { start: start - from, end: end - from })
    const counted = words.filter(({ isOptional }) => !isOptional)
    return Array.from(words, (word) => {
      return Object.assign(word, {
        start: word.start + from,
        end: word.end + from,
        beginsSentence: word === counted[0],
        endsSentence: word === counted.at(-1),
      })
    })
  })
}
