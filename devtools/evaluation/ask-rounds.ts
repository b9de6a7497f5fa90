import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buildIndex } from '../../index/build.ts'
import type { Inference } from '../../index/inference/inference.ts'
import type { Store } from '../../index/storage/storage.ts'
import { answerQuestion } from '../../server/answer/answer.ts'
import type { Calibration } from '../../server/answer/confidence.ts'
import type { Config } from '../../server/config.ts'
import { converse } from '../../server/conversation/converse.ts'
import { openTemporaryState } from '../../server/state/embedded/embedded-state.ts'
import { storageOf } from '../../server/storage.ts'
import type { EvaluationDocument, EvaluationQuestion } from './dataset.ts'
import { judgeAnswer, type Outcome } from './outcome.ts'
import type { Round } from './rounds.ts'

const MAX_QUOTES = 3

/** What labelled questions are asked with. */
export interface Asking {
  readonly config: Config
  readonly inference: Inference
  /**
   * Called before the first question of a call and after each one, with numbers of questions (or of
   * dialogs).
   */
  readonly onProgress?: (progress: { done: number; total: number }) => void
}

/**
 * Indexes the documents of each round in a temporary folder, and asks the round's questions one
 * after the other. Gives what `ask` gave for each question, by round.
 */
export async function askRounds<Asked, Result>(
  rounds: readonly Round<Asked>[],
  { config, inference, onProgress = () => {} }: Asking,
  ask: (question: Asked, store: Store) => Promise<Result>,
): Promise<Result[][]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'footnote-evaluation-'))
  const total = rounds.reduce((sum, { questions }) => sum + questions.length, 0)
  let done = 0
  try {
    onProgress({ done, total })
    const results: Result[][] = []
    for (const { documents, questions } of rounds) {
      const store = await indexDocuments(documents, folder, config, inference)
      const answered: Result[] = []
      for (const question of questions) {
        answered.push(await ask(question, store))
        onProgress({ done: (done += 1), total })
      }
      results.push(answered)
      await store.close()
    }
    return results
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Indexes documents below `folder`. What was embedded there for an earlier round is used again. */
async function indexDocuments(
  documents: readonly EvaluationDocument[],
  folder: string,
  { inference: models }: Config,
  inference: Inference,
): Promise<Store> {
  const documentsDir = path.join(folder, 'documents')
  const indexDir = path.join(folder, 'built')
  await rm(documentsDir, { recursive: true, force: true })
  await mkdir(documentsDir)
  for (const { file, content } of documents) {
    await writeFile(path.join(documentsDir, file), content)
  }
  const storage = storageOf({ indexDir, inference: models })
  await buildIndex({ documentsDir, storage, models, inference: async () => inference })
  return storage.open()
}

/**
 * Asks questions as the server does, each outside any conversation, with the calibration for its
 * article.
 */
export function askQuestions(
  rounds: readonly Round[],
  asking: Asking,
  calibrationOf?: (article: number) => Calibration,
): Promise<Outcome[][]> {
  const { config, inference } = asking
  return askRounds(rounds, asking, async (labelled, store) => {
    const { question, article } = labelled
    const startedAt = performance.now()
    const answer = await answerQuestion(
      { question, maxQuotes: MAX_QUOTES, documentIds: null },
      {
        ...config,
        inference,
        store,
        ...(calibrationOf && { calibration: calibrationOf(article) }),
      },
    )
    return judgeAnswer(labelled, answer, performance.now() - startedAt)
  })
}

/** Asks the questions of each dialog in order, in one conversation, as the server does. */
export function askDialogs(
  rounds: readonly Round<readonly EvaluationQuestion[]>[],
  asking: Asking,
): Promise<Outcome[][][]> {
  const { config, inference } = asking
  return askRounds(rounds, asking, async (dialog, store) => {
    const state = await openTemporaryState(config)
    const outcomes: Outcome[] = []
    let conversationId: string | null = null
    try {
      for (const labelled of dialog) {
        const startedAt = performance.now()
        const reply: Awaited<ReturnType<typeof converse>> = await converse(
          {
            question: labelled.question,
            maxQuotes: MAX_QUOTES,
            documentIds: null,
            conversationId,
          },
          { ...config, inference, store, conversations: state.conversations },
        )
        outcomes.push(judgeAnswer(labelled, reply.answer, performance.now() - startedAt))
        ;({ conversationId } = reply)
      }
      return outcomes
    } finally {
      await state.close()
    }
  })
}
