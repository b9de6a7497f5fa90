import { setTimeout } from 'node:timers/promises'
import type { FootnoteProcess } from '../footnote-process.ts'
import { decimal, ms, shown } from '../measurements/figures.ts'
import type { Measure } from '../measures.ts'
import { sampleQuestion } from '../sample-questions.ts'
import { percentile } from '../statistics.ts'
import { ask, postQuestion } from './ask.ts'
import { timed } from './times.ts'

/** How long questions arrive at twice the rate at which they can be answered. */
const OVERLOAD_MS = 60_000

/** The longest time that an accepted question waits, as the README states it. */
const STATED_WAIT_MS = 2000

/** How soon after the overload a question takes as long as before it. */
const RECOVERY_MS = 2000

/** How many questions an idle server is asked before and after the overload. */
const PROBES = 20

/** The durations of questions in an overload, in ms, by how they were answered. */
interface Overload {
  readonly accepted: readonly number[]
  /** Answered with 503. */
  readonly refused: readonly number[]
  readonly others: readonly number[]
}

/**
 * What happens to questions that arrive twice as fast as they can be answered, and to questions
 * after that. `capacity` is the number of questions answered a second; `firstQuestion` is the
 * number of the first sample question.
 */
export async function measureOverload(
  { url }: FootnoteProcess,
  capacity: number,
  firstQuestion: number,
): Promise<Measure[]> {
  let asked = firstQuestion
  const nextQuestion = () => sampleQuestion((asked += 1))
  const before = await probe(url, nextQuestion)
  const settled = await overload(url, 2 * capacity, nextQuestion)
  await setTimeout(RECOVERY_MS)
  const after = await probe(url, nextQuestion)
  return measuresOf(before, await settled(), after)
}

/** How long each of a few questions takes, asked one after the other, in ms. */
async function probe(url: string, nextQuestion: () => string): Promise<number[]> {
  const durations: number[] = []
  for (let i = 0; i < PROBES; i += 1) durations.push(await timed(() => ask(url, nextQuestion())))
  return durations
}

/**
 * Sends questions at a fixed rate. When all are sent, gives a function that waits for the last
 * responses.
 */
async function overload(
  url: string,
  perSecond: number,
  nextQuestion: () => string,
): Promise<() => Promise<Overload>> {
  const accepted: number[] = []
  const refused: number[] = []
  const others: number[] = []
  const send = async (question: string) => {
    const startedAt = performance.now()
    const response = await postQuestion(url, question)
    await response.arrayBuffer()
    const list = response.status === 200 ? accepted : response.status === 503 ? refused : others
    list.push(performance.now() - startedAt)
  }
  const running: Promise<void>[] = []
  const startedAt = performance.now()
  for (let due = startedAt; due < startedAt + OVERLOAD_MS; due += 1000 / perSecond) {
    await setTimeout(Math.max(0, due - performance.now()))
    running.push(send(nextQuestion()))
  }
  return async () => {
    await Promise.all(running)
    return { accepted, refused, others }
  }
}

function measuresOf(
  before: readonly number[],
  { accepted, refused, others }: Overload,
  after: readonly number[],
): Measure[] {
  const slowest = Math.max(...accepted)
  const slowestAllowed = 2 * percentile(before, 0.95) + STATED_WAIT_MS
  const refusal = percentile(refused, 0.99)
  const medianBefore = percentile(before, 0.5)
  const medianAfter = percentile(after, 0.5)
  const ratio = medianAfter / medianBefore
  return [
    {
      what: `twice the capacity for ${OVERLOAD_MS / 1000} s: the slowest accepted question`,
      value: shown`${ms(slowest)} (of ${accepted.length})`,
      target: `≤ ${slowestAllowed.toFixed(0)} ms: ${STATED_WAIT_MS} and twice the p95 of one client`,
      met: slowest <= slowestAllowed,
    },
    {
      what: 'twice the capacity: 503 for the others, p99',
      value: shown`${ms(refusal)} (of ${refused.length})`,
      target: '≤ 50 ms',
      met: refusal <= 50,
    },
    {
      what: 'twice the capacity: neither answered nor 503',
      value: shown`${others.length}`,
      target: '0',
      met: others.length === 0,
    },
    {
      what: `${RECOVERY_MS / 1000} s after the overload: a question / before it (medians)`,
      value: shown`${decimal(ratio)} (${ms(medianAfter)} / ${ms(medianBefore)})`,
      target: '≤ 1.2',
      met: ratio <= 1.2,
    },
  ]
}
