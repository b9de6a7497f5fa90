import { foldSpace } from '../../presentation/fold-space.ts'
import type { Inference } from '../../index/inference/inference.ts'
import type { Scope } from '../../index/retrieval/passages.ts'
import { retrieve } from '../../index/retrieval/retrieve.ts'
import type { Store } from '../../index/storage/storage.ts'
import { type Calibration, CALIBRATION, judge } from './confidence.ts'
import { chooseQuotes, type Judged, type Quote, quoteText } from './quotes.ts'

export interface Question extends Scope {
  /** As it is searched for: trimmed, standing alone. */
  readonly question: string
  readonly maxQuotes: number
}

export interface Answer {
  /** False where no sentence is likely enough to answer; `quotes` is empty then. */
  readonly answered: boolean
  /** The quotes with their numbers, or a sentence that says that there are none; plain text. */
  readonly text: string
  /** Of the best quote, or of what came closest; 0 to 1. */
  readonly confidence: number
  readonly quotes: readonly Quote[]
  /** Where nothing answers: up to three quotes that come closest. */
  readonly closest: readonly Quote[]
  readonly explanation: Explanation
  /** How long each stage took, in ms. */
  readonly timings: Readonly<Record<string, number>>
}

/** Why the answer is what it is. */
export interface Explanation {
  /** The stage that settled it. */
  readonly decidedBy: 'conversation' | 'retrieval' | 'threshold' | 'ranking'
  /** The same in a sentence. */
  readonly summary: string
  /** Passages that the cross-encoder read whole, since their sentences left it open. */
  readonly passagesRead: number
  readonly candidates: readonly Judged[]
}

const CLOSEST = 3

/** What answers questions. */
export interface Answering {
  /** One generation of the index. */
  readonly store: Store
  readonly inference: Inference
  /** Below this confidence nothing is answered; 0 to 1. */
  readonly minConfidence: number
  /** The product's own unless given. */
  readonly calibration?: Calibration
}

/** Answers a question with quotes. */
export async function answerQuestion(
  { question, maxQuotes, ...scope }: Question,
  { store, inference, minConfidence, calibration = CALIBRATION }: Answering,
): Promise<Answer> {
  const { candidates, language, timings } = await retrieve(question, scope, { store, inference })
  const started = performance.now()
  const { confidence, passagesRead } = await judge(question, candidates, { inference, calibration })
  const judging = performance.now() - started
  const choose = (limit: number, atLeast: number) =>
    chooseQuotes(candidates, { limit, confidence, minConfidence: atLeast, calibration })
  const { quotes, judged } = choose(maxQuotes, minConfidence)
  const answered = quotes.length > 0
  return {
    answered,
    text: answered ? numbered(quotes) : language.replies.notAnswered,
    confidence,
    quotes,
    closest: answered ? [] : choose(CLOSEST, 0).quotes,
    explanation: {
      ...explain(confidence, minConfidence, judged.length > 0),
      passagesRead,
      candidates: judged,
    },
    timings: { ...timings, rerank: timings.rerank + judging },
  }
}

/** An answer to words that ask for nothing, without a search. */
export function withoutSearch(text: string): Answer {
  return {
    answered: false,
    text,
    confidence: 0,
    quotes: [],
    closest: [],
    explanation: {
      decidedBy: 'conversation',
      summary: 'The conversation decided: nothing was asked that could be searched for.',
      passagesRead: 0,
      candidates: [],
    },
    timings: {},
  }
}

/** The same answer with others of its quotes; without any, `otherwise` is what it says. */
export function withQuotes(answer: Answer, quotes: readonly Quote[], otherwise: string): Answer {
  const answered = quotes.length > 0
  return { ...answer, answered, text: answered ? numbered(quotes) : otherwise, quotes, closest: [] }
}

function numbered(quotes: readonly Quote[]): string {
  return quotes.map((quote, i) => `“${foldSpace(quoteText(quote))}” [${i + 1}]`).join('\n\n')
}

function explain(
  confidence: number,
  minConfidence: number,
  isFound: boolean,
): Pick<Explanation, 'decidedBy' | 'summary'> {
  if (!isFound) {
    const summary = 'Retrieval decided: no sentence was found to be read by the cross-encoder.'
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
        summary: `The threshold decided: all candidates together reached ${percent(confidence)}, below ${needed}.`,
      }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
