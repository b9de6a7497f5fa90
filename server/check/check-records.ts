import { areSame, covers, type VisibleCollections } from '../access/caller.ts'
import type { State } from '../state/state.ts'
import {
  type CheckQuestion,
  checkQuestionId,
  type KeptCheckQuestion,
  QUESTION_PREFIX,
  readCheckQuestion,
} from './check-question.ts'
import { MAX_CHECK_QUESTIONS } from './limits.ts'
import { type CheckRun, type KeptRun, readRun, RUN_PREFIX } from './run.ts'

/** How many runs are kept of those who see the same collections: the last ones. */
const MAX_RUNS = 10

/** All questions and runs at a version of the records. */
interface KeptChecks {
  readonly version: number
  /** The oldest first. */
  readonly questions: readonly CheckQuestion[]
  /** The oldest first. */
  readonly runs: readonly CheckRun[]
}

/** The questions and runs that are kept. Every method rejects as those of `RecordStore` do. */
export class CheckRecords {
  readonly #records: State['records']
  #kept: KeptChecks | null = null

  constructor(records: State['records']) {
    this.#records = records
  }

  /** The questions for somebody who sees these collections: those that are asked of no others. The oldest first. */
  async questions(visible: VisibleCollections): Promise<CheckQuestion[]> {
    const { questions } = await this.#read()
    return questions.filter(({ collections }) => covers(visible, collections))
  }

  /** The runs of those who see the same collections, the oldest first. */
  async runs(visible: VisibleCollections): Promise<CheckRun[]> {
    const { runs } = await this.#read()
    return runs.filter(({ collections }) => areSame(visible, collections))
  }

  /** Keeps questions, each in place of one with the same words of the same collections. Gives those that there was no room for. */
  async putQuestions(questions: readonly KeptCheckQuestion[]): Promise<KeptCheckQuestion[]> {
    const known = new Set((await this.#read()).questions.map(({ id }) => id))
    const left: KeptCheckQuestion[] = []
    for (const question of questions) {
      const id = checkQuestionId(question.question, question.collections)
      if (!known.has(id) && known.size >= MAX_CHECK_QUESTIONS) {
        left.push(question)
        continue
      }
      known.add(id)
      const record = { id, json: JSON.stringify(question) }
      // Another server may keep or remove it at the same time.
      while (
        !(await this.#records.replace('check', record)) &&
        !(await this.#records.add('check', record))
      );
    }
    return left
  }

  /** Removes a question; false where there is none with this id. */
  removeQuestion(id: string): Promise<boolean> {
    return this.#records.remove('check', id)
  }

  /** Keeps a run, and forgets the oldest beyond the limit. */
  async addRun(run: KeptRun): Promise<CheckRun> {
    const id = `${RUN_PREFIX}${run.startedAtMs}`
    if (!(await this.#records.add('check', { id, json: JSON.stringify(run) }))) {
      // Another server began one in the same millisecond.
      return this.addRun({ ...run, startedAtMs: run.startedAtMs + 1 })
    }
    const runs = await this.runs(run.collections)
    for (const { id: old } of runs.slice(0, -MAX_RUNS)) await this.#records.remove('check', old)
    return { id, ...run }
  }

  async #read(): Promise<KeptChecks> {
    // Before the records: what changes meanwhile is read by the next call.
    const version = await this.#records.version('check')
    if (this.#kept?.version === version) return this.#kept
    const records = await this.#records.all('check')
    this.#kept = {
      version,
      questions: records.flatMap(({ id, json }) =>
        id.startsWith(QUESTION_PREFIX) ? readCheckQuestion(id, json) : [],
      ),
      runs: records.flatMap(({ id, json }) => (id.startsWith(RUN_PREFIX) ? readRun(id, json) : [])),
    }
    return this.#kept
  }
}
