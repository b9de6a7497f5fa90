import type { LiveIndex } from '../../index/live-index.ts'
import { passageText } from '../../index/retrieval/passage-text.ts'
import type { Span } from '../../index/span.ts'
import { REFUSAL_COST } from '../answer/confidence.ts'
import { indexWithin } from '../index-within.ts'
import type { State } from '../state/state.ts'
import {
  type CheckQuestion,
  checkQuestionId,
  type ExpectedQuote,
  type KeptCheckQuestion,
} from './check-question.ts'
import { areSame } from '../access/caller.ts'
import { CheckRecords } from './check-records.ts'
import { CheckRunner, type RunnerParts, type RunProgress, type StartedRun } from './check-runner.ts'
import type { CheckUser } from './check-user.ts'
import type { ImportedFile, ImportedQuestion, ImportProblem } from './import-file.ts'
import { type Refit, refit } from './refit.ts'
import { type ChangedResult, changesOf, type CheckRun } from './run.ts'
import type { Threshold } from './threshold.ts'
import type { StandingQuote } from '../vouched/standing.ts'
import type { VouchingDesk } from '../vouched/vouching.ts'

/** A question as somebody enters it. */
export interface EnteredQuestion {
  readonly question: string
  readonly quotes: readonly (Span & { readonly documentId: string })[]
}

/** Why a quote cannot be expected, by its number among those that were entered, from 0. */
export interface WrongQuote {
  readonly wrongQuote: number
  readonly message: string
}

/** What came of an import. */
export interface Imported {
  /** How many questions are kept of it. */
  readonly taken: number
  readonly problems: readonly ImportProblem[]
}

/** A run with what differs from the runs before it. */
export interface ComparedRun {
  readonly run: CheckRun
  readonly changes: readonly ChangedResult[]
}

/** A refit, with the run that it is made from. */
export interface RefitOfRun {
  readonly run: CheckRun
  readonly refit: Refit
}

interface DeskParts extends Omit<RunnerParts, 'records'> {
  readonly state: Pick<State, 'records' | 'audit'>
  readonly vouching: Pick<VouchingDesk, 'list'>
}

/**
 * The checks for those who look after the documents: questions with the quotes that should come, what comes, and the threshold
 * that fits them. Whoever is limited to collections sees and runs the questions that are asked of these. Every method rejects as
 * those of `RecordStore` do.
 */
export class CheckDesk {
  readonly threshold: Threshold
  readonly #index: LiveIndex
  readonly #state: Pick<State, 'records' | 'audit'>
  readonly #records: CheckRecords
  readonly #runner: CheckRunner
  readonly #vouching: Pick<VouchingDesk, 'list'>

  constructor({ state, vouching, ...parts }: DeskParts) {
    this.#vouching = vouching
    this.threshold = parts.threshold
    this.#index = parts.index
    this.#state = state
    this.#records = new CheckRecords(state.records)
    this.#runner = new CheckRunner({ ...parts, records: this.#records })
  }

  /** The oldest first. */
  questions({ collections }: CheckUser): Promise<CheckQuestion[]> {
    return this.#records.questions(collections)
  }

  /** Keeps a question in place of one with the same words. Gives null where there is no room for more. */
  async add(
    { question, quotes: entered }: EnteredQuestion,
    user: CheckUser,
  ): Promise<CheckQuestion | WrongQuote | null> {
    const quotes = await this.#readQuotes(entered, user)
    if ('wrongQuote' in quotes) return quotes
    const kept = keptQuestion({ question, quotes }, user)
    if ((await this.#records.putQuestions([kept])).length > 0) return null
    await this.#log('check.added', question, user)
    return { id: checkQuestionId(question, user.collections), ...kept }
  }

  /** Takes the questions of a file: see `readCheckFile`. */
  async importFile(text: string, user: CheckUser): Promise<Imported> {
    const { questions, problems } = await this.readFile(text, user)
    return this.#take(questions, problems, user)
  }

  /** Reads the questions of a file, and keeps none: see `readCheckFile`. */
  async readFile(text: string, { collections }: CheckUser): Promise<ImportedFile> {
    // The parser of CSV is not needed to start.
    const { readCheckFile } = await import('./import-file.ts')
    return indexWithin(this.#index, collections).use((store) => readCheckFile(text, store))
  }

  /** Takes the questions that people chose answers for, with these as the quotes that should come. */
  async importVouched(user: CheckUser): Promise<Imported> {
    const listed = await this.#vouching.list(user)
    const questions = listed.map(({ answer, standing }) => ({
      question: answer.question,
      quotes: 'quotes' in standing ? standing.quotes.map(expectedQuote) : [],
    }))
    // Without quotes, a question would be one that the documents do not answer.
    const standing = questions.filter(({ quotes }) => quotes.length > 0)
    const lost = questions.filter(({ quotes }) => quotes.length === 0)
    const problems = lost.map(({ question }) => ({
      line: null,
      problem: `The quotes of “${question}” stand in the documents no longer.`,
    }))
    return this.#take(standing, problems, user)
  }

  /** Removes a question; false where there is none. */
  async remove(id: string, user: CheckUser): Promise<boolean> {
    const question = (await this.questions(user)).find((each) => each.id === id)
    if (!question || !(await this.#records.removeQuestion(id))) return false
    await this.#log('check.removed', question.question, user)
    return true
  }

  /**
   * Begins to ask questions: all of a user, or those of a file, which are not kept. Throws what `CheckRunner.start` throws.
   */
  async start(
    user: CheckUser,
    given: readonly ImportedQuestion[] | null = null,
  ): Promise<StartedRun> {
    const { collections } = user
    const questions =
      given === null
        ? await this.questions(user)
        : Array.from(given, (each) => {
            const id = checkQuestionId(each.question, collections)
            return Object.assign(keptQuestion(each, user), { id })
          })
    return this.#runner.start(questions, user)
  }

  /** How far the run of somebody with the same collections is, or why it failed; null where there is none. */
  progress({ collections }: CheckUser): RunProgress | null {
    const { progress } = this.#runner
    return progress && areSame(progress.user.collections, collections) ? progress : null
  }

  /** Cancels the run of somebody with the same collections; false where there is none. */
  cancel(user: CheckUser): boolean {
    return this.progress(user) !== null && this.#runner.cancel()
  }

  /** The last runs of those with the same collections, the latest first. */
  async runs({ collections }: CheckUser): Promise<CheckRun[]> {
    return (await this.#records.runs(collections)).toReversed()
  }

  /** A run with what differs from those before it; null where there is none with this id. */
  async run(id: string, { collections }: CheckUser): Promise<ComparedRun | null> {
    const runs = await this.#records.runs(collections)
    const at = runs.findIndex((each) => each.id === id)
    const run = runs[at]
    return run ? { run, changes: changesOf(run, runs.slice(0, at)) } : null
  }

  /** Fits the threshold to the latest run; null where there is none. */
  async refit(user: CheckUser, refusalCost = REFUSAL_COST): Promise<RefitOfRun | null> {
    const [run] = await this.runs(user)
    if (!run) return null
    const inUse = await this.threshold.current()
    return { run, refit: refit(run.results, { refusalCost, inUse }) }
  }

  /** Cancels the run that runs now, and resolves once it has ended. */
  close(): Promise<void> {
    return this.#runner.close()
  }

  async #take(
    questions: readonly ImportedQuestion[],
    problems: readonly ImportProblem[],
    user: CheckUser,
  ): Promise<Imported> {
    const left = await this.#records.putQuestions(
      questions.map((question) => keptQuestion(question, user)),
    )
    const taken = questions.length - left.length
    const counted = taken === 1 ? '1 question' : `${taken} questions`
    if (taken > 0) await this.#log('check.imported', counted, user)
    const noRoom = left.map(({ question }) => ({
      line: null,
      problem: `There is no room for “${question}”: remove other questions first.`,
    }))
    return { taken, problems: [...problems, ...noRoom] }
  }

  async #readQuotes(
    entered: EnteredQuestion['quotes'],
    { collections }: CheckUser,
  ): Promise<ExpectedQuote[] | WrongQuote> {
    return indexWithin(this.#index, collections).use(async (store) => {
      const quotes: ExpectedQuote[] = []
      for (const [wrongQuote, { documentId, start, end }] of entered.entries()) {
        const document = await store.document(documentId)
        if (!document) return { wrongQuote, message: 'is of a document that is not there' }
        const text = document.text.slice(start, end)
        if (text.trim() === '') return { wrongQuote, message: 'must be words of the document' }
        quotes.push({ documentId, start, end, text })
      }
      return quotes
    })
  }

  #log(action: string, subject: string, { name: by, collections }: CheckUser): Promise<void> {
    const [collection = null, ...others] = collections ?? []
    return this.#state.audit.add({
      by,
      action,
      subject,
      collection: others.length > 0 ? null : collection,
    })
  }
}

function expectedQuote({ passage, start, end }: StandingQuote): ExpectedQuote {
  return {
    documentId: passage.document.id,
    start,
    end,
    text: passageText(passage, { start, end }),
  }
}

function keptQuestion(
  { question, quotes }: ImportedQuestion,
  { name: by, collections }: CheckUser,
): KeptCheckQuestion {
  return {
    question,
    quotes: [...quotes],
    collections: collections && [...collections],
    by,
    atMs: Date.now(),
  }
}
