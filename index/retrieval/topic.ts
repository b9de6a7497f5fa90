import { distance } from 'fastest-levenshtein'
import type { Store } from '../storage/storage.ts'
import { nameStems, searchWords, stemsOf, topicStems } from './words.ts'

/** What a question is about, as far as its words tell. */
export interface Topic {
  /** To search for by BM25. */
  readonly words: readonly string[]
  /**
   * How much of the question stands in a text: the share of its topic words that are in it, each by its
   * inverse document frequency; 0 to 1.
   */
  readonly overlap: (...texts: readonly string[]) => number
  /** How many of the question's names and numbers are in none of the texts. */
  readonly missingNames: (...texts: readonly string[]) => number
}

/** A word that a question is about, with what may be meant by it where no document has it. */
interface TopicWord {
  readonly stems: readonly string[]
  readonly weight: number
}

/** Shorter words have too many neighbours to guess which was meant. */
const MIN_GUESSED = 6

/** How much longer a word may be than another that it begins with, to be one of its family, in letters. */
const LONGER_BY = 2

/**
 * Weighs a question's words by how rare they are in the documents. A word that is in none of them is
 * taken for a misspelt one, or for another form, if the vocabulary has words that nearly are it; whether
 * they are what was meant is for the models to say, which read the question as it was typed.
 */
export async function findTopic(question: string, store: Store): Promise<Topic> {
  const asked = topicStems(question)
  const { passages, frequencies } = await store.wordFrequencies(asked)
  const guesses: string[] = []
  const topics = new Map<string, TopicWord>()
  for (const [i, stem] of asked.entries()) {
    const frequency = frequencies[i] ?? 0
    if (frequency > 0) {
      topics.set(stem, { stems: [stem], weight: inverseFrequency(frequency, passages) })
      continue
    }
    const similar = await similarWords(stem, store)
    const meant = await store.wordFrequencies(similar)
    const weight = inverseFrequency(Math.max(0, ...meant.frequencies), passages)
    guesses.push(...similar)
    topics.set(stem, { stems: [stem, ...similar], weight })
  }
  const weigh = (some: readonly TopicWord[]) => some.reduce((sum, { weight }) => sum + weight, 0)
  const names = nameStems(question).flatMap((stem) => topics.get(stem) ?? [])
  const total = weigh([...topics.values()])
  // A sentence is looked at alone, with the one before it, and in its passage.
  const known = new Map<string, ReadonlySet<string>>()
  const stemsIn = (text: string) => {
    const stems = known.get(text) ?? stemsOf(text)
    known.set(text, stems)
    return stems
  }
  const isIn = (texts: readonly string[]) => {
    const found = texts.map(stemsIn)
    return ({ stems }: TopicWord) => stems.some((stem) => found.some((all) => all.has(stem)))
  }
  return {
    words: [...searchWords(question), ...guesses],
    overlap: (...texts) =>
      total === 0 ? 0 : weigh([...topics.values()].filter(isIn(texts))) / total,
    missingNames: (...texts) => names.length - names.filter(isIn(texts)).length,
  }
}

async function similarWords(stem: string, store: Store): Promise<string[]> {
  if (stem.length < MIN_GUESSED) return []
  const { length } = stem
  const vocabulary = await store.vocabulary(
    stem.slice(0, 1),
    length - LONGER_BY,
    length + LONGER_BY,
  )
  return vocabulary.filter((word) => isAlike(stem, word))
}

/**
 * Whether one letter differs, or one stands elsewhere ("khadimi", "kadhimi"), or one begins with the other
 * ("glycemia", "glycem").
 */
function isAlike(stem: string, word: string): boolean {
  const differences = distance(stem, word)
  if (differences <= 1) return true
  if (word.length >= MIN_GUESSED && (word.startsWith(stem) || stem.startsWith(word))) {
    return differences <= LONGER_BY
  }
  return differences === 2 && lettersOf(stem) === lettersOf(word)
}

function lettersOf(word: string): string {
  return word.split('').toSorted().join('')
}

/** As in BM25 (Robertson and Spärck Jones), kept above zero. */
function inverseFrequency(frequency: number, passages: number): number {
  return Math.log(1 + (passages - frequency + 0.5) / (frequency + 0.5))
}
