import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buildIndex } from '../../index/build.ts'
import { indexFingerprint } from '../../index/fingerprint.ts'
import type { Inference } from '../../index/inference/inference.ts'
import { openStore } from '../../index/storage/embedded/sqlite-store.ts'
import type { Store } from '../../index/storage/storage.ts'
import { type Answer, answerQuestion, type Answering } from '../../server/answer/answer.ts'
import { type Evidence, evidenceIn } from '../../server/answer/confidence.ts'
import type { Quote } from '../../server/answer/quotes.ts'
import type { Config } from '../../server/config.ts'
import {
  type AskRequest,
  converse,
  type ConverseOptions,
} from '../../server/conversation/converse.ts'
import { showProgress } from '../../scripts/command-line.ts'
import type { EvaluationQuestion, Gold } from './dataset.ts'
import type { Round } from './rounds.ts'

const QUOTES = 3

/** What became of one question. */
export interface Outcome {
  readonly article: number
  /** Whether the indexed documents answer it. */
  readonly answerable: boolean
  readonly answered: boolean
  /** Of the first quote; where there is none, of what came closest. */
  readonly confidence: number
  /** What that was made of; null where nothing was found. */
  readonly evidence: Evidence | null
  /** The quotes; where nothing was answered, what came closest. */
  readonly quotes: readonly JudgedQuote[]
  /** Texts that the cross-encoder read. */
  readonly pairs: number
  readonly ms: number
  /** Of that, what it took to read a question that leans on a conversation. */
  readonly readingMs: number
}

export interface JudgedQuote {
  readonly right: boolean
  readonly confidence: number
  /** In logits. */
  readonly score: number
  /** In UTF-16 code units. */
  readonly length: number
}

/** Indexes each round's documents in a temporary folder and asks its questions, one after the other. */
export async function askAll<Asked, T>(
  rounds: readonly Round<Asked>[],
  config: Config,
  inference: Inference,
  ask: (question: Asked, store: Store) => Promise<T>,
): Promise<T[][]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'footnote-evaluation-'))
  const documentsDir = path.join(folder, 'documents')
  const indexDir = path.join(folder, 'built')
  const progress = showProgress('Asked', 'questions')
  const total = rounds.reduce((sum, { questions }) => sum + questions.length, 0)
  let done = 0
  try {
    progress.update({ done, total })
    const results: T[][] = []
    for (const { documents, questions } of rounds) {
      await rm(documentsDir, { recursive: true, force: true })
      await mkdir(documentsDir)
      for (const { file, content } of documents) {
        await writeFile(path.join(documentsDir, file), content)
      }
      const models = config.inference
      await buildIndex({ documentsDir, indexDir, models, inference: async () => inference })
      const store = await openStore(indexDir, await indexFingerprint(models))
      const answered: T[] = []
      for (const question of questions) {
        answered.push(await ask(question, store))
        progress.update({ done: (done += 1), total })
      }
      results.push(answered)
      await store.close()
    }
    return results
  } finally {
    progress.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Asks one question as the server does. */
export async function askOne(question: EvaluationQuestion, answering: Answering): Promise<Outcome> {
  return outcomeOf(question, () =>
    answerQuestion(
      { question: question.question, maxQuotes: QUOTES, documentIds: null },
      answering,
    ),
  )
}

/** Asks a dialog's questions in order in one conversation, as the server does. */
export async function askInTurn(
  dialog: readonly EvaluationQuestion[],
  conversing: ConverseOptions,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  let conversationId: string | null = null
  for (const turn of dialog) {
    const said: AskRequest = {
      question: turn.question,
      maxQuotes: QUOTES,
      documentIds: null,
      conversationId,
    }
    const outcome = await outcomeOf(turn, async () => {
      const reply = await converse(said, conversing)
      ;({ conversationId } = reply)
      return reply.answer
    })
    outcomes.push(outcome)
  }
  return outcomes
}

async function outcomeOf(
  { article, gold }: EvaluationQuestion,
  ask: () => Promise<Answer>,
): Promise<Outcome> {
  const started = performance.now()
  const answer = await ask()
  const ms = performance.now() - started
  const { candidates, passagesRead } = answer.explanation
  const read = candidates.filter(({ candidate }) => candidate.logit !== null)
  return {
    article,
    answerable: gold !== null,
    answered: answer.answered,
    confidence: answer.confidence,
    evidence: read.length > 0 ? evidenceIn(read.map(({ candidate }) => candidate)) : null,
    quotes: (answer.answered ? answer.quotes : answer.closest).map((quote) => ({
      right: gold !== null && isRight(quote, gold),
      confidence: quote.confidence,
      score: quote.score,
      length: quote.end - quote.start,
    })),
    pairs: read.length + passagesRead,
    ms,
    readingMs: answer.timings.reading ?? 0,
  }
}

/** Whether a span of a document is what the gold span asks for. */
export function isRight(
  { passage, start, end }: Pick<Quote, 'passage' | 'start' | 'end'>,
  gold: Gold,
): boolean {
  if (passage.document.id !== gold.documentId) return false
  return gold.match === 'contain'
    ? start <= gold.start && gold.end <= end
    : start < gold.end && gold.start < end
}
