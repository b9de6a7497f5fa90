import { setTimeout } from 'node:timers/promises'
import { type FootnoteProcess, startFootnote } from '../footnote-process.ts'
import { seconds, shown } from '../measurements/figures.ts'
import type { Measure } from '../measures.ts'
import { sampleQuestion } from '../sample-questions.ts'
import { answerIn, answerTo, ask, clientAddress, comparable, HUNG_AFTER_MS } from './client.ts'
import type { Exchange } from './exchange.ts'
import { modelProcesses } from './model-processes.ts'
import { headerField } from './responses.ts'
import type { Sandbox, StressOptions } from './sandbox.ts'

const CLIENTS = 6

/** How many answers must arrive before the next process is killed. */
const ANSWERS_BETWEEN_KILLS = 3

/**
 * More than are asked in a run: a repeated question would be answered from the answer cache,
 * without a model.
 */
const QUESTIONS = 160

/**
 * A client waits this long after a response that is no answer; `Retry-After` would make it wait
 * longer.
 */
const RETRY_MS = 200

const MAX_KILL_DELAY_MS = 300

/**
 * A right answer, an honest refusal (503 with `Retry-After`), no response in time, or anything
 * else.
 */
type Result = '200' | '503' | 'other' | 'hung'

/** The answers that clients got so far. */
interface Tally {
  readonly counts: Record<Result, number>
  slowestMs: number
}

/** Kills a model process again and again while clients ask questions. */
export async function killInference(
  sandbox: Sandbox,
  { kills }: StressOptions,
): Promise<Measure[]> {
  const expected = await expectedAnswers(sandbox)
  const footnote = await startFootnote({ ...sandbox.settings })
  try {
    const clients = startClients(footnote.url, expected)
    const { tally } = clients
    let recoveries = 0
    for (let kill = 0; kill < kills; kill += 1) {
      await untilAnswering(tally)
      await setTimeout(Math.random() * MAX_KILL_DELAY_MS)
      await killModelProcess(footnote)
      if (await untilAnswering(tally)) recoveries += 1
    }
    await clients.stop()
    return measuresOf(tally, kills, recoveries)
  } finally {
    await footnote.stop()
  }
}

function measuresOf({ counts, slowestMs }: Tally, kills: number, recoveries: number): Measure[] {
  const { other, hung } = counts
  return [
    {
      what: `${kills} kills of a model process under ${CLIENTS} clients: questions without the right quotes or 503, and hung`,
      value: shown`${other}, ${hung} (200 × ${counts['200']}, 503 × ${counts['503']})`,
      target: '0, 0',
      met: other + hung === 0,
    },
    {
      what: 'the slowest of these questions',
      value: shown`${seconds(slowestMs)}`,
      target: `≤ ${HUNG_AFTER_MS / 1000} s`,
      met: slowestMs <= HUNG_AFTER_MS,
    },
    {
      what: 'kills after which questions were answered again',
      value: shown`${recoveries}`,
      target: String(kills),
      met: recoveries === kills,
    },
  ]
}

/** The answers of a server whose processes are not killed, by their question. */
async function expectedAnswers(sandbox: Sandbox): Promise<Map<string, string>> {
  const footnote = await startFootnote({ ...sandbox.settings, RATE_LIMIT: '0' })
  try {
    const expected = new Map<string, string>()
    for (let i = 0; i < QUESTIONS; i += 1) {
      const question = sampleQuestion(i)
      expected.set(question, comparable(await answerTo(footnote.url, question)))
    }
    return expected
  } finally {
    await footnote.stop()
  }
}

/** Starts clients that ask one question after the other until they are stopped. */
function startClients(
  url: string,
  expected: ReadonlyMap<string, string>,
): { tally: Tally; stop: () => Promise<void> } {
  const tally: Tally = { counts: { '200': 0, '503': 0, other: 0, hung: 0 }, slowestMs: 0 }
  const stopping = new AbortController()
  let asked = 0
  const client = async () => {
    while (!stopping.signal.aborted) {
      asked += 1
      const question = sampleQuestion(asked % QUESTIONS)
      const given = await ask(url, { question }, clientAddress(asked))
      const result = resultOf(given, expected.get(question))
      tally.counts[result] += 1
      tally.slowestMs = Math.max(tally.slowestMs, given.ms)
      if (result !== '200') await setTimeout(RETRY_MS)
    }
  }
  const clients = Array.from({ length: CLIENTS }, client)
  return {
    tally,
    stop: async () => {
      stopping.abort()
      await Promise.all(clients)
    },
  }
}

/** Waits for a few more answers; false where they do not arrive in time. */
async function untilAnswering({ counts }: Tally): Promise<boolean> {
  const enough = counts['200'] + ANSWERS_BETWEEN_KILLS
  const deadline = performance.now() + HUNG_AFTER_MS
  while (counts['200'] < enough && performance.now() < deadline) await setTimeout(20)
  return counts['200'] >= enough
}

/** Compares an answer with the expected one; prints what is neither right nor an honest refusal. */
function resultOf(given: Exchange, expected: string | undefined): Result {
  const [first] = given.responses
  const answer = answerIn(given)
  if (answer && comparable(answer) === expected) return '200'
  if (first?.status === 503 && headerField(first, 'Retry-After') !== '') return '503'
  console.error(given.end, first?.status, first?.body.toString().slice(0, 300))
  return given.end === 'hung' ? 'hung' : 'other'
}

async function killModelProcess(footnote: FootnoteProcess): Promise<void> {
  for (;;) {
    const [model] = modelProcesses(await footnote.processes())
    if (model) return void process.kill(model.pid, 'SIGKILL')
    await setTimeout(50)
  }
}
