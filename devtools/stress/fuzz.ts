import { readFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { AnswerJson } from '../../server/answer/answer-schema.ts'
import { type FootnoteProcess, startFootnote } from '../footnote-process.ts'
import { mebibytes, seconds, shown } from '../measurements/figures.ts'
import type { Measure } from '../measures.ts'
import { startStandIn } from '../slack-stand-in/stand-in.ts'
import { answerTo, clientAddress, comparable, documentTexts, HUNG_AFTER_MS } from './client.ts'
import type { Secret } from './faults.ts'
import type { Sandbox, StressOptions } from './sandbox.ts'
import { holdSlowConnections } from './slow-connections.ts'
import { type Storm, storm } from './storm.ts'

const PROJECT = fileURLToPath(new URL('../..', import.meta.url))

const SLACK_SECRET = 'a-signing-secret-for-stress-runs'
const SLACK_TOKEN = 'xoxb-a-token-for-stress-runs'

const GOLDEN_QUESTION = 'why did Iran not oppose Kadhimi?'
const GOLDEN_ANSWER = "Iran, which supported al-Kadhimi's appointment"

/** A request must be complete within 30 s, and the server checks that every second. */
const SLOWEST_CLOSE_MS = 33_000

/**
 * By how much requests may let resident memory grow: 13 kB each. Garbage, and what long texts make
 * the models allocate, add 110 to 180 MiB, and no more after 60,000 requests than after 20,000.
 */
const MAX_GROWTH_BYTES = 256 * 2 ** 20

/** How many faults are printed. */
const SHOWN_FAULTS = 20

const SETTLING_MS = 3000

/** One request in this many comes from the same client, which is told to slow down. */
const SAME_CLIENT_EVERY = 5

const CONVERSATIONS = 20

/**
 * Sends generated requests to a server, to its Slack routes too, while slow requests hold
 * connections open.
 */
export async function fuzz(
  sandbox: Sandbox,
  { requests, seed }: StressOptions,
): Promise<Measure[]> {
  console.log(`Fuzzing with --seed ${seed}`)
  const standIn = await startStandIn(SLACK_TOKEN)
  const footnote = await startFootnote({
    ...sandbox.settings,
    SLACK_SIGNING_SECRET: SLACK_SECRET,
    SLACK_BOT_TOKEN: SLACK_TOKEN,
    SLACK_API_URL: standIn.url,
  })
  const { url } = footnote
  try {
    const golden = await answerTo(url, GOLDEN_QUESTION)
    const texts = await documentTexts(url)
    const known = {
      host: new URL(url).host,
      documentIds: [...texts.keys()],
      conversationIds: await beginConversations(url),
      slackSecret: SLACK_SECRET,
    }
    const bytesBefore = await memoryAtRest(footnote)
    const [closedAfterMs, result] = await Promise.all([
      holdSlowConnections(url),
      storm({
        secrets: await secretsOf(sandbox),
        texts,
        url,
        known,
        seed,
        requests,
        from: (n) => clientAddress(n % SAME_CLIENT_EVERY === 0 ? 0 : n),
        limitMs: HUNG_AFTER_MS,
      }),
    ])
    const bytesAfter = await memoryAtRest(footnote)
    return [
      ...stormMeasures(result, `${requests} generated requests`),
      slowMeasure(closedAfterMs),
      memoryMeasure(bytesBefore, bytesAfter),
      await survivalMeasure(url, golden),
    ]
  } finally {
    await footnote.stop()
    await standIn.close()
  }
}

/** The measures of a storm of requests, which are called `sent`. Prints its first faults. */
export function stormMeasures(
  { faults, statuses, slowestMs, searched }: Storm,
  sent: string,
): Measure[] {
  for (const fault of faults.slice(0, SHOWN_FAULTS)) console.error(fault)
  const counts = [...statuses]
    .toSorted(([a], [b]) => a - b)
    .map(([status, count]) => `${status === 0 ? 'closed' : status} × ${count}`)
  return [
    {
      what: `faults in ${sent}`,
      value: shown`${faults.length} (${searched} of them searched for; ${counts.join(', ')})`,
      target: '0',
      met: faults.length === 0,
    },
    {
      what: `the slowest of ${sent}`,
      value: shown`${seconds(slowestMs)}`,
      target: `≤ ${seconds(HUNG_AFTER_MS).toString()}`,
      met: slowestMs <= HUNG_AFTER_MS,
    },
  ]
}

function slowMeasure(closedAfterMs: readonly number[]): Measure {
  const last = Math.max(...closedAfterMs)
  return {
    what: `${closedAfterMs.length} requests that are never completed, the last closed after`,
    value: shown`${seconds(last)}`,
    target: `≤ ${seconds(SLOWEST_CLOSE_MS).toString()}`,
    met: last <= SLOWEST_CLOSE_MS,
  }
}

function memoryMeasure(before: number, after: number): Measure {
  return {
    what: 'memory of all processes, after and before',
    value: shown`${mebibytes(after)}, ${mebibytes(before)}`,
    target: `grows by ≤ ${mebibytes(MAX_GROWTH_BYTES).toString()}`,
    met: after - before <= MAX_GROWTH_BYTES,
  }
}

/** Whether the server is up after the requests, and answers the golden question as before. */
async function survivalMeasure(url: string, golden: AnswerJson): Promise<Measure> {
  const isUp = (await fetch(`${url}/health`)).ok
  const isSame = comparable(await answerTo(url, GOLDEN_QUESTION)) === comparable(golden)
  const isRight = golden.quotes[0]?.text.startsWith(GOLDEN_ANSWER) === true
  return {
    what: '/health and the golden question after all that',
    value: `${isUp ? 'up' : 'down'}, ${isSame && isRight ? 'answered as before' : 'answered differently'}`,
    target: 'up, answered as before',
    met: isUp && isSame && isRight,
  }
}

async function beginConversations(url: string): Promise<string[]> {
  const greetings = Array.from({ length: CONVERSATIONS }, () => answerTo(url, 'hi'))
  return (await Promise.all(greetings)).map(({ conversationId }) => conversationId)
}

/** What no response may contain. */
export async function secretsOf({ folder, canary }: Sandbox): Promise<Secret[]> {
  const [passwords = ''] = (await readFile('/etc/passwd', 'utf8')).split('\n')
  return [
    { what: 'a file beside the documents', text: canary },
    { what: 'the temporary folder', text: folder },
    { what: 'the folder of temporary files', text: `${tmpdir()}/` },
    { what: 'the folder of the project', text: PROJECT },
    { what: 'the home folder', text: `${homedir()}/` },
    { what: 'a folder of packages', text: 'node_modules' },
    { what: 'an error of SQLite', text: 'SQLITE' },
    { what: 'package.json', text: '"allowScripts"' },
    { what: '/etc/passwd', text: passwords },
    { what: 'the environment', text: SLACK_TOKEN },
  ]
}

async function memoryAtRest(footnote: FootnoteProcess): Promise<number> {
  await setTimeout(SETTLING_MS)
  return footnote.memoryBytes()
}
