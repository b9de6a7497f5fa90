import { setTimeout } from 'node:timers/promises'
import { percentile } from '../evaluation/metrics.ts'
import type { FootnoteProcess } from './footnote-process.ts'
import { type Measure, timed } from './measure.ts'
import { ask, post, questionNumber } from './questions.ts'

/** Twice as many as are answered, for so long, in ms. */
const RUSH = 60_000

/** How long a question that is taken may wait, in ms, as the README says. */
const STATED_WAIT = 2000

/** How soon after a rush everything is as before, in ms. */
const RECOVERY = 2000

/** Asked of an unloaded server before and after a rush. */
const PROBES = 20

/** What becomes of questions that come twice as fast as they are answered, and after. */
export async function measureRush(
  { url }: FootnoteProcess,
  perSecond: number,
  from: number,
): Promise<Measure[]> {
  let asked = from
  const probe = async () => {
    const times: number[] = []
    for (let i = 0; i < PROBES; i += 1) {
      times.push(await timed(() => ask(url, questionNumber((asked += 1)))))
    }
    return times
  }
  const before = await probe()
  const taken: number[] = []
  const refused: number[] = []
  const others: number[] = []
  const running: Promise<void>[] = []
  const interval = 1000 / (2 * perSecond)
  const started = performance.now()
  for (let due = started; due < started + RUSH; due += interval) {
    await setTimeout(Math.max(0, due - performance.now()))
    const once = async (question: string) => {
      const begun = performance.now()
      const response = await post(url, question)
      await response.arrayBuffer()
      const list = response.status === 200 ? taken : response.status === 503 ? refused : others
      list.push(performance.now() - begun)
    }
    running.push(once(questionNumber((asked += 1))))
  }
  await setTimeout(RECOVERY)
  const after = await probe()
  await Promise.all(running)

  const unloaded = percentile(before, 0.95)
  const allowed = 2 * unloaded + STATED_WAIT
  const slowest = Math.max(...taken)
  const slowestRefusal = percentile(refused, 0.99)
  const ratio = percentile(after, 0.5) / percentile(before, 0.5)
  return [
    {
      what: `twice as many for ${RUSH / 1000} s: the slowest of ${taken.length} that were taken`,
      value: `${slowest.toFixed(0)} ms`,
      target: `≤ ${allowed.toFixed(0)} ms: ${STATED_WAIT} and twice the p95 of one client`,
      met: slowest <= allowed,
    },
    {
      what: `twice as many: 503 for the other ${refused.length}, p99`,
      value: `${slowestRefusal.toFixed(1)} ms`,
      target: '≤ 50 ms',
      met: slowestRefusal <= 50,
    },
    {
      what: 'twice as many: neither answered nor 503',
      value: String(others.length),
      target: '0',
      met: others.length === 0,
    },
    {
      what: `${RECOVERY / 1000} s after its end: a question / before (medians)`,
      value: `${ratio.toFixed(3)} (${percentile(after, 0.5).toFixed(0)} / ${percentile(before, 0.5).toFixed(0)} ms)`,
      target: '≤ 1.2',
      met: ratio <= 1.2,
    },
  ]
}
