import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buildIndex } from '../../index/build.ts'
import { indexFingerprint } from '../../index/fingerprint.ts'
import type { Inference } from '../../index/inference/inference.ts'
import { openStore } from '../../index/store/sqlite-store.ts'
import type { Store } from '../../index/store/store.ts'
import { type Answer, answerQuestion } from '../../server/answer/answer.ts'
import { type Evidence, evidenceIn } from '../../server/answer/confidence.ts'
import type { Quote } from '../../server/answer/quotes.ts'
import type { Config } from '../../server/config.ts'
import type { EvaluationQuestion, EvaluationSet, Gold } from './dataset.ts'

/** What became of one question. */
export interface Outcome {
  readonly article: number
  /** Whether the indexed documents answer it. */
  readonly answerable: boolean
  readonly answered: boolean
  readonly confidence: number
  /** 1-based number of the first quote that is right; null where none is. */
  readonly rightQuote: number | null
  /** What the confidence was made of; null where nothing was found. */
  readonly evidence: Evidence | null
  /** Whether the best candidates, quoted whatever the confidence, would have been right. */
  readonly firstRight: boolean
  /** Length of the first quote, in UTF-16 code units; null where there is none. */
  readonly firstQuoteLength: number | null
  readonly pairs: number
  readonly ms: number
}

/** Which questions are asked of an index of which articles. */
export interface Round {
  readonly isIndexed: (article: number) => boolean
  readonly questions: readonly EvaluationQuestion[]
}

/** Indexes an evaluation set in a temporary folder and asks its questions, one round after the other. */
export async function askAll<T>(
  set: EvaluationSet,
  rounds: readonly Round[],
  config: Config,
  inference: Inference,
  ask: (question: EvaluationQuestion, store: Store, round: Round) => Promise<T>,
  onProgress: (done: number) => void,
): Promise<T[][]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'footnote-evaluation-'))
  const documentsDir = path.join(folder, 'documents')
  const indexDir = path.join(folder, 'built')
  let done = 0
  try {
    const results: T[][] = []
    for (const round of rounds) {
      const { isIndexed, questions } = round
      await rm(documentsDir, { recursive: true, force: true })
      await mkdir(documentsDir)
      for (const [article, { file, content }] of set.documents.entries()) {
        if (isIndexed(article)) await writeFile(path.join(documentsDir, file), content)
      }
      const models = config.inference
      await buildIndex({ documentsDir, indexDir, models, inference: async () => inference })
      const store = await openStore(indexDir, await indexFingerprint(models))
      const answered: T[] = []
      for (const question of questions) {
        answered.push(await ask(question, store, round))
        onProgress((done += 1))
      }
      results.push(answered)
      await store.close()
    }
    return results
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Asks one question as the server does; what is not indexed in its round cannot be answered. */
export async function askOne(
  { question, article, gold }: EvaluationQuestion,
  store: Store,
  { inference, minConfidence }: { inference: Inference; minConfidence: number },
  { isIndexed }: Round,
): Promise<Outcome> {
  const started = performance.now()
  const asked = { question, maxQuotes: 3, documentIds: null }
  const answer = await answerQuestion(asked, { store, inference, minConfidence })
  const ms = performance.now() - started
  const expected = isIndexed(article) ? gold : null
  const read = answer.explanation.candidates.flatMap(({ candidate }) =>
    candidate.logit === null ? [] : candidate,
  )
  const best = (answer.answered ? answer.quotes : answer.closest)[0]
  return {
    article,
    answerable: expected !== null,
    answered: answer.answered,
    confidence: answer.confidence,
    rightQuote: rightQuote(answer, expected),
    evidence: read.length > 0 ? evidenceIn(read) : null,
    firstRight: best !== undefined && expected !== null && isRight(best, expected),
    firstQuoteLength: answer.quotes[0] ? answer.quotes[0].end - answer.quotes[0].start : null,
    pairs: read.length,
    ms,
  }
}

function rightQuote({ quotes }: Answer, gold: Gold | null): number | null {
  const index = gold === null ? -1 : quotes.findIndex((quote) => isRight(quote, gold))
  return index === -1 ? null : index + 1
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
