import { distance } from 'fastest-levenshtein'
import type { Store } from '../store/store.ts'
import { searchWords, stemsOf, topicStems } from './words.ts'

/** What a question is about, as far as its words tell. */
export interface Topic {
  /** To search for by BM25. */
  readonly words: readonly string[]
  /**
   * How much of the question stands in a text: the share of its topic words that are in it, each by its
   * inverse document frequency; 0 to 1.
   */
  readonly overlap: (...texts: readonly string[]) => number
}

/** Shorter words have too many neighbours to guess which was meant. */
const MIN_GUESSED = 6

/**
 * Weighs a question's words by how rare they are in the documents. A word that is in none of them is
 * taken for a misspelt one if the vocabulary has words that nearly are it; whether they are what was meant
 * is for the models to say, which read the question as it was typed.
 */
export async function findTopic(question: string, store: Store): Promise<Topic> {
  const asked = topicStems(question)
  const { passages, frequencies } = await store.wordFrequencies(asked)
  const guesses: string[] = []
  const topics: { stems: string[]; weight: number }[] = []
  for (const [i, stem] of asked.entries()) {
    const frequency = frequencies[i] ?? 0
    if (frequency > 0) {
      topics.push({ stems: [stem], weight: inverseFrequency(frequency, passages) })
      continue
    }
    const similar = await similarWords(stem, store)
    const meant = await store.wordFrequencies(similar)
    const weight = inverseFrequency(Math.max(0, ...meant.frequencies), passages)
    guesses.push(...similar)
    topics.push({ stems: [stem, ...similar], weight })
  }
  const total = topics.reduce((sum, { weight }) => sum + weight, 0)
  return {
    words: [...searchWords(question), ...guesses],
    overlap: (...texts) => {
      const found = texts.map(stemsOf)
      const common = topics.filter((topic) =>
        topic.stems.some((stem) => found.some((stems) => stems.has(stem))),
      )
      return total === 0 ? 0 : common.reduce((sum, { weight }) => sum + weight, 0) / total
    },
  }
}

async function similarWords(stem: string, store: Store): Promise<string[]> {
  if (stem.length < MIN_GUESSED) return []
  const vocabulary = await store.vocabulary(stem.slice(0, 1))
  return vocabulary.filter((word) => isMisspelt(stem, word))
}

/** Whether one letter differs, or one stands elsewhere ("khadimi", "kadhimi"). */
function isMisspelt(stem: string, word: string): boolean {
  const differences = distance(stem, word)
  return differences <= 1 || (differences === 2 && lettersOf(stem) === lettersOf(word))
}

function lettersOf(word: string): string {
  return word.split('').toSorted().join('')
}

/** As in BM25 (Robertson and Spärck Jones), kept above zero. */
function inverseFrequency(frequency: number, passages: number): number {
  return Math.log(1 + (passages - frequency + 0.5) / (frequency + 0.5))
}
