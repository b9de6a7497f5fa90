import { cosine } from '../../index/cosine.ts'
import type { CallOptions } from '../../index/inference/inference.ts'
import type { Language } from '../../index/language/language.ts'
import { languageOfQuestion } from '../../index/language/languages.ts'
import { wordsOf } from '../../index/language/stems.ts'
import type { Store } from '../../index/storage/storage.ts'
import {
  embedQuestion,
  pairFeatures,
  type PairModels,
  type QuotedText,
  type ReadVouched,
  readVouched,
} from './question-pair.ts'
import { quotedText } from './quoted-text.ts'
import { MIN_PROBABILITY, sameQuestionProbability } from './same-question.ts'
import { type StandingQuote, standingOf } from './standing.ts'
import type { VouchedAnswer } from './vouched-answer.ts'
import type { VouchedSnapshot } from './vouched-answers.ts'
import type { QuestionVectors } from './question-vectors.ts'

/** A vouched answer to a question. */
export interface VouchedMatch {
  readonly answer: VouchedAnswer
  /** That the question asks for the same as the vouched one; 0 to 1. */
  readonly probability: number
  /** Where its quotes stand now. */
  readonly quotes: readonly StandingQuote[]
}

/** A question to match, and the documents that it is asked of; null: all. */
export interface MatchedQuestion {
  readonly question: string
  readonly documentIds: readonly string[] | null
}

/** What a match is found with. */
export interface MatchParts extends CallOptions {
  readonly store: Store
  readonly inference: PairModels
}

/** How many of the nearest vouched questions are compared in full. */
const MAX_COMPARED = 5

/** A vouched question whose vector is further from that of the question asks for something else. */
const MIN_COSINE = 0.5

/** Finds the vouched answer to a question among all that there are at one time. */
export class VouchedMatcher {
  readonly #answers: readonly VouchedAnswer[]
  readonly #vectors: QuestionVectors
  /** What was read of vouched questions, by their ids and texts. */
  readonly #read = new Map<string, ReadVouched>()
  /** The version of the answers. */
  readonly version: number

  constructor({ version, answers }: VouchedSnapshot, vectors: QuestionVectors) {
    this.version = version
    this.#answers = answers
    this.#vectors = vectors
  }

  /**
   * The vouched answer whose question asks for the same; null where there is none. All its quotes stand in documents of the index
   * and of `documentIds`. Nothing is computed where nobody vouched for anything.
   */
  async find(
    { question, documentIds }: MatchedQuestion,
    parts: MatchParts,
  ): Promise<VouchedMatch | null> {
    const { store, inference, signal } = parts
    const options = { signal }
    const answers = await this.#answersIn(store, documentIds)
    if (answers.length === 0) return null
    const language = languageOfQuestion(question, await store.languages(documentIds))
    const asked = await embedQuestion(question, language, inference, options)
    const matches: VouchedMatch[] = []
    const nearest = await this.#nearest(asked.vector, answers, inference, options)
    const typed = wordsOf(question, language).join(' ')
    for (const answer of nearest) {
      const standing = await standingOf(answer, store)
      if (!('quotes' in standing)) continue
      const { quotes } = standing
      if (typed === wordsOf(answer.question, language).join(' ')) {
        return { answer, probability: 1, quotes }
      }
      const vouched = await this.#readVouched(answer, quotedText(quotes), language, parts)
      const features = await pairFeatures(asked, vouched, language, inference, options)
      const probability = sameQuestionProbability(features)
      if (probability >= MIN_PROBABILITY) matches.push({ answer, probability, quotes })
    }
    return matches.toSorted((a, b) => b.probability - a.probability)[0] ?? null
  }

  /** The answers all of whose documents are in the store and asked: others must not take the places of the nearest. */
  async #answersIn(
    store: Store,
    documentIds: MatchedQuestion['documentIds'],
  ): Promise<readonly VouchedAnswer[]> {
    if (this.#answers.length === 0) return []
    const quoted = new Set(
      this.#answers.flatMap(({ quotes }) => quotes.map(({ documentId }) => documentId)),
    )
    const missing = new Set(await store.missingDocuments([...quoted]))
    return this.#answers.filter(({ quotes }) =>
      quotes.every(
        ({ documentId }) => !missing.has(documentId) && (documentIds?.includes(documentId) ?? true),
      ),
    )
  }

  /** The answers whose questions are nearest to the question, nearest first. */
  async #nearest(
    vector: Float32Array,
    answers: readonly VouchedAnswer[],
    models: PairModels,
    options: CallOptions,
  ): Promise<VouchedAnswer[]> {
    const texts = answers.map((answer) => answer.question)
    const vectors = await this.#vectors.of(texts, models, options)
    return answers
      .map((answer, i) => {
        const other = vectors[i]
        return { answer, similarity: other ? cosine(vector, other) : -1 }
      })
      .filter(({ similarity }) => similarity >= MIN_COSINE)
      .toSorted((a, b) => b.similarity - a.similarity)
      .slice(0, MAX_COMPARED)
      .map(({ answer }) => answer)
  }

  async #readVouched(
    { id, question }: VouchedAnswer,
    source: QuotedText,
    language: Language,
    { inference, signal }: MatchParts,
  ): Promise<ReadVouched> {
    const key = JSON.stringify([id, source])
    const read =
      this.#read.get(key) ?? (await readVouched(question, source, language, inference, { signal }))
    this.#read.set(key, read)
    return read
  }
}
