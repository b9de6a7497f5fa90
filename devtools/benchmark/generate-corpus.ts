import { english } from '../../index/language/en.ts'
import { wordsOf } from '../../index/language/stems.ts'
import { documentId } from '../../index/documents/source-files.ts'
import type { EvaluationDocument, Gold } from '../evaluation/dataset.ts'
import { randomNumbers } from './random.ts'
import type { Vocabulary } from './vocabulary.ts'

/** A document of generated text, with questions that it answers. */
export interface GeneratedDocument extends EvaluationDocument {
  readonly questions: readonly AnsweredQuestion[]
}

/** A question, and the span of a document that answers it. */
export interface AnsweredQuestion {
  readonly question: string
  readonly gold: Gold
}

/**
 * The shape of generated text. Sentences of XQuAD have a median of 23 words; 95 % of them have at
 * most 46.
 */
export const SHAPE = {
  passagesPerDocument: 20,
  sentencesPerPassage: 2,
  /** The fewest and the most. */
  wordsPerSentence: [15, 45],
  /**
   * How many words make the theme of a document, and the share of its words that are drawn from the
   * theme.
   */
  themeWords: 60,
  themeShare: 0.3,
  questionsPerDocument: 8,
} as const

/** Words of lower ranks, which are more frequent, are no theme words. */
const MIN_THEME_RANK = 100
/** Words of lower ranks are no title words. */
const MIN_TITLE_RANK = 1000
const TITLE_WORDS = 3

/** How many words of its answer a question contains. */
const ANSWER_WORDS = 6
/** One question in this many has a misspelt word. */
const MISSPELT_EVERY = 5

/**
 * Generates a document that looks like prose to a word search. The same number gives the same
 * document.
 */
export function generateDocument(vocabulary: Vocabulary, number: number): GeneratedDocument {
  const draws = seededDraws(vocabulary, number)
  const passages = generatePassages(draws)
  const title = Array.from({ length: TITLE_WORDS }, () => capitalised(draws.word(MIN_TITLE_RANK)))
  const text = passages.map((sentences) => sentences.join(' ')).join('\n\n')
  const file = `${number % 100}/${number}.txt`
  const questions = Array.from({ length: SHAPE.questionsPerDocument }, (_, i): AnsweredQuestion => {
    const answer = draws.item(draws.item(passages) ?? []) ?? ''
    const start = text.indexOf(answer)
    const end = start + answer.length
    return {
      question: generateQuestion(answer, title, i % MISSPELT_EVERY === 0, draws),
      gold: { documentId: documentId(file), start, end, text: answer, match: 'contain' },
    }
  })
  return { file, content: `---\ntitle: ${title.join(' ')}\n---\n${text}`, questions }
}

function generatePassages(draws: Draws): string[][] {
  const theme = Array.from({ length: SHAPE.themeWords }, () => draws.word(MIN_THEME_RANK))
  const word = () =>
    draws.share() < SHAPE.themeShare
      ? // Squaring makes the first theme words far more frequent than the last.
        (theme[Math.floor(SHAPE.themeWords * draws.share() ** 2)] ?? '')
      : draws.word(0)
  const sentence = () => {
    const [shortest, longest] = SHAPE.wordsPerSentence
    const length = shortest + draws.below(longest - shortest + 1)
    return `${capitalised(Array.from({ length }, word).join(' '))}.`
  }
  return Array.from({ length: SHAPE.passagesPerDocument }, () =>
    Array.from({ length: SHAPE.sentencesPerPassage }, sentence),
  )
}

/**
 * Asks with some words of the answer, one word of the title and one that is in neither, in random
 * order.
 */
function generateQuestion(
  answer: string,
  title: readonly string[],
  isMisspelt: boolean,
  draws: Draws,
): string {
  const words = new Set(wordsOf(answer, english).filter((word) => !english.stopWords.has(word)))
  const shared = draws.shuffled([...words]).slice(0, ANSWER_WORDS)
  const unrelated = draws.word(MIN_THEME_RANK)
  const [longest = '', ...others] = shared.toSorted((a, b) => b.length - a.length)
  const asked = [isMisspelt ? misspelt(longest) : longest, ...others, unrelated, draws.item(title)]
  return `What is the ${draws.shuffled(asked).join(' of the ')}?`
}

type Draws = ReturnType<typeof seededDraws>

/** Random draws, the same for the same seed. */
function seededDraws(vocabulary: Vocabulary, seed: number) {
  const share = randomNumbers(seed)
  const below = (limit: number) => Math.floor(share() * limit)
  /** Draws a word as often as texts use it, of at least the given rank. */
  const word = (minRank: number): string => {
    const rank = vocabulary.draw(share())
    return rank >= minRank ? vocabulary.word(rank) : word(minRank)
  }
  return {
    share,
    below,
    word,
    item: <T>(items: readonly T[]) => items[below(items.length)],
    shuffled: <T>(items: readonly T[]) =>
      Array.from(items, (item) => ({ item, order: share() }))
        .toSorted((a, b) => a.order - b.order)
        .map(({ item }) => item),
  }
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Swaps the two letters in the middle of a word. */
function misspelt(word: string): string {
  const middle = word.length >> 1
  return (
    word.slice(0, middle - 1) +
    word.charAt(middle) +
    word.charAt(middle - 1) +
    word.slice(middle + 1)
  )
}
