import { english } from '../../index/language/en.ts'
import { wordsOf } from '../../index/language/stems.ts'
import { documentId } from '../../index/documents/source-files.ts'
import type { EvaluationDocument, Gold } from '../evaluation/dataset.ts'
import { randomNumbers } from './random.ts'
import type { Vocabulary } from './vocabulary.ts'

/** A document of generated text, with the questions that it answers. */
export interface GeneratedDocument extends EvaluationDocument {
  readonly questions: readonly AnsweredQuestion[]
}

export interface AnsweredQuestion {
  readonly question: string
  readonly gold: Gold
}

/** What generated text is like. Sentences of XQuAD have 23 words in the median, 95 % of them at most 46. */
export const SHAPE = {
  passagesADocument: 20,
  sentencesAPassage: 2,
  wordsASentence: [15, 45],
  /** How many words a document is about, and the share of its words that are of these. */
  theme: 60,
  themeShare: 0.3,
  questionsADocument: 8,
} as const

/** Commoner words are no document's theme, or in no title. */
const THEME_FROM = 100
const TITLE_FROM = 1000
const TITLE_WORDS = 3

/** Words that a question takes from its sentence. */
const TAKEN = 6
/** One question in so many has two letters of a word in the wrong order. */
const MISSPELT_EVERY = 5

/** Text like prose to a search for words: the same for the same number. */
export function generateDocument(vocabulary: Vocabulary, number: number): GeneratedDocument {
  const chance = chances(vocabulary, number)
  const theme = Array.from({ length: SHAPE.theme }, () => chance.word(THEME_FROM))
  const word = () =>
    chance.share() < SHAPE.themeShare
      ? // The first ones far more often than the last.
        (theme[Math.floor(SHAPE.theme * chance.share() ** 2)] ?? '')
      : chance.word(0)
  const sentence = () => {
    const [shortest, longest] = SHAPE.wordsASentence
    const length = shortest + chance.below(longest - shortest + 1)
    return `${capitalised(Array.from({ length }, word).join(' '))}.`
  }
  const passages = Array.from({ length: SHAPE.passagesADocument }, () =>
    Array.from({ length: SHAPE.sentencesAPassage }, sentence),
  )
  const text = passages.map((sentences) => sentences.join(' ')).join('\n\n')
  const title = Array.from({ length: TITLE_WORDS }, () => capitalised(chance.word(TITLE_FROM)))
  const file = `${number % 100}/${number}.txt`
  const questions = Array.from({ length: SHAPE.questionsADocument }, (_, i): AnsweredQuestion => {
    const answer = chance.of(chance.of(passages) ?? []) ?? ''
    const start = text.indexOf(answer)
    const end = start + answer.length
    return {
      question: ask(answer, title, i % MISSPELT_EVERY === 0, chance),
      gold: { documentId: documentId(file), start, end, match: 'contain' },
    }
  })
  return { file, content: `---\ntitle: ${title.join(' ')}\n---\n${text}`, questions }
}

/** A question of some of a sentence's words, one of the title's and one of its own, in any order. */
function ask(
  sentence: string,
  title: readonly string[],
  isMisspelt: boolean,
  chance: Chances,
): string {
  const words = new Set(wordsOf(sentence, english).filter((each) => !english.stopWords.has(each)))
  const taken = chance.shuffled([...words]).slice(0, TAKEN)
  const own = chance.word(THEME_FROM)
  const [longest = '', ...others] = taken.toSorted((a, b) => b.length - a.length)
  const asked = [isMisspelt ? misspelt(longest) : longest, ...others, own, chance.of(title)]
  return `What is the ${chance.shuffled(asked).join(' of the ')}?`
}

type Chances = ReturnType<typeof chances>

/** What is left to chance, the same for the same seed. */
function chances(vocabulary: Vocabulary, seed: number) {
  const share = randomNumbers(seed)
  const below = (limit: number) => Math.floor(share() * limit)
  /** A word as frequent as in texts, none of the commonest. */
  const word = (fromRank: number): string => {
    const rank = vocabulary.draw(share())
    return rank >= fromRank ? vocabulary.word(rank) : word(fromRank)
  }
  return {
    share,
    below,
    word,
    of: <T>(items: readonly T[]) => items[below(items.length)],
    shuffled: <T>(items: readonly T[]) =>
      Array.from(items, (item) => ({ item, place: share() }))
        .toSorted((a, b) => a.place - b.place)
        .map(({ item }) => item),
  }
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** With the two letters in its middle in the other order. */
function misspelt(word: string): string {
  const middle = word.length >> 1
  return (
    word.slice(0, middle - 1) +
    word.charAt(middle) +
    word.charAt(middle - 1) +
    word.slice(middle + 1)
  )
}
