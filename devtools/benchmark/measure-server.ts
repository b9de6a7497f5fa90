import { setTimeout } from 'node:timers/promises'
import type { Models } from '../../index/inference/types.ts'
import { percentile } from '../evaluation/metrics.ts'
import type { FootnoteProcess } from './footnote-process.ts'
import { type Measure, mebibytes, timed } from './measure.ts'
import { ask, questionNumber, textsRead } from './questions.ts'

const QUESTIONS = 60

/**
 * A question's median time over HTTP, against the model calls that it makes, made bare in this process; `from`: the
 * number of the first, as of `questionNumber`.
 */
export async function measureQuestions(
  url: string,
  models: Models,
  from: number,
): Promise<Measure[]> {
  const http: number[] = []
  const bare: number[] = []
  const pairs: number[] = []
  for (let i = from; i < from + QUESTIONS; i += 1) {
    const question = questionNumber(i)
    const started = performance.now()
    const texts = textsRead(await ask(url, question, true))
    http.push(performance.now() - started)
    bare.push(await timed(() => callModels(models, question, texts)))
    pairs.push(texts.length)
  }
  const ratio = percentile(http, 0.5) / percentile(bare, 0.5)
  return [
    {
      what: `question over HTTP / its bare model calls (medians of ${QUESTIONS})`,
      value: `${ratio.toFixed(3)} (${percentile(http, 0.5).toFixed(0)} / ${percentile(bare, 0.5).toFixed(0)} ms)`,
      target: '≤ 1.2',
      met: ratio <= 1.2,
    },
    {
      what: 'cross-encoder pairs a question, at most',
      value: String(Math.max(...pairs)),
      target: '≤ 8',
      met: Math.max(...pairs) <= 8,
    },
  ]
}

/** What a question asks of the models, without anything around it. */
export async function callModels(
  models: Models,
  question: string,
  texts: readonly string[],
): Promise<void> {
  await models.embed(question)
  for (const text of texts) await models.score(question, text)
}

/** Resident memory once nothing runs. */
export async function measureMemory(footnote: FootnoteProcess): Promise<Measure[]> {
  await setTimeout(2000)
  const memory = await footnote.memory()
  return [
    {
      what: 'memory at rest, all processes of npm start',
      value: `${mebibytes(memory)} MiB`,
      target: '≤ 600 MiB',
      met: memory <= 600 * 2 ** 20,
    },
  ]
}
