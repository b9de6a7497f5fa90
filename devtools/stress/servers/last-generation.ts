import { setTimeout } from 'node:timers/promises'
import { answerTo } from '../client.ts'
import { build } from './builder.ts'
import { type AnswerCheck, GOLDEN_QUESTION } from './check-answer.ts'
import { ROSTER, ROSTER_QUESTION, type Roster } from './roster.ts'
import type { Stage } from './stage.ts'

const GIVE_UP_MS = 20_000
const POLL_MS = 20

/** What became of one more build. */
export interface LastGeneration {
  /** How the build failed; null if it did not. */
  readonly fault: string | null
  /** How long after the build the last server served it, in ms; infinite if one never did. */
  readonly seenAfterMs: number
  /** How many servers are ready then, and answer the golden question and one about the last change. */
  readonly right: number
}

/** Changes the roster and builds once more, and looks at what both servers make of it. */
export async function lastGeneration(
  { servers, settings }: Stage,
  roster: Roster,
  check: AnswerCheck,
): Promise<LastGeneration> {
  await roster.change()
  const fault = await build(settings)
  const builtAt = performance.now()
  const seen = await Promise.all(
    servers.map(async ({ url }) => {
      while (performance.now() - builtAt < GIVE_UP_MS) {
        const response = await fetch(`${url}/documents/${ROSTER}/text`)
        if ((await response.text()) === roster.latest().text) return performance.now() - builtAt
        await setTimeout(POLL_MS)
      }
      return Number.POSITIVE_INFINITY
    }),
  )
  let right = 0
  for (const { url } of servers) {
    if (await isRight(url, roster, check)) right += 1
  }
  return { fault, seenAfterMs: Math.max(...seen), right }
}

async function isRight(url: string, roster: Roster, check: AnswerCheck): Promise<boolean> {
  const isReady = (await fetch(`${url}/ready`)).ok
  const golden = await answerTo(url, GOLDEN_QUESTION)
  const changed = await answerTo(url, ROSTER_QUESTION)
  const faults = [...check(GOLDEN_QUESTION, golden), ...check(ROSTER_QUESTION, changed)]
  const isLatest = changed.quotes[0]?.citation.version === roster.latest().digest
  return isReady && isLatest && faults.length === 0
}
