import { readFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type FootnoteProcess, startFootnote } from '../benchmark/footnote-process.ts'
import type { Measure } from '../benchmark/measure.ts'
import { startStandIn } from '../slack-stand-in/stand-in.ts'
import { answerTo, clientAddress, essence, LIMIT, textsOf } from './client.ts'
import type { Secret } from './faults.ts'
import type { Amounts, Place } from './place.ts'
import { holdSlowly } from './slow.ts'
import { type Storm, storm } from './storm.ts'

const PROJECT = fileURLToPath(new URL('../..', import.meta.url))

const SLACK_SECRET = 'the-signing-secret-of-nobody'
const SLACK_TOKEN = 'xoxb-the-token-of-nobody'

const GOLDEN = 'why did Iran not oppose Kadhimi?'
const GOLDEN_ANSWER = "Iran, which supported al-Kadhimi's appointment"

/** In ms: a request has to be whole in 30 s, and that is looked at every second. */
const SLOWEST_CLOSE = 33_000

/**
 * What the requests may add to what is resident, in bytes: 13 kB each. Garbage and what long texts took of the models
 * add 110 to 180 MiB, and no more in 60,000 requests than in 20,000.
 */
const GROWTH = 256 * 2 ** 20

/** How many faults are shown. */
const SHOWN = 20

/** Sends generated requests to a server, Slack's too, while slow ones hold connections. */
export async function fuzz(place: Place, { requests, seed }: Amounts): Promise<Measure[]> {
  console.log(`Fuzzing with --seed ${seed}`)
  const standIn = await startStandIn(SLACK_TOKEN)
  const footnote = await startFootnote({
    ...place.settings,
    SLACK_SIGNING_SECRET: SLACK_SECRET,
    SLACK_BOT_TOKEN: SLACK_TOKEN,
    SLACK_API_URL: standIn.url,
  })
  const { url } = footnote
  try {
    const golden = await answerTo(url, GOLDEN)
    const texts = await textsOf(url)
    const known = {
      host: new URL(url).host,
      documentIds: [...texts.keys()],
      conversationIds: await conversations(url),
      slackSecret: SLACK_SECRET,
    }
    const rules = { secrets: await secretsOf(place), texts }
    const before = await memoryAtRest(footnote)
    const [closed, result] = await Promise.all([
      holdSlowly(url),
      storm({
        ...rules,
        url,
        known,
        seed,
        requests,
        // One in five comes from the same client, which is told to come more slowly.
        from: (n) => clientAddress(n % 5 === 0 ? 0 : n),
        limit: LIMIT,
      }),
    ])
    const after = await memoryAtRest(footnote)
    const isUp = (await fetch(`${url}/health`)).ok
    const isSame = essence(await answerTo(url, GOLDEN)) === essence(golden)
    const isRight = golden.quotes[0]?.text.startsWith(GOLDEN_ANSWER) === true
    return [
      ...measuresOf(result, requests),
      {
        what: `${closed.length} half-sent and dribbling requests, the last closed after`,
        value: seconds(Math.max(...closed)),
        target: `≤ ${seconds(SLOWEST_CLOSE)}`,
        met: Math.max(...closed) <= SLOWEST_CLOSE,
      },
      {
        what: 'memory of all processes, before and after',
        value: `${mebibytes(before)}, ${mebibytes(after)}`,
        target: `grows by ≤ ${mebibytes(GROWTH)}`,
        met: after - before <= GROWTH,
      },
      {
        what: '/health and the golden question after all that',
        value: `${isUp ? 'up' : 'down'}, ${isSame && isRight ? 'answered as before' : 'answered otherwise'}`,
        target: 'up, answered as before',
        met: isUp && isSame && isRight,
      },
    ]
  } finally {
    await footnote.stop()
    await standIn.close()
  }
}

function measuresOf({ faults, statuses, slowest, searched }: Storm, requests: number): Measure[] {
  for (const fault of faults.slice(0, SHOWN)) console.error(fault)
  const counts = [...statuses]
    .toSorted(([a], [b]) => a - b)
    .map(([status, count]) => `${status === 0 ? 'closed' : status} × ${count}`)
  return [
    {
      what: `${requests} generated requests, ${searched} of them searched for: ${counts.join(', ')}; faults`,
      value: String(faults.length),
      target: '0',
      met: faults.length === 0,
    },
    {
      what: 'the slowest of them',
      value: seconds(slowest),
      target: `≤ ${seconds(LIMIT)}`,
      met: slowest <= LIMIT,
    },
  ]
}

async function conversations(url: string): Promise<string[]> {
  const greeted = await Promise.all(Array.from({ length: 20 }, () => answerTo(url, 'hi')))
  return greeted.map(({ conversationId }) => conversationId)
}

async function secretsOf({ folder, canary }: Place): Promise<Secret[]> {
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
  await setTimeout(3000)
  return footnote.memory()
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`
}
