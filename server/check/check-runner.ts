import { clientResponse, FootnoteError } from '../../index/errors.ts'
import type { LiveIndex } from '../../index/live-index.ts'
import type { Ask } from '../conversation/question-queue.ts'
import type { Log } from '../log.ts'
import { askChecks } from './ask-checks.ts'
import type { CheckQuestion } from './check-question.ts'
import type { CheckRecords } from './check-records.ts'
import type { CheckUser } from './check-user.ts'
import type { CheckRun } from './run.ts'
import type { Threshold } from './threshold.ts'

/** How far a run is. */
export interface RunProgress {
  readonly startedAtMs: number
  readonly user: CheckUser
  readonly done: number
  readonly total: number
  /** Why it ended without a result; null while it runs. */
  readonly problem: string | null
}

/** What a run needs. */
export interface RunnerParts {
  /** Asks without any trace: no statistics, no webhooks, no kept questions. */
  readonly ask: Ask
  readonly index: LiveIndex
  readonly records: CheckRecords
  readonly threshold: Threshold
  readonly log: Log
}

/** A run that has begun. */
export interface StartedRun {
  readonly progress: RunProgress
  /** Resolves once the run is kept, with null where it was cancelled; rejects where it failed. */
  readonly ended: Promise<CheckRun | null>
}

interface CurrentRun {
  progress: RunProgress
  readonly cancelling: AbortController
  ended: Promise<CheckRun | null> | null
}

/** Runs checks, one run at a time. */
export class CheckRunner {
  readonly #parts: RunnerParts
  #current: CurrentRun | null = null

  constructor(parts: RunnerParts) {
    this.#parts = parts
  }

  /** How far the run is that runs now, or why the last one failed; null where neither is so. */
  get progress(): RunProgress | null {
    return this.#current?.progress ?? null
  }

  /** Begins to ask all questions. Throws `check-running` while another run is under way, and `check-empty` without questions. */
  start(questions: readonly CheckQuestion[], user: CheckUser): StartedRun {
    if (this.#current && this.#current.progress.problem === null) {
      const message = 'A run is under way. Wait until it has ended, or cancel it.'
      throw new FootnoteError('check-running', message)
    }
    if (questions.length === 0) {
      throw new FootnoteError('check-empty', 'There are no questions to ask yet. Add some first.')
    }
    const startedAtMs = Date.now()
    const progress = { startedAtMs, user, done: 0, total: questions.length, problem: null }
    const current: CurrentRun = { progress, cancelling: new AbortController(), ended: null }
    this.#current = current
    const ended = this.#runToItsEnd(questions, current)
    current.ended = ended
    // Who starts a run may leave it alone: its failure is in the progress and in the log.
    ended.catch(() => {})
    return { progress, ended }
  }

  /** Ends the run that runs now without a result; false where there is none. */
  cancel(): boolean {
    if (!this.#current || this.#current.progress.problem !== null) return false
    this.#current.cancelling.abort()
    this.#current = null
    return true
  }

  /** Cancels the run, and resolves once it has ended. */
  async close(): Promise<void> {
    const ended = this.#current?.ended
    this.cancel()
    await ended?.catch(() => {})
  }

  async #runToItsEnd(
    questions: readonly CheckQuestion[],
    current: CurrentRun,
  ): Promise<CheckRun | null> {
    try {
      const run = await this.#run(questions, current)
      if (this.#current === current) this.#current = null
      return run
    } catch (error) {
      if (current.cancelling.signal.aborted) return null
      current.progress = { ...current.progress, problem: messageOf(error) }
      this.#parts.log.warn({ err: error }, 'a run of checks failed')
      throw error
    }
  }

  async #run(questions: readonly CheckQuestion[], current: CurrentRun): Promise<CheckRun> {
    const { ask, index, records, threshold } = this.#parts
    const { startedAtMs, user } = current.progress
    const { signal } = current.cancelling
    const before = { generation: index.generation, threshold: await threshold.current() }
    const onProgress = (done: number) => {
      current.progress = { ...current.progress, done }
    }
    const results = await askChecks(questions, { ask, index, signal, onProgress })
    signal.throwIfAborted()
    const { name: by, collections } = user
    return records.addRun({
      startedAtMs,
      endedAtMs: Date.now(),
      by,
      collections: collections && [...collections],
      ...before,
      results,
    })
  }
}

/** What people at the desk may know of an error. */
function messageOf(error: unknown): string {
  const told = error instanceof FootnoteError ? clientResponse(error.code) : null
  if (told && error instanceof FootnoteError) return told.detail ?? error.message
  return 'Something went wrong. The log of this server says more.'
}
