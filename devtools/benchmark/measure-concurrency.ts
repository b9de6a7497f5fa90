import { setTimeout } from 'node:timers/promises'
import type { Inference } from '../../index/inference/inference.ts'
import type { AnswerJson } from '../../server/answer/answer-schema.ts'
import { type FootnoteProcess, startFootnote } from '../footnote-process.ts'
import { decimal, mebibytes, ms, perSecond, shown } from '../measurements/figures.ts'
import type { Measure } from '../measures.ts'
import { sampleQuestion } from '../sample-questions.ts'
import { percentile } from '../statistics.ts'
import { ask, askUntilAnswered, CONCURRENT_CLIENTS, type ModelTexts, modelTexts } from './ask.ts'
import { callModels } from './measure-question-time.ts'
import { timed } from './times.ts'

const QUESTIONS = 200

/**
 * The longest pause of a monitor. More requests for `/health` would take time from what is
 * measured.
 */
const HEALTH_INTERVAL_MS = 100

/** A question with the answer that a single client got. */
export interface ReferenceAnswer {
  readonly question: string
  readonly answer: AnswerJson
  /** The texts that the models were given for it. */
  readonly texts: ModelTexts
}

/** The result of {@link measureConcurrency}. */
export interface ConcurrencyResult {
  readonly measures: readonly Measure[]
  /** Questions answered a second. */
  readonly perSecond: number
  /** Of all processes, when the last question was answered. */
  readonly memoryBytes: number
}

/** Asks each question while nobody else asks. */
export async function askAlone(url: string): Promise<ReferenceAnswer[]> {
  const references: ReferenceAnswer[] = []
  for (let i = 0; i < QUESTIONS; i += 1) {
    const question = sampleQuestion(i)
    const answer = await ask(url, question, true)
    references.push({ question, answer, texts: modelTexts(answer) })
  }
  return references
}

/**
 * The rate at which a server answers many clients, against the bare model calls of the same
 * questions, and the time that `/health` takes meanwhile. The server must not have been asked these
 * questions before. Clients obey `Retry-After`.
 */
export async function measureConcurrency(
  footnote: FootnoteProcess,
  inference: Inference,
  references: readonly ReferenceAnswer[],
): Promise<ConcurrencyResult> {
  const { url } = footnote
  // One half is called before and one after, so that a machine that slows down slows both alike.
  const half = Math.floor(references.length / 2)
  const firstHalfMs = await timeModelCalls(inference, references.slice(0, half))
  const health = watchHealth(url)
  const { durationMs, differing } = await askTogether(url, references)
  const memoryBytes = await footnote.memoryBytes()
  const healthMs = await health.stop()
  const bareMs = firstHalfMs + (await timeModelCalls(inference, references.slice(half)))
  // This process was busy. It has to notice which connections the server closed before it uses them
  // again.
  await setTimeout(100)
  const rate = (references.length / durationMs) * 1000
  const bareRate = (references.length / bareMs) * 1000
  const ratio = bareMs / durationMs
  const healthP99 = percentile(healthMs, 0.99)
  const measures = [
    {
      what: `${CONCURRENT_CLIENTS} clients: question rate / rate of the bare model calls`,
      value: shown`${decimal(ratio)} (${perSecond(rate)} / ${perSecond(bareRate)})`,
      target: '≥ 0.9',
      met: ratio >= 0.9,
    },
    {
      what: `${CONCURRENT_CLIENTS} clients: answers that differ from those to one client, of ${references.length}`,
      value: shown`${differing}`,
      target: '0',
      met: differing === 0,
    },
    {
      what: `${CONCURRENT_CLIENTS} clients: /health, p99`,
      value: shown`${ms(healthP99)} (of ${healthMs.length})`,
      target: '≤ 50 ms',
      met: healthP99 <= 50,
    },
  ]
  return { measures, perSecond: rate, memoryBytes }
}

/** The rate that the second model process adds, and the memory that it takes. */
export async function measureOneModelProcess(
  settings: Readonly<Record<string, string>>,
  references: readonly ReferenceAnswer[],
  withTwo: Pick<ConcurrencyResult, 'perSecond' | 'memoryBytes'>,
): Promise<Measure[]> {
  const footnote = await startFootnote({ ...settings, INFERENCE_PROCESSES: '1' })
  try {
    const { durationMs } = await askTogether(footnote.url, references)
    const rate = (references.length / durationMs) * 1000
    const addedBytes = withTwo.memoryBytes - (await footnote.memoryBytes())
    return [
      {
        what: `${CONCURRENT_CLIENTS} clients: questions answered by two model processes / by one`,
        value: shown`${decimal(withTwo.perSecond / rate, 2)} (${perSecond(withTwo.perSecond)} / ${perSecond(rate)}), ${mebibytes(addedBytes)} more`,
        target: '–',
        met: null,
      },
    ]
  } finally {
    await footnote.stop()
  }
}

/** How long the model calls of all questions take, as many at the same time as keep all processes busy. */
function timeModelCalls(
  inference: Inference,
  references: readonly ReferenceAnswer[],
): Promise<number> {
  return timed(() =>
    Promise.all(references.map(({ question, texts }) => callModels(inference, question, texts))),
  )
}

/**
 * Asks all questions by many clients; gives how long that took, and how many answers differ from
 * those to one client.
 */
async function askTogether(
  url: string,
  references: readonly ReferenceAnswer[],
): Promise<{ durationMs: number; differing: number }> {
  const queue = references.values()
  let differing = 0
  const client = async () => {
    for (const { question, answer } of queue) {
      const given = await askUntilAnswered(url, question)
      if (comparable(given) !== comparable(answer)) differing += 1
    }
  }
  const durationMs = await timed(() =>
    Promise.all(Array.from({ length: CONCURRENT_CLIENTS }, () => client())),
  )
  return { durationMs, differing }
}

/** The parts of an answer that are the same in every conversation. */
function comparable({ answered, confidence, quotes, alsoOnThis, closest }: AnswerJson): string {
  return JSON.stringify({ answered, confidence, quotes, alsoOnThis, closest })
}

/**
 * Requests `/health` again and again until it is stopped; then gives the duration of each request,
 * in ms.
 */
function watchHealth(url: string): { stop: () => Promise<number[]> } {
  const stopping = new AbortController()
  const watch = async () => {
    const durations: number[] = []
    while (!stopping.signal.aborted) {
      durations.push(await timed(async () => (await fetch(`${url}/health`)).arrayBuffer()))
      await setTimeout(HEALTH_INTERVAL_MS)
    }
    return durations
  }
  const durations = watch()
  return {
    stop: () => {
      stopping.abort()
      return durations
    },
  }
}
