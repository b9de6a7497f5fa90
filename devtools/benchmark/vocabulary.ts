import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'

/** Words by how common they are. */
export interface Vocabulary {
  /** The word of a rank, 0 the commonest. */
  readonly word: (rank: number) => string
  /** The rank of a word that is drawn as texts use words; `random` in [0, 1). */
  readonly draw: (random: number) => number
}

const tokenizer = z.object({ model: z.object({ vocab: z.record(z.string(), z.int()) }) })

/** Ranks, most of them of words that are hardly ever used: names, terms. */
const RANKS = 250_000

/**
 * Zipf's law with Mandelbrot's constant; from the 8,000th word on, use falls with the square of the rank, as
 * large collections of English show it (Ferrer i Cancho and Solé 2001).
 */
const COMMON = { offset: 2.7, ranks: 8000 }

/** What names are coined with. */
const ENDINGS = ['berg', 'ville', 'ov', 'son', 'ska', 'ino', 'ford', 'eau', 'ides', 'mann', 'stan']

/**
 * English words in the order of their use, out of the embedding model's tokenizer, which lists some 22,000 so, and behind
 * them coined ones.
 */
export async function readVocabulary(modelDir: string): Promise<Vocabulary> {
  const file = await readFile(path.join(modelDir, 'tokenizer.json'), 'utf8')
  const { vocab } = tokenizer.parse(JSON.parse(file)).model
  const words = Object.entries(vocab)
    .filter(([word]) => /^[a-z]{2,}$/.test(word))
    .toSorted(([, a], [, b]) => a - b)
    .map(([word]) => word)
  return zipfVocabulary(words)
}

/** A vocabulary that begins with these words. */
export function zipfVocabulary(words: readonly string[]): Vocabulary {
  const cumulated = new Float64Array(RANKS)
  let total = 0
  for (let rank = 0; rank < RANKS; rank += 1) {
    total += weight(rank)
    cumulated[rank] = total
  }
  return {
    word: (rank) => words[rank] ?? coin(words, rank - words.length),
    draw: (random) => firstAbove(cumulated, random * total),
  }
}

function weight(rank: number): number {
  const common = 1 / (rank + 1 + COMMON.offset)
  return rank < COMMON.ranks ? common : common * (COMMON.ranks / rank)
}

function coin(words: readonly string[], number: number): string {
  const ending = ENDINGS[number % ENDINGS.length] ?? ''
  const stem = words[(number * 7919) % words.length] ?? ''
  return stem.charAt(0).toUpperCase() + stem.slice(1) + ending
}

/** The place of the first of the rising values that is above a bound. */
function firstAbove(values: Float64Array, bound: number): number {
  let low = 0
  let high = values.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((values[middle] ?? 0) > bound) high = middle
    else low = middle + 1
  }
  return low
}
