import { documentTexts } from '../client.ts'
import type { Sandbox, StressOptions } from '../sandbox.ts'
import { type Asked, startAskers } from './askers.ts'
import { type Builds, startBuilder } from './builder.ts'
import { answerCheck, type AnswerCheck } from './check-answer.ts'
import { comparePosts, type ComparedPosts } from './compare-posts.ts'
import { type ComparedTurns, compareTurns } from './compare-turns.ts'
import { type LastGeneration, lastGeneration } from './last-generation.ts'
import { killAll, type Span } from './kill-all.ts'
import { leftoversIn } from './leftovers.ts'
import { createRoster, type Roster } from './roster.ts'
import { type SentEvents, startSlackAskers } from './slack-askers.ts'
import { type Stage, START_MS, startStage } from './stage.ts'
import type { SupervisedServer } from './supervised-server.ts'

/** Another server takes an event up 15 s after the one that had it was killed; then it answers what waits. */
const QUIET_AFTER_MS = 60_000

/** What two servers and their database did while they were killed, and what is there afterwards. */
export interface ServersRun {
  readonly servers: readonly SupervisedServer[]
  /** When the database was away. */
  readonly outages: readonly Span[]
  readonly asked: Asked
  readonly turns: ComparedTurns
  readonly sent: SentEvents
  readonly posts: ComparedPosts
  readonly builds: Builds
  readonly last: LastGeneration
  /** What is left in the database. */
  readonly left: readonly string[]
}

/**
 * Kills the database and two servers over it again and again, while clients ask at both, Slack delivers events to both, and an index
 * is built. Then looks for what was lost, doubled, wrong, or left.
 */
export async function runServers(
  sandbox: Sandbox,
  { seconds, seed }: Pick<StressOptions, 'seconds' | 'seed'>,
): Promise<ServersRun> {
  const roster = await createRoster(sandbox.settings.DOCUMENTS_DIR)
  const stage = await startStage(sandbox)
  try {
    const { servers, database } = stage
    const [one] = servers
    const check = answerCheck(await documentTexts(one.url), roster)
    const load = startLoad(stage, roster, check)
    const outages = await killAll(stage, load.asked, seconds, seed)
    await load.stop()
    await Promise.all(servers.map((server) => server.untilReady(START_MS)))
    await untilQuiet(database.url)
    return {
      servers,
      outages,
      asked: load.asked,
      turns: await compareTurns(one.url, load.asked.conversations),
      sent: load.sent,
      posts: postsOf(stage, load.sent, outages),
      builds: load.builds,
      last: await lastGeneration(stage, roster, check),
      left: await leftoversIn(database.url),
    }
  } finally {
    await stage.close()
  }
}

/** Clients, people in Slack, and a builder, all at work. */
function startLoad(
  { servers: both, settings, slack: sides }: Stage,
  roster: Roster,
  check: AnswerCheck,
) {
  const askers = startAskers(both, check)
  const slack = startSlackAskers(
    both,
    (thread) =>
      sides.flatMap(({ posted }) => posted).filter((post) => post.thread === thread).length,
  )
  const builder = startBuilder(settings, roster)
  return {
    asked: askers.asked,
    sent: slack.sent,
    builds: builder.builds,
    stop: async () => void (await Promise.all([askers.stop(), slack.stop(), builder.stop()])),
  }
}

/** Waits until no event of Slack waits; gives up after a while. */
async function untilQuiet(databaseUrl: string): Promise<void> {
  const deadline = Date.now() + QUIET_AFTER_MS
  while (Date.now() < deadline) {
    const left = await leftoversIn(databaseUrl)
    if (!left.some((what) => what.includes('Slack'))) return
  }
}

function postsOf(
  { servers, slack }: Stage,
  { events }: SentEvents,
  outages: readonly Span[],
): ComparedPosts {
  const all = slack.flatMap(({ posted }, i) =>
    Array.from(posted, (post) => Object.assign(post, { killedAt: servers[i]?.killedAt ?? [] })),
  )
  return comparePosts(events, all, (from, to) =>
    outages.some((away) => away.from < to && from < away.to),
  )
}
