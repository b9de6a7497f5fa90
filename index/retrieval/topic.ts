import { distance } from 'fastest-levenshtein'
import type { Language, Stem } from '../language/language.ts'
import { nameStems, searchStems, stemsOf, topicStems } from '../language/stems.ts'
import type { Store } from '../storage/storage.ts'

/** What a question is about, as far as its words tell. */
export interface Topic {
  /** To search for by BM25. */
  readonly stems: readonly Stem[]
  /**
   * How much of the question stands in a text: the share of its topic words that are in it, each by its
   * inverse document frequency; 0 to 1.
   */
  readonly overlap: (...texts: readonly string[]) => number
  /** How many of the question's names and numbers are in none of the texts. */
  readonly missingNames: (...texts: readonly string[]) => number
}

/** A word that a question is about: its stem, or where no document has that, the stems that may be meant as well. */
interface TopicWord {
  readonly stems: readonly Stem[]
  readonly weight: number
}

/** Shorter words have too many neighbours to guess which was meant. */
const MIN_GUESSED_LETTERS = 6

/** How many letters longer a word may be than another that it begins with, to be another form of it. */
const MAX_ADDED_LETTERS = 2

/**
 * Weighs a question's words by how rare they are in the documents. A word that is in none of them is
 * taken for a misspelt one, or for another form, if the vocabulary has words that nearly are it; whether
 * they are what was meant is for the models to say, which read the question as it was typed.
 */
export async function findTopic(
  question: string,
  language: Language,
  store: Store,
): Promise<Topic> {
  const { topics, guesses } = await weighWords(topicStems(question, language), store)
  const names = nameStems(question, language).flatMap((stem) => topics.get(stem) ?? [])
  const total = sumOfWeights([...topics.values()])
  // A sentence is looked at alone, with the one before it, and in its passage.
  const known = new Map<string, ReadonlySet<Stem>>()
  const stemsIn = (text: string) => {
    const stems = known.get(text) ?? new Set(stemsOf(text, language))
    known.set(text, stems)
    return stems
  }
  const isIn = (texts: readonly string[]) => {
    const found = texts.map(stemsIn)
    return ({ stems }: TopicWord) => stems.some((stem) => found.some((all) => all.has(stem)))
  }
  return {
    stems: [...searchStems(question, language), ...guesses],
    overlap: (...texts) =>
      total === 0 ? 0 : sumOfWeights([...topics.values()].filter(isIn(texts))) / total,
    missingNames: (...texts) => names.length - names.filter(isIn(texts)).length,
  }
}

/** The words that a question is about by their stems, and the stems that were guessed for those in no document. */
async function weighWords(
  asked: readonly Stem[],
  store: Store,
): Promise<{ topics: Map<Stem, TopicWord>; guesses: Stem[] }> {
  const { passages, frequencies } = await store.stemFrequencies(asked)
  const guesses: Stem[] = []
  const topics = new Map<Stem, TopicWord>()
  for (const [i, stem] of asked.entries()) {
    const frequency = frequencies[i] ?? 0
    const similar = frequency > 0 ? [] : await similarStems(stem, store)
    const meant = await store.stemFrequencies(similar)
    const weight = inverseFrequency(Math.max(frequency, ...meant.frequencies), passages)
    guesses.push(...similar)
    topics.set(stem, { stems: [stem, ...similar], weight })
  }
  return { topics, guesses }
}

function sumOfWeights(words: readonly TopicWord[]): number {
  return words.reduce((sum, { weight }) => sum + weight, 0)
}

async function similarStems(stem: Stem, store: Store): Promise<Stem[]> {
  const { length } = stem
  if (length < MIN_GUESSED_LETTERS) return []
  const vocabulary = await store.vocabulary(
    stem.slice(0, 1),
    length - MAX_ADDED_LETTERS,
    length + MAX_ADDED_LETTERS,
  )
  return vocabulary.filter((word) => isAlike(stem, word))
}

/**
 * Whether one letter differs, or one letter stands elsewhere ("khadimi", "kadhimi"), or one word begins with the other
 * ("glycemia", "glycem").
 */
function isAlike(stem: Stem, word: Stem): boolean {
  const differences = distance(stem, word)
  if (differences <= 1) return true
  if (word.length >= MIN_GUESSED_LETTERS && (word.startsWith(stem) || stem.startsWith(word))) {
    return differences <= MAX_ADDED_LETTERS
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
