import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'

/** Words, by their frequency. */
export interface Vocabulary {
  /** The word of a rank; 0 is the most frequent word. */
  readonly word: (rank: number) => string
  /** Draws the rank of a word as often as texts use it; `random` is in [0, 1). */
  readonly draw: (random: number) => number
}

const tokenizer = z.object({ model: z.object({ vocab: z.record(z.string(), z.int()) }) })

/** The number of words. Most of them are hardly ever used, as names and technical terms are. */
const RANKS = 250_000

/**
 * Frequencies follow Zipf's law with Mandelbrot's offset. From the 8,000th word on they fall with
 * the square of the rank, as in large collections of English (Ferrer i Cancho and Solé 2001).
 */
const ZIPF = { offset: 2.7, ranks: 8000 }

/** Word endings that rare words are made with. */
const ENDINGS = ['berg', 'ville', 'ov', 'son', 'ska', 'ino', 'ford', 'eau', 'ides', 'mann', 'stan']

/**
 * English words by frequency. The first 22,000 or so are from the embedding model's tokenizer,
 * which lists them in that order; the others are made up.
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

/** A vocabulary whose most frequent words are the given ones. */
export function zipfVocabulary(words: readonly string[]): Vocabulary {
  const cumulative = new Float64Array(RANKS)
  let total = 0
  for (let rank = 0; rank < RANKS; rank += 1) {
    total += weight(rank)
    cumulative[rank] = total
  }
  return {
    word: (rank) => words[rank] ?? madeUpWord(words, rank - words.length),
    draw: (random) => firstAbove(cumulative, random * total),
  }
}

function weight(rank: number): number {
  const zipf = 1 / (rank + 1 + ZIPF.offset)
  return rank < ZIPF.ranks ? zipf : zipf * (ZIPF.ranks / rank)
}

/** Makes up a word that is in no text: a given word with a name's ending. */
function madeUpWord(words: readonly string[], number: number): string {
  const ending = ENDINGS[number % ENDINGS.length] ?? ''
  const stem = words[(number * 7919) % words.length] ?? ''
  return stem.charAt(0).toUpperCase() + stem.slice(1) + ending
}

/** The index of the first value above a bound; `values` is in ascending order. */
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
