import { distance } from 'fastest-levenshtein'
import type { Language, Stem } from '../language/language.ts'
import { nameStems, searchStems, stemSets, topicStems } from '../language/stems.ts'
import type { Store } from '../storage/storage.ts'
import { ADDED_WORD_WEIGHT } from './context.ts'
import { type EqualForms, type Wording, wordingOf } from './equal-forms.ts'

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
  /** Whether a text has another form of what it is of; null for a word of no form. */
  readonly otherForm: ((text: string) => boolean) | null
}

/** How the words of a question are read. */
export interface TopicOptions {
  /** The question without the words that were added from the conversation. Default: the question. */
  readonly typed?: string | undefined
  /** Default: none. */
  readonly equalForms?: readonly EqualForms[] | undefined
}

/** Similar stems are looked for from this length on: a shorter word resembles too many others. */
const MIN_GUESSED_LETTERS = 6

/** A stem that begins with another one and has at most this many letters more is a form of the same word. */
const MAX_ADDED_LETTERS = 2

/**
 * Weighs a question's words by how rare they are in the documents. A word that no document has may be misspelt or another
 * form: the similar stems in the vocabulary then stand for it too. The models read the question as it was typed, and so
 * decide whether such a stem was a right guess. A word that `typed` lacks was added from the conversation, and counts less.
 *
 * Of equal forms, the one with most words stands for all: its words are in a text that has another form. So a question has
 * the same topic in whichever form it is asked.
 */
export async function findTopic(
  question: string,
  language: Language,
  store: Store,
  { typed = question, equalForms = [] }: TopicOptions = {},
): Promise<Topic> {
  const { fullest, spelledOut, otherForms } = wordingOf(question, language, equalForms)
  const { fullest: fullestTyped } = wordingOf(typed, language, equalForms)
  const isTyped = new Set(topicStems(fullestTyped, language))
  const asked = topicStems(fullest, language)
  const { topics, guesses } = await weighWords(asked, { isTyped, otherForms }, store)
  const names = nameStems(fullestTyped, language).flatMap((stem) => topics.get(stem) ?? [])
  const total = sumOfWeights([...topics.values()])
  // Cached: the same sentence is counted on its own, with its predecessor, and within its passage.
  const stemsIn = stemSets(language)
  const isIn = (texts: readonly string[]) => {
    const sets = texts.map(stemsIn)
    return ({ stems, otherForm }: TopicWord) =>
      stems.some((stem) => sets.some((set) => set.has(stem))) ||
      (otherForm !== null && texts.some(otherForm))
  }
  return {
    stems: [...searchStems(spelledOut, language), ...guesses],
    overlap: (...texts) =>
      total === 0 ? 0 : sumOfWeights([...topics.values()].filter(isIn(texts))) / total,
    missingNames: (...texts) => names.length - names.filter(isIn(texts)).length,
  }
}

/** Weighs the topic words of a question, by their stems. `guesses` are the stems that resemble a word that no document has. */
async function weighWords(
  asked: readonly Stem[],
  { isTyped, otherForms }: { readonly isTyped: ReadonlySet<Stem> } & Pick<Wording, 'otherForms'>,
  store: Store,
): Promise<{ topics: Map<Stem, TopicWord>; guesses: Stem[] }> {
  const { passages, frequencies } = await store.stemFrequencies(asked)
  const guesses: Stem[] = []
  const topics = new Map<Stem, TopicWord>()
  for (const [i, stem] of asked.entries()) {
    const frequency = frequencies[i] ?? 0
    const otherForm = otherForms.get(stem) ?? null
    // A form that somebody entered is not misspelt.
    const similar = frequency > 0 || otherForm ? [] : await similarStems(stem, store)
    const ofSimilar = similar.length > 0 ? await store.stemFrequencies(similar) : null
    const highest = Math.max(frequency, ...(ofSimilar?.frequencies ?? []))
    const weight = inverseFrequency(highest, passages) * (isTyped.has(stem) ? 1 : ADDED_WORD_WEIGHT)
    guesses.push(...similar)
    topics.set(stem, { stems: [stem, ...similar], weight, otherForm })
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
