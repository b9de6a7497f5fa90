import type { Inference } from '../../index/inference/inference.ts'
import type { Reading } from '../../index/inference/types.ts'
import { english } from '../../index/language/en.ts'
import { wordsOf } from '../../index/language/stems.ts'

/** How many numbers a word vector has. */
export const DIMENSIONS = 384

/**
 * Stands in for the models where a test is about something else: texts with the same words are near each
 * other, a text answers as well as it has the question's words, and these words are the answer. `embedded` counts the embedded questions and sentences.
 */
export function wordVectors(): Inference & { embedded: number } {
  return {
    embedded: 0,
    async embed(texts) {
      this.embedded += texts.length
      return texts.map(embedWords)
    },
    async embedSentences(passages) {
      return passages.map(({ title, sentences }) => {
        this.embedded += sentences.length
        return Array.from(sentences, (sentence, i) =>
          embedWords(`${title}: ${sentences[i - 1] ?? ''} ${sentence}`),
        )
      })
    },
    async score(question, texts) {
      const asked = new Set(wordsOf(question, english))
      return texts.map(
        (text) => wordsOf(text, english).filter((word) => asked.has(word)).length * 4 - 8,
      )
    },
    async read(question, texts) {
      const asked = new Set(wordsOf(question, english))
      return texts.map((text) => readWords(text, asked))
    },
    isAvailable: () => true,
    onProcessFailure: () => () => {},
    async close() {},
  }
}

function readWords(text: string, asked: ReadonlySet<string>): Reading {
  const words = [...text.matchAll(/\w+/g)]
  const logits = Float32Array.from(words, ([word]) =>
    wordsOf(word, english).some((folded) => asked.has(folded)) ? 1.5 : 0,
  )
  const places = words.map(({ 0: word, index }) => ({ start: index, end: index + word.length }))
  return { places, starts: logits, ends: logits, evidence: logits.map(() => 0), notHere: 0 }
}

function embedWords(text: string): Float32Array {
  const vector = new Float32Array(DIMENSIONS).fill(0.001)
  for (const word of wordsOf(text, english)) {
    let hash = 7
    for (const char of word) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 1_000_003
    vector[hash % DIMENSIONS] = (vector[hash % DIMENSIONS] ?? 0) + 1
  }
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}
