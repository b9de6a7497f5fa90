import { setTimeout } from 'node:timers/promises'
import type { Asked } from './askers.ts'
import { planKills, type Victim, VICTIMS } from './fault-plan.ts'
import { type Stage, START_MS } from './stage.ts'
import type { SupervisedServer } from './supervised-server.ts'

/** How long a kill waits for answers, in ms. */
const ANSWERING_MS = 10_000

const POLL_MS = 20

/** A span of time in ms since 1970. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Kills the database and both servers for some seconds, at times that the seed chooses. Gives when the database was away. */
export async function killAll(
  { database, servers: both }: Stage,
  { answers }: Asked,
  seconds: number,
  seed: number,
): Promise<Span[]> {
  const outages: Span[] = []
  const startedAt = performance.now()
  const untilMs = (ms: number) => setTimeout(Math.max(0, ms - (performance.now() - startedAt)))
  const killDatabase = async (awayMs: number) => {
    await Promise.any(both.map((server) => server.untilReady(START_MS)))
    const from = Date.now()
    await database.kill()
    await setTimeout(awayMs)
    await database.start()
    outages.push({ from, to: Date.now() })
  }
  const killServer = async (server: SupervisedServer, afterAnswers: number | null) => {
    if (afterAnswers !== null) {
      await server.untilReady(START_MS)
      await untilAnswering(server, answers, afterAnswers)
    }
    await server.kill()
  }
  const planned = planKills(seconds, seed)
  const killOneByOne = async (victim: Victim) => {
    for (const kill of planned.filter((each) => each.victim === victim)) {
      await untilMs(kill.atMs)
      if (victim === 'database') await killDatabase(kill.awayMs)
      else await killServer(both[victim], kill.afterAnswers)
    }
  }
  await Promise.all([...VICTIMS.map(killOneByOne), untilMs(seconds * 1000)])
  return outages
}

/** Waits until a server has given so many more answers; gives up after a while, since the database may be away. */
async function untilAnswering(
  { url }: SupervisedServer,
  answers: Asked['answers'],
  more: number,
): Promise<void> {
  const enough = (answers.get(url) ?? 0) + more
  const deadline = Date.now() + ANSWERING_MS
  while ((answers.get(url) ?? 0) < enough && Date.now() < deadline) await setTimeout(POLL_MS)
}
