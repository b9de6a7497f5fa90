import { foldSpace } from '../../presentation/fold-space.ts'
import type { Inference } from '../../index/inference/inference.ts'
import type { ExplainedForm } from '../../index/retrieval/equal-forms.ts'
import type { Scope } from '../../index/retrieval/passages.ts'
import { retrieve } from '../../index/retrieval/retrieve.ts'
import type { Window } from '../../index/retrieval/windows.ts'
import type { Store } from '../../index/storage/storage.ts'
import { type Calibration, CALIBRATION, firstConfidence } from './confidence.ts'
import { answerFromDetails, type DetailsAnswer } from './document-facts.ts'
import { type PagePlace, pagePlaceOf } from './page-place.ts'
import type { VouchedAnswer } from '../vouched/vouched-answer.ts'
import type { VouchedMatch, VouchedMatcher } from '../vouched/vouched-matcher.ts'
import {
  chooseQuotes,
  type Excerpt,
  type JudgedCandidate,
  type Quote,
  quoteText,
} from './quotes.ts'

/** A standalone question, and where to search for it. */
export interface Question extends Scope {
  /** Trimmed. */
  readonly question: string
  readonly maxQuotes: number
}

/** An excerpt with its place on the pages of its document. */
export interface CitedExcerpt extends Excerpt {
  /** Null where the document has no pages. */
  readonly place: PagePlace | null
}

/** A quote with its places, and those of its copies. */
export interface CitedQuote extends Omit<Quote, 'copies'>, CitedExcerpt {
  readonly copies: readonly CitedExcerpt[]
  /** Who chose it for this question; null where a search found it. */
  readonly vouched: Vouched | null
}

/** Who chose a quote, when (in ms since 1970), and for which question. */
export type Vouched = Pick<VouchedAnswer, 'by' | 'atMs' | 'question'>

export interface Answer {
  /** False where no confidence reaches the threshold; `quotes` is then empty. */
  readonly answered: boolean
  /** Plain text: the quotes with their numbers, or a sentence that says that nothing answers. */
  readonly text: string
  /** That the best quote answers; where nothing is answered, that the closest one does. 0 to 1. */
  readonly confidence: number
  readonly quotes: readonly CitedQuote[]
  /** Where something is answered: quotes on the same subject that probably do not answer. */
  readonly alsoOnThis: readonly CitedQuote[]
  /** Where nothing is answered: up to three quotes that come closest. */
  readonly closest: readonly CitedQuote[]
  readonly explanation: Explanation
  /** The embedding of the question that was searched for; null where nothing was searched. */
  readonly vector: Float32Array | null
  /** How long each stage took, in ms. */
  readonly timings: Readonly<Record<string, number>>
}

/** Why the answer is as it is. */
export interface Explanation {
  /** The stage that decided. */
  readonly decidedBy:
    | 'conversation'
    | 'retrieval'
    | 'threshold'
    | 'ranking'
    | 'document'
    | 'vouched'
  /** What decided, in a sentence. */
  readonly summary: string
  /** What the reader read, in order. */
  readonly windows: readonly Window[]
  /** Every candidate, in the order of retrieval. */
  readonly candidates: readonly JudgedCandidate[]
  /** The forms of the question for which others were searched for as well. */
  readonly equalForms: readonly ExplainedForm[]
}

/** How many of the closest quotes a refusal shows. */
const MAX_CLOSEST_QUOTES = 3

/** The parts that answer questions. */
export interface AnswerContext {
  /** One generation of the index. */
  readonly store: Store
  readonly inference: Inference
  /** The threshold: with a lower confidence nothing is answered. 0 to 1. */
  readonly minConfidence: number
  /** Default: the product's own. */
  readonly calibration?: Calibration
  /** The answers that people chose. They come before all others. Default: none. */
  readonly vouched?: VouchedMatcher | undefined
  /** Aborted when nobody waits for the answer. Calls of the models then end. */
  readonly signal?: AbortSignal | undefined
}

/** Answers a question with quotes: first those that somebody chose for it, then those that are found. */
export async function answerQuestion(question: Question, context: AnswerContext): Promise<Answer> {
  const chosen = (await context.vouched?.find(question, context)) ?? null
  const found = await answerBySearch(question, context)
  return chosen ? withVouched(found, chosen, question.maxQuotes, context.store) : found
}

async function answerBySearch(
  { question, maxQuotes, ...scope }: Question,
  { minConfidence, calibration = CALIBRATION, ...parts }: AnswerContext,
): Promise<Answer> {
  const { store } = parts
  const ofDetails = await answerFromDetails(question, { ...scope, maxQuotes, minConfidence }, store)
  if (ofDetails) return detailsAnswer(ofDetails, store)
  const retrieved = await retrieve(question, { ...scope, wanted: maxQuotes }, parts)
  const { candidates, windows, vector, language, equalForms, timings } = retrieved
  const confidence = firstConfidence(candidates, calibration)
  const choose = (limit: number, atLeast: number) =>
    chooseQuotes(candidates, { limit, confidence, minConfidence: atLeast, calibration })
  const { quotes, alsoOnThis, judged } = choose(maxQuotes, minConfidence)
  const answered = quotes.length > 0
  return {
    answered,
    text: answered ? numberedText(quotes) : language.replies.notAnswered,
    confidence,
    quotes: await cited(quotes, store),
    alsoOnThis: await cited(alsoOnThis, store),
    closest: answered ? [] : await cited(choose(MAX_CLOSEST_QUOTES, 0).quotes, store),
    explanation: {
      ...explain(confidence, minConfidence, judged.length > 0),
      windows,
      candidates: judged,
      equalForms,
    },
    vector,
    timings,
  }
}

/** Puts the quotes that somebody chose before those that were found, and leaves out what overlaps them. */
async function withVouched(
  found: Answer,
  { answer: { by, atMs, question }, probability, quotes: standing }: VouchedMatch,
  maxQuotes: number,
  store: Store,
): Promise<Answer> {
  const chosen = await Promise.all(
    Array.from(standing, async ({ passage, start, end }) => {
      const quote = { passage, start, end, candidate: null, highlight: null, copies: [] }
      const vouched = { by, atMs, question }
      return { ...(await placed(quote, store)), confidence: probability, vouched }
    }),
  )
  const isOther = (quote: CitedQuote) => !chosen.some((each) => overlaps(each, quote))
  const quotes = [...chosen, ...found.quotes.filter(isOther)].slice(0, maxQuotes)
  const summary = `${by} decided: the quotes were chosen for “${foldSpace(question)}”, and this question asks for the same at ${percent(probability)}.`
  return {
    ...withQuotes(found, quotes, ''),
    confidence: probability,
    alsoOnThis: found.alsoOnThis.filter(isOther).slice(0, maxQuotes - quotes.length),
    explanation: { ...found.explanation, decidedBy: 'vouched', summary },
  }
}

function overlaps(a: CitedQuote, b: CitedQuote): boolean {
  return a.passage.document.id === b.passage.document.id && a.start < b.end && b.start < a.end
}

/** The reply to words that ask for nothing, for which nothing was searched. */
export function smallTalkAnswer(text: string): Answer {
  return {
    answered: false,
    text,
    confidence: 0,
    quotes: [],
    alsoOnThis: [],
    closest: [],
    explanation: {
      decidedBy: 'conversation',
      summary: 'The conversation decided: nothing was asked that could be searched for.',
      windows: [],
      candidates: [],
      equalForms: [],
    },
    vector: null,
    timings: {},
  }
}

function cited(quotes: readonly Quote[], store: Store): Promise<CitedQuote[]> {
  return Promise.all(
    Array.from(quotes, async (quote) => {
      const copies = await Promise.all(quote.copies.map((copy) => placed(copy, store)))
      return { ...(await placed(quote, store)), copies, vouched: null }
    }),
  )
}

async function placed<T extends Excerpt>(excerpt: T, store: Store) {
  const place = await pagePlaceOf(excerpt.passage.document.id, excerpt, store)
  return { ...excerpt, place }
}

async function detailsAnswer(
  { remark, quotes, closest, confidence, summary }: DetailsAnswer,
  store: Store,
): Promise<Answer> {
  return {
    answered: quotes.length > 0,
    text: [remark, numberedText(quotes)].filter(Boolean).join('\n\n'),
    confidence,
    quotes: await cited(quotes, store),
    alsoOnThis: [],
    closest: await cited(closest, store),
    explanation: { decidedBy: 'document', summary, windows: [], candidates: [], equalForms: [] },
    vector: null,
    timings: {},
  }
}

/** The answer with other quotes in place of its own. Without any quote, its text is `otherwise`. */
export function withQuotes(
  answer: Answer,
  quotes: readonly CitedQuote[],
  otherwise: string,
): Answer {
  const answered = quotes.length > 0
  return {
    ...answer,
    answered,
    text: answered ? numberedText(quotes) : otherwise,
    quotes,
    alsoOnThis: [],
    closest: [],
  }
}

function numberedText(quotes: readonly Quote[]): string {
  return quotes.map((quote, i) => `“${foldSpace(quoteText(quote))}” [${i + 1}]`).join('\n\n')
}

function explain(
  confidence: number,
  minConfidence: number,
  isFound: boolean,
): Pick<Explanation, 'decidedBy' | 'summary'> {
  if (!isFound) {
    const summary = 'Retrieval decided: no sentence was found that could answer.'
    return { decidedBy: 'retrieval', summary }
  }
  const needed = `the ${percent(minConfidence)} that an answer needs`
  return confidence >= minConfidence
    ? {
        decidedBy: 'ranking',
        summary: `Ranking decided: the best candidate is quoted at ${percent(confidence)}, at least ${needed}.`,
      }
    : {
        decidedBy: 'threshold',
        summary: `The threshold decided: the best candidate reached ${percent(confidence)}, below ${needed}.`,
      }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
