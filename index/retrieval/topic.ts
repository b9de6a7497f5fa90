import { distance } from 'fastest-levenshtein'
import type { Language, Stem } from '../language/language.ts'
import { nameStems, searchStems, stemsOf, topicStems } from '../language/stems.ts'
import type { Store } from '../storage/storage.ts'
import { ADDED_WORD_WEIGHT } from './context.ts'

/** What a question is about, according to its words. */
export interface Topic {
  /** The stems for the BM25 search. */
  readonly stems: readonly Stem[]
  /**
   * The share of the question's topic words that stand in at least one of the texts, weighted by inverse
   * document frequency; 0 to 1.
   */
  readonly overlap: (...texts: readonly string[]) => number
  /** How many of the question's names and numbers stand in none of the texts. */
  readonly missingNames: (...texts: readonly string[]) => number
}

/** A word that a question is about. */
interface TopicWord {
  /** Its own stem; where no document has that, also the similar stems that documents have. */
  readonly stems: readonly Stem[]
  /** Its inverse document frequency. */
  readonly weight: number
}

/** Similar stems are looked for from this length on: a shorter word resembles too many others. */
const MIN_GUESSED_LETTERS = 6

/** A stem that begins with another one and has at most this many letters more is a form of the same word. */
const MAX_ADDED_LETTERS = 2

/**
 * Weighs a question's words by how rare they are in the documents. A word that no document has may be misspelt or another
 * form: the similar stems in the vocabulary then stand for it too. The models read the question as it was typed, and so
 * decide whether such a stem was a right guess. A word that `typed` lacks was added from the conversation, and counts less.
 */
export async function findTopic(
  question: string,
  language: Language,
  store: Store,
  typed = question,
): Promise<Topic> {
  const isTyped = new Set(topicStems(typed, language))
  const { topics, guesses } = await weighWords(topicStems(question, language), isTyped, store)
  const names = nameStems(typed, language).flatMap((stem) => topics.get(stem) ?? [])
  const total = sumOfWeights([...topics.values()])
  // Cached: the same sentence is counted on its own, with its predecessor, and within its passage.
  const stemsByText = new Map<string, ReadonlySet<Stem>>()
  const stemsIn = (text: string) => {
    const stems = stemsByText.get(text) ?? new Set(stemsOf(text, language))
    stemsByText.set(text, stems)
    return stems
  }
  const isIn = (texts: readonly string[]) => {
    const stemSets = texts.map(stemsIn)
    return ({ stems }: TopicWord) => stems.some((stem) => stemSets.some((set) => set.has(stem)))
  }
  return {
    stems: [...searchStems(question, language), ...guesses],
    overlap: (...texts) =>
      total === 0 ? 0 : sumOfWeights([...topics.values()].filter(isIn(texts))) / total,
    missingNames: (...texts) => names.length - names.filter(isIn(texts)).length,
  }
}

/** Weighs the topic words of a question, by their stems. `guesses` are the stems that resemble a word that no document has. */
async function weighWords(
  asked: readonly Stem[],
  isTyped: ReadonlySet<Stem>,
  store: Store,
): Promise<{ topics: Map<Stem, TopicWord>; guesses: Stem[] }> {
  const { passages, frequencies } = await store.stemFrequencies(asked)
  const guesses: Stem[] = []
  const topics = new Map<Stem, TopicWord>()
  for (const [i, stem] of asked.entries()) {
    const frequency = frequencies[i] ?? 0
    const similar = frequency > 0 ? [] : await similarStems(stem, store)
    const ofSimilar = similar.length > 0 ? await store.stemFrequencies(similar) : null
    const highest = Math.max(frequency, ...(ofSimilar?.frequencies ?? []))
    const weight = inverseFrequency(highest, passages) * (isTyped.has(stem) ? 1 : ADDED_WORD_WEIGHT)
    guesses.push(...similar)
    topics.set(stem, { stems: [stem, ...similar], weight })
  }
  return { topics, guesses }
}

function sumOfWeights(words: readonly TopicWord[]): number {
  return words.reduce((sum, { weight }) => sum + weight, 0)
}

/** The stems of the documents that `stem` may be a misspelling or another form of. */
async function similarStems(stem: Stem, store: Store): Promise<Stem[]> {
  const { length } = stem
  if (length < MIN_GUESSED_LETTERS) return []
  const vocabulary = await store.vocabulary(
    stem.slice(0, 1),
    length - MAX_ADDED_LETTERS,
    length + MAX_ADDED_LETTERS,
  )
  return vocabulary.filter((other) => isSimilar(stem, other))
}

/**
 * Whether two stems differ by one letter, or by the place of one letter ("khadimi", "kadhimi"), or whether one
 * begins with the other ("glycemia", "glycem").
 */
function isSimilar(stem: Stem, other: Stem): boolean {
  const differences = distance(stem, other)
  if (differences <= 1) return true
  if (other.length >= MIN_GUESSED_LETTERS && (other.startsWith(stem) || stem.startsWith(other))) {
    return differences <= MAX_ADDED_LETTERS
  }
  return differences === 2 && lettersOf(stem) === lettersOf(other)
}

/** The letters of a word in alphabetical order: equal for two words with the same letters. */
function lettersOf(word: string): string {
  return word.split('').toSorted().join('')
}

/** The inverse document frequency of BM25 (Robertson and Spärck Jones), in the variant that is never negative. */
function inverseFrequency(frequency: number, passages: number): number {
  return Math.log(1 + (passages - frequency + 0.5) / (frequency + 0.5))
}
