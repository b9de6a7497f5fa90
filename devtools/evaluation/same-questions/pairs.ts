import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { FootnoteError } from '../../../index/errors.ts'
import { english } from '../../../index/language/en.ts'
import type { Span } from '../../../index/span.ts'
import { splitSentences } from '../../../index/splitting/sentences.ts'
import type { QuotedText } from '../../../server/vouched/question-pair.ts'
import { PARAGRAPH_SEPARATOR, readQuestionSet } from '../dataset.ts'

/** Texts with questions about them, and others that ask for the same or nearly. */
const texts = z.array(
  z.object({
    title: z.string(),
    text: z.string(),
    questions: z.array(
      z.object({
        question: z.string(),
        /** What of the text answers it. */
        quotes: z.array(z.string()).min(1),
        /** Other ways to ask for the same. */
        same: z.array(z.string()),
        /** Ways that change few words. */
        close: z.array(z.string()).default([]),
        /** Questions in nearly the same words with another answer. */
        different: z.array(z.string()),
      }),
    ),
  }),
)

/** What a pair is an example of. */
export type PairKind = 'same' | 'close' | 'different' | 'other' | 'reworded' | 'altered' | 'far'

/** A vouched question, and one that is asked. */
export interface QuestionPair {
  readonly asked: string
  readonly vouched: string
  readonly source: QuotedText
  /** Whether they ask for the same. */
  readonly isSame: boolean
  readonly kind: PairKind
  /** The text that the vouched question is about, by its place in its file. */
  readonly text: number
}

/** The pairs of a file as it says them: paraphrases, light paraphrases, and near but different questions. Throws `dataset-invalid`. */
export async function readPairs(file: string): Promise<QuestionPair[]> {
  return (await readTexts(file)).flatMap(({ title, text, questions }, at) =>
    questions.flatMap(({ question: vouched, quotes, same, close, different }) => {
      const source = { title, text, quotes: quotes.join(' ') }
      const pairOf = (kind: PairKind, isSame: boolean) => (asked: string) => {
        return { asked, vouched, source, isSame, kind, text: at }
      }
      return [
        ...same.map(pairOf('same', true)),
        ...close.map(pairOf('close', true)),
        ...different.map(pairOf('different', false)),
      ]
    }),
  )
}

/**
 * The pairs to learn from: those of {@link readPairs}; pairs of paraphrases with each other; near but different questions against
 * paraphrases, which share few words with them; the other questions about a text, and those about the next one; and vouched
 * questions with slips and courtesies.
 */
export async function readTrainingPairs(file: string): Promise<QuestionPair[]> {
  const all = await readTexts(file)
  const made = all.flatMap(({ title, text, questions }, at) =>
    questions.flatMap(({ question, quotes, same, close, different }, number) => {
      const source = { title, text, quotes: quotes.join(' ') }
      const pair = (asked: string, vouched: string, isSame: boolean, kind: PairKind) => {
        return { asked, vouched, source, isSame, kind, text: at }
      }
      const ways = [...same, ...close]
      const [first = question] = same
      const others = questions.filter((other) => other.question !== question)
      const next = all[(at + 1) % all.length]?.questions[0]
      return [
        pair(question, first, true, 'reworded'),
        pair(first, ways.at(-1) ?? question, true, 'reworded'),
        ...different.slice(0, 2).map((asked, i) => {
          return pair(asked, ways[(i + number) % ways.length] ?? question, false, 'reworded')
        }),
        ...others.map((other) => pair(other.same[0] ?? other.question, question, false, 'other')),
        pair(altered(question, at + number), question, true, 'altered'),
        ...(next ? [pair(next.question, question, false, 'far')] : []),
      ]
    }),
  )
  return [...(await readPairs(file)), ...made]
}

/**
 * Questions of a data set about one sentence whose answers do not overlap: each against the first one. All ask for different
 * things. Throws `dataset-invalid`.
 */
export async function readSentencePairs(file: string): Promise<QuestionPair[]> {
  const { articles, questions } = await readQuestionSet(file)
  return articles.flatMap(({ title, paragraphs }, article) => {
    const text = paragraphs.join(PARAGRAPH_SEPARATOR)
    const options = { language: english, kind: 'prose' } as const
    const sentences = splitSentences(text, { start: 0, end: text.length }, options)
    const ofArticle = questions.filter((question) => question.article === article)
    return sentences.flatMap((sentence, i) => {
      const [first, ...others] = ofArticle.flatMap(({ question, gold }) => {
        return gold && isInside(gold, sentence) ? [{ question, gold }] : []
      })
      if (!first) return []
      const { start } = sentences[i - 1] ?? sentence
      const { end } = sentences[i + 1] ?? sentence
      const quotes = text.slice(sentence.start, sentence.end)
      const source = { title, text: text.slice(start, end), quotes }
      return others
        .filter(({ gold }) => gold.end <= first.gold.start || first.gold.end <= gold.start)
        .map(({ question: asked }): QuestionPair => {
          const vouched = first.question
          return { asked, vouched, source, isSame: false, kind: 'different', text: article }
        })
    })
  })
}

function isInside(inner: Span, outer: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end
}

async function readTexts(file: string) {
  const read = texts.safeParse(JSON.parse(await readFile(file, 'utf8')))
  if (read.success) return read.data
  throw new FootnoteError('dataset-invalid', `${file} has no pairs of questions.`, read.error)
}

/** A question as people also type it. */
function altered(question: string, way: number): string {
  const longest = question.split(/\W+/).toSorted((a, b) => b.length - a.length)[0] ?? ''
  const middle = Math.floor(longest.length / 2)
  const swapped = [longest.slice(0, middle - 1), longest[middle], longest[middle - 1]].join('')
  const ways = [
    question.replace(longest, swapped + longest.slice(middle + 1)),
    question.replaceAll(/\b(?:the|a|an) /g, '').toLowerCase(),
    `Please tell me: ${question}`,
    `Hello, I have a question. ${question}`,
  ]
  return ways[way % ways.length] ?? question
}
