import { foldSpace } from '../../index/embedded-texts.ts'
import type { Inference } from '../../index/inference/inference.ts'
import { retrieve, type Retrieval } from '../../index/retrieval/retrieve.ts'
import type { Store } from '../../index/store/store.ts'
import { chooseQuotes, type Judged, type Quote, quoteText } from './quotes.ts'

export interface Question {
  /** As it is searched for: trimmed, standing alone. */
  readonly question: string
  readonly maxQuotes: number
  /** Ids of the documents to answer from; null: all of them. */
  readonly documentIds: readonly string[] | null
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
  readonly timings: Retrieval['timings']
}

/** Why the answer is what it is. */
export interface Explanation {
  /** The stage that settled it. */
  readonly decidedBy: 'retrieval' | 'threshold' | 'ranking'
  /** The same in a sentence. */
  readonly summary: string
  readonly candidates: readonly Judged[]
}

const CLOSEST = 3

const NOT_ANSWERED = 'The documents do not answer this question.'

/** Answers a question with quotes from one generation of the index. */
export async function answerQuestion(
  { question, maxQuotes, documentIds }: Question,
  {
    store,
    inference,
    minConfidence,
  }: { store: Store; inference: Inference; minConfidence: number },
): Promise<Answer> {
  const { candidates, timings } = await retrieve(question, documentIds, { store, inference })
  const { quotes, judged } = chooseQuotes(candidates, { limit: maxQuotes, minConfidence })
  const answered = quotes.length > 0
  const closest = answered
    ? []
    : chooseQuotes(candidates, { limit: CLOSEST, minConfidence: 0 }).quotes
  const confidence = (answered ? quotes : closest)[0]?.confidence ?? 0
  return {
    answered,
    text: answered ? numbered(quotes) : NOT_ANSWERED,
    confidence,
    quotes,
    closest,
    explanation: explain(judged, confidence, minConfidence),
    timings,
  }
}

function numbered(quotes: readonly Quote[]): string {
  return quotes.map((quote, i) => `“${foldSpace(quoteText(quote))}” [${i + 1}]`).join('\n\n')
}

function explain(
  judged: readonly Judged[],
  confidence: number,
  minConfidence: number,
): Explanation {
  if (judged.length === 0) {
    return {
      decidedBy: 'retrieval',
      summary: 'Retrieval decided: no sentence was found to be read by the cross-encoder.',
      candidates: judged,
    }
  }
  const answered = confidence >= minConfidence
  return {
    decidedBy: answered ? 'ranking' : 'threshold',
    summary: answered
      ? `Ranking decided: the best candidate is quoted at ${percent(confidence)}, at least the ${percent(minConfidence)} that an answer needs.`
      : `The threshold decided: all candidates together reached ${percent(confidence)}, below the ${percent(minConfidence)} that an answer needs.`,
    candidates: judged,
  }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
