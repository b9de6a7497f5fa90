import type { Models } from '../../index/inference/types.ts'
import type { Measure } from '../measures.ts'
import { sampleQuestion } from '../sample-questions.ts'
import { percentile } from '../statistics.ts'
import { ask, scoredTexts } from './ask.ts'
import { timed } from './times.ts'

const QUESTIONS = 60

/**
 * The median time of a question over HTTP, against the same model calls made alone, in this
 * process. `firstQuestion` is the number of the first sample question.
 */
export async function measureQuestionTime(
  url: string,
  models: Models,
  firstQuestion: number,
): Promise<Measure[]> {
  const httpMs: number[] = []
  const bareMs: number[] = []
  const pairs: number[] = []
  for (let i = firstQuestion; i < firstQuestion + QUESTIONS; i += 1) {
    const question = sampleQuestion(i)
    const startedAt = performance.now()
    const texts = scoredTexts(await ask(url, question, true))
    httpMs.push(performance.now() - startedAt)
    bareMs.push(await timed(() => callModels(models, question, texts)))
    pairs.push(texts.length)
  }
  const http = percentile(httpMs, 0.5)
  const bare = percentile(bareMs, 0.5)
  const ratio = http / bare
  return [
    {
      what: `question over HTTP / its bare model calls (medians of ${QUESTIONS})`,
      value: `${ratio.toFixed(3)} (${http.toFixed(0)} / ${bare.toFixed(0)} ms)`,
      target: '≤ 1.2',
      met: ratio <= 1.2,
    },
    {
      what: 'cross-encoder pairs per question, maximum',
      value: String(Math.max(...pairs)),
      target: '≤ 8',
      met: Math.max(...pairs) <= 8,
    },
  ]
}

/** Makes the model calls of a question: embeds it, and scores the texts that the server scored. */
export async function callModels(
  models: Models,
  question: string,
  texts: readonly string[],
): Promise<void> {
  await models.embed(question)
  for (const text of texts) await models.score(question, text)
}
