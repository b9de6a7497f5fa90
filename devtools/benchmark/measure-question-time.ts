import type { Inference } from '../../index/inference/inference.ts'
import { decimal, ms, shown } from '../measurements/figures.ts'
import type { Measure } from '../measures.ts'
import { sampleQuestion } from '../sample-questions.ts'
import { percentile } from '../statistics.ts'
import { ask, type ModelTexts, modelTexts } from './ask.ts'
import { timed } from './times.ts'

const QUESTIONS = 60

/**
 * The median time of a question over HTTP, against the same model calls made alone, by
 * as many processes. `firstQuestion` is the number of the first sample question.
 */
export async function measureQuestionTime(
  url: string,
  inference: Inference,
  firstQuestion: number,
): Promise<Measure[]> {
  const httpMs: number[] = []
  const bareMs: number[] = []
  const scored: number[] = []
  const read: number[] = []
  for (let i = firstQuestion; i < firstQuestion + QUESTIONS; i += 1) {
    const question = sampleQuestion(i)
    const startedAt = performance.now()
    const texts = modelTexts(await ask(url, question, true))
    httpMs.push(performance.now() - startedAt)
    bareMs.push(await timed(() => callModels(inference, question, texts)))
    scored.push(texts.scored.length)
    read.push(texts.read.length)
  }
  const http = percentile(httpMs, 0.5)
  const bare = percentile(bareMs, 0.5)
  const ratio = http / bare
  return [
    {
      what: `question over HTTP / its bare model calls (medians of ${QUESTIONS})`,
      value: shown`${decimal(ratio)} (${ms(http)} / ${ms(bare)})`,
      target: '≤ 1.2',
      met: ratio <= 1.2,
    },
    {
      what: 'sentences that the cross-encoder scores for a question, median (maximum)',
      value: shown`${percentile(scored, 0.5)} (${Math.max(...scored)})`,
      target: '≤ 8',
      met: percentile(scored, 0.5) <= 8,
    },
    {
      what: 'windows that the reader reads for a question, median (maximum)',
      value: shown`${percentile(read, 0.5)} (${Math.max(...read)})`,
      target: '–',
      met: null,
    },
  ]
}

/** Makes the model calls of a question: embeds it, scores and reads the texts that the server scored and read. */
export async function callModels(
  inference: Inference,
  question: string,
  { scored, read }: ModelTexts,
): Promise<void> {
  await inference.embed([question])
  await Promise.all([inference.score(question, scored), inference.read(question, read)])
}
