import { setTimeout } from 'node:timers/promises'
import type { Models } from '../../index/inference/types.ts'
import { type AnswerJson, answer } from '../../server/answer/answer-schema.ts'
import { percentile } from '../evaluation/metrics.ts'
import type { FootnoteProcess } from './footnote-process.ts'
import { type Measure, timed } from './measure.ts'
import { callModels } from './measure-server.ts'
import { ask, post, questionNumber, textsRead } from './questions.ts'

const CLIENTS = 64

/** Asked by all clients together, and one by one before, of another server. */
const QUESTIONS = 300

/** Twice as many as are answered, for so long, in ms. */
const RUSH = 60_000

/** How long a question that is taken may wait, in ms, as the README says. */
const STATED_WAIT = 2000

/** How soon after a rush everything is as before, in ms. */
const RECOVERY = 2000

/** Asked of an unloaded server before and after a rush. */
const PROBES = 20

interface Reference {
  readonly question: string
  readonly answer: AnswerJson
  /** What the cross-encoder read. */
  readonly texts: readonly string[]
}

/** What each question is answered with when nobody else asks. */
export async function askAlone(url: string): Promise<Reference[]> {
  const references: Reference[] = []
  for (let i = 0; i < QUESTIONS; i += 1) {
    const question = questionNumber(i)
    const alone = await ask(url, question, true)
    references.push({ question, answer: alone, texts: textsRead(alone) })
  }
  return references
}

/**
 * What a server that was not asked yet gives to many clients at once, against the bare model calls of the same questions,
 * and how fast `/health` answers meanwhile. A client that is told to come back does so.
 */
export async function measureSaturation(
  { url }: FootnoteProcess,
  models: Models,
  references: readonly Reference[],
): Promise<{ measures: Measure[]; perSecond: number }> {
  // Half before and half after: a machine that slows down slows both.
  const half = Math.floor(references.length / 2)
  const bareTime = (from: number, to?: number) =>
    timed(async () => {
      for (const { question, texts } of references.slice(from, to)) {
        await callModels(models, question, texts)
      }
    })
  const before = await bareTime(0, half)
  const health = watchHealth(url)
  let wrong = 0
  const queue = references.values()
  const loaded = await timed(() =>
    Promise.all(
      Array.from({ length: CLIENTS }, async () => {
        for (const reference of queue) {
          const given = await askUntilAnswered(url, reference.question)
          if (!isSame(given, reference.answer)) wrong += 1
        }
      }),
    ),
  )
  const times = await health.stop()
  const bare = before + (await bareTime(half))
  const share = bare / loaded
  const p99 = percentile(times, 0.99)
  const perSecond = (references.length / loaded) * 1000
  const rate = (ms: number) => ((references.length / ms) * 1000).toFixed(2)
  return {
    perSecond,
    measures: [
      {
        what: `${CLIENTS} clients: questions answered / what bare model calls allow`,
        value: `${share.toFixed(3)} (${rate(loaded)}/s / ${rate(bare)}/s)`,
        target: '≥ 0.9',
        met: share >= 0.9,
      },
      {
        what: `${CLIENTS} clients: answers that differ from those to one client, of ${references.length}`,
        value: String(wrong),
        target: '0',
        met: wrong === 0,
      },
      {
        what: `${CLIENTS} clients: /health, p99 of ${times.length}`,
        value: `${p99.toFixed(1)} ms`,
        target: '≤ 50 ms',
        met: p99 <= 50,
      },
    ],
  }
}

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

const MANY = 10_000

/** Of so many questions one is new, the others were asked before. */
const NEW_OF = 20

/** Memory is looked at from here on: what is kept of answers is full by then. */
const SETTLED = 2000

/** Whether memory stays level over ten thousand questions, each in a conversation of its own. */
export async function measureManyQuestions(
  footnote: FootnoteProcess,
  from: number,
): Promise<Measure[]> {
  const { url } = footnote
  let asked = 0
  let settled = 0
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      while (asked < MANY) {
        const i = (asked += 1)
        const isNew = i % NEW_OF === 0 || i < SETTLED / 4
        await askUntilAnswered(url, questionNumber(isNew ? from + i : from + (i % NEW_OF)))
        if (i === SETTLED) settled = await footnote.memory()
      }
    }),
  )
  const after = await footnote.memory()
  const ratio = after / settled
  return [
    {
      what: `memory after ${MANY} questions / after ${SETTLED}`,
      value: `${ratio.toFixed(3)} (${mebibytes(after)} / ${mebibytes(settled)} MiB)`,
      target: '≤ 1.1',
      met: ratio <= 1.1,
    },
  ]
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0)
}

async function askUntilAnswered(url: string, question: string): Promise<AnswerJson> {
  for (;;) {
    const response = await post(url, question)
    const body: unknown = await response.json()
    if (response.ok) return answer.parse(body)
    if (response.status !== 503) throw new Error(`${response.status} for ${question}`)
    await setTimeout(Number(response.headers.get('Retry-After')) * 1000 * (0.5 + Math.random()))
  }
}

function isSame(one: AnswerJson, other: AnswerJson): boolean {
  return saidBy(one) === saidBy(other)
}

function saidBy({ answered, confidence, quotes, closest }: AnswerJson): string {
  return JSON.stringify({ answered, confidence, quotes, closest })
}

/** Asks for `/health` again and again until it is stopped; gives how long each took, in ms. */
function watchHealth(url: string) {
  const over = new AbortController()
  const watch = async () => {
    const times: number[] = []
    while (!over.signal.aborted) {
      times.push(await timed(async () => (await fetch(`${url}/health`)).arrayBuffer()))
      await setTimeout(5)
    }
    return times
  }
  const times = watch()
  return {
    stop: () => {
      over.abort()
      return times
    },
  }
}
