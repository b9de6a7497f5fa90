import { setTimeout } from 'node:timers/promises'
import type { Models } from '../../index/inference/types.ts'
import type { AnswerJson } from '../../server/answer/answer-schema.ts'
import { percentile } from '../evaluation/metrics.ts'
import { type FootnoteProcess, startFootnote } from './footnote-process.ts'
import { type Measure, mebibytes, timed } from './measure.ts'
import { callModels } from './measure-server.ts'
import { ask, askUntilAnswered, CLIENTS, questionNumber, textsRead } from './questions.ts'

/** Asked by all clients together, and one by one before, of another server. */
const QUESTIONS = 200

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
  footnote: FootnoteProcess,
  models: Models,
  references: readonly Reference[],
): Promise<{ measures: Measure[]; perSecond: number; memory: number }> {
  const { url } = footnote
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
  const { loaded, wrong } = await askTogether(url, references)
  const memory = await footnote.memory()
  const times = await health.stop()
  const bare = before + (await bareTime(half))
  // This process was busy: what the server closed meanwhile is to be noticed before it is written to.
  await setTimeout(100)
  const share = bare / loaded
  const p99 = percentile(times, 0.99)
  const perSecond = (references.length / loaded) * 1000
  const rate = (ms: number) => ((references.length / ms) * 1000).toFixed(2)
  return {
    perSecond,
    memory,
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

/** What another model process brings in questions a second, and costs in memory. */
export async function measureSecondProcess(
  settings: Record<string, string>,
  references: readonly Reference[],
  { perSecond, memory }: { perSecond: number; memory: number },
): Promise<Measure[]> {
  const footnote = await startFootnote({ ...settings, INFERENCE_PROCESSES: '2' })
  try {
    const { loaded } = await askTogether(footnote.url, references)
    const withTwo = (references.length / loaded) * 1000
    const more = (await footnote.memory()) - memory
    return [
      {
        what: `${CLIENTS} clients: questions answered by two model processes / by one`,
        value: `${(withTwo / perSecond).toFixed(2)} (${withTwo.toFixed(2)}/s / ${perSecond.toFixed(2)}/s), ${mebibytes(more)} MiB more`,
        target: '–',
        met: null,
      },
    ]
  } finally {
    await footnote.stop()
  }
}

/** Asks all of them by many clients at once; gives how long it took, in ms, and how many answers were others. */
async function askTogether(
  url: string,
  references: readonly Reference[],
): Promise<{ loaded: number; wrong: number }> {
  const queue = references.values()
  let wrong = 0
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
  return { loaded, wrong }
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
      // As often as a monitor would at most: to ask takes what is measured beside it.
      await setTimeout(100)
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
