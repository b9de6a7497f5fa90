import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Inference } from '../../index/inference/inference.ts'
import type { EqualForms } from '../../index/retrieval/equal-forms.ts'
import type { Calibration } from '../../server/answer/confidence.ts'
import type { Config } from '../../server/config.ts'
import { type Footnote, openFootnote } from '../../server/footnote.ts'
import { createLog } from '../../server/log.ts'
import type { Service } from '../../server/service.ts'
import { openTemporaryState } from '../../server/state/embedded/embedded-state.ts'
import { openWords } from '../../server/words/words.ts'
import type { EvaluationDocument, EvaluationQuestion } from './dataset.ts'
import { judgeAnswer, type Outcome } from './outcome.ts'
import type { Round } from './rounds.ts'

const MAX_QUOTES = 3

/** What labelled questions are asked with. */
export interface Asking {
  readonly config: Config
  readonly inference: Inference
  /** The words of the house. Default: none. */
  readonly words?: readonly EqualForms[]
  /**
   * Called before the first question of a call and after each one, with numbers of questions (or of
   * dialogs).
   */
  readonly onProgress?: (progress: { done: number; total: number }) => void
}

/** Something that is opened for each round. */
interface Closable {
  close(): Promise<void>
}

/**
 * Writes the documents of each round to a temporary folder, opens what `open` opens on them, and asks
 * the round's questions one after the other. Gives what `ask` gave for each question, by round.
 * `open` gets the settings for the folder; an index that it builds there is built on in the next round. They
 * name no database.
 */
export async function askRounds<Asked, Opened extends Closable, Result>(
  rounds: readonly Round<Asked>[],
  { config, onProgress = () => {} }: Asking,
  open: (config: Config) => Promise<Opened>,
  ask: (question: Asked, opened: Opened) => Promise<Result>,
): Promise<Result[][]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'footnote-evaluation-'))
  const documentsDir = path.join(folder, 'documents')
  const total = rounds.reduce((sum, { questions }) => sum + questions.length, 0)
  let done = 0
  try {
    onProgress({ done, total })
    const results: Result[][] = []
    for (const { documents, questions } of rounds) {
      await writeDocuments(documents, documentsDir)
      const indexDir = path.join(folder, 'built')
      // Never the database of the settings: its index would be replaced.
      const opened = await open({ ...config, documentsDir, indexDir, databaseUrl: null })
      const answered: Result[] = []
      for (const question of questions) {
        answered.push(await ask(question, opened))
        onProgress({ done: (done += 1), total })
      }
      results.push(answered)
      await opened.close()
    }
    return results
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function writeDocuments(
  documents: readonly EvaluationDocument[],
  folder: string,
): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder)
  for (const { file, content } of documents) await writeFile(path.join(folder, file), content)
}

/**
 * Asks questions as clients of the service do, each outside any conversation, with the calibration for
 * its article.
 */
export function askQuestions(
  rounds: readonly Round[],
  asking: Asking,
  calibrationOf?: (article: number) => Calibration,
): Promise<Outcome[][]> {
  return askRounds(
    rounds,
    asking,
    async (config) => new Services(config, asking),
    async (labelled, services) => {
      const service = await services.withCalibration(calibrationOf?.(labelled.article))
      return (await askInConversation(labelled, null, service)).outcome
    },
  )
}

/** Asks the questions of each dialog in order, in one conversation, as clients of the service do. */
export function askDialogs(
  rounds: readonly Round<readonly EvaluationQuestion[]>[],
  asking: Asking,
): Promise<Outcome[][][]> {
  return askRounds(
    rounds,
    asking,
    async (config) => new Services(config, asking),
    async (dialog, services) => {
      const service = await services.withCalibration()
      const outcomes: Outcome[] = []
      let conversationId: string | null = null
      for (const labelled of dialog) {
        const asked = await askInConversation(labelled, conversationId, service)
        outcomes.push(asked.outcome)
        ;({ conversationId } = asked)
      }
      return outcomes
    },
  )
}

async function askInConversation(
  labelled: EvaluationQuestion,
  conversationId: string | null,
  service: Service,
): Promise<{ outcome: Outcome; conversationId: string }> {
  const { question, documentIds } = labelled
  const startedAt = performance.now()
  const reply = await service.ask({ question, maxQuotes: MAX_QUOTES, documentIds, conversationId })
  const outcome = judgeAnswer(labelled, reply.answer, performance.now() - startedAt)
  return { outcome, conversationId: reply.conversationId }
}

/** The product, opened once for each calibration, on the same index. */
class Services implements Closable {
  readonly #config: Config
  readonly #inference: Inference
  readonly #words: readonly EqualForms[]
  readonly #opened = new Map<Calibration | undefined, Footnote>()

  constructor(config: Config, { inference, words = [] }: Pick<Asking, 'inference' | 'words'>) {
    this.#config = config
    this.#inference = inference
    this.#words = words
  }

  /** The service that scores with a calibration; by default with the product's own. */
  async withCalibration(calibration?: Calibration): Promise<Service> {
    const known = this.#opened.get(calibration)
    if (known) return known.service
    const state = await openTemporaryState(this.#config)
    const entered = { state: 'accepted', collections: null, by: 'evaluation' } as const
    for (const forms of this.#words) await openWords(state).enter({ forms, ...entered })
    const footnote = await openFootnote(
      { ...this.#config, slack: null, webhooks: null },
      {
        log: createLog('silent'),
        inference: Promise.resolve(this.#inference),
        state,
        build: 'if-changed',
        ...(calibration && { calibration }),
      },
    )
    this.#opened.set(calibration, footnote)
    return footnote.service
  }

  async close(): Promise<void> {
    for (const footnote of this.#opened.values()) await footnote.close()
  }
}
