import { english } from '../../index/language/en.ts'
import { wordsOf } from '../../index/language/stems.ts'
import { randomNumbers } from './random.ts'

/** As long as those of the embedding model. */
const DIMENSIONS = 384

/**
 * What a vector is made of: a part that all texts share, its words, its title's words; and how fast the spread falls from one dimension to
 * the next. Chosen so that generated texts lie as the embedding model puts 446 sentences of 24 articles of XQuAD
 * (generated ones in brackets), by the median cosine: of two sentences of a passage 0.84 (0.86), of an article 0.68 (0.68),
 * of different ones 0.45 (0.44), of a question and its nearest, tenth and fiftieth sentence 0.77, 0.61 and 0.48
 * (0.64, 0.56 and 0.48); and by how many dimensions they fill (participation ratio): 51 (48).
 */
const PARTS = { shared: 1, words: 0.85, title: 0.7, decay: 0.375 }

/** Commoner words, of which it keeps the vectors, are met again soon. */
const KEPT_WORDS = 60_000

/**
 * Stands in for the embedding model where it would take hours: normalised vectors that are near each other
 * where texts share words or, before a colon, a title; the same for the same text.
 */
export function generateVectors(): (text: string) => Float32Array {
  const shared = direction(0, PARTS.shared)
  const kept = new Map<string, Float32Array>()
  const directionOf = (word: string): Float32Array => {
    const known = kept.get(word)
    if (known) return known
    const made = direction(hash(word), 1)
    if (kept.size < KEPT_WORDS) kept.set(word, made)
    return made
  }
  const add = (sum: Float32Array, text: string, length: number) => {
    const all = wordsOf(text, english)
    const share = length / Math.sqrt(all.length)
    for (const word of all) {
      const vector = directionOf(word)
      // Not by entries(), which takes many times as long.
      for (let i = 0; i < DIMENSIONS; i += 1) sum[i] = (sum[i] ?? 0) + share * (vector[i] ?? 0)
    }
  }
  return (text) => {
    const [body = '', title = ''] = text.split(': ').toReversed()
    const sum = shared.slice()
    add(sum, body, PARTS.words)
    if (title !== '') add(sum, title, PARTS.title)
    return ofLength(sum, 1)
  }
}

/** A random vector, the same for the same seed, spread over the first dimensions more than the last. */
function direction(seed: number, length: number): Float32Array {
  const random = randomNumbers(seed)
  return ofLength(
    new Float32Array(DIMENSIONS).map((_, i) => {
      // Box and Muller's way from even to normal.
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
      return normal * (i + 1) ** -PARTS.decay
    }),
    length,
  )
}

function ofLength(vector: Float32Array, length: number): Float32Array {
  const scale = length / Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
  return vector.map((value) => scale * value)
}

function hash(word: string): number {
  let value = 7
  for (let i = 0; i < word.length; i += 1) value = (Math.imul(value, 31) + word.charCodeAt(i)) | 0
  return value
}
