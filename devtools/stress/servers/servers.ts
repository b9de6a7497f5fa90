import { setTimeout } from 'node:timers/promises'
import type { Measure } from '../../measures.ts'
import { percentile } from '../../statistics.ts'
import { INSTALL_LINE, isPostgresInstalled } from '../../postgres-process.ts'
import { answerTo, documentTexts, HUNG_AFTER_MS } from '../client.ts'
import type { Sandbox, StressOptions } from '../sandbox.ts'
import { type Asked, startAskers } from './askers.ts'
import { build, type Builds, startBuilder } from './builder.ts'
import { answerCheck, type AnswerCheck, GOLDEN_QUESTION } from './check-answer.ts'
import { comparePosts, type ComparedPosts } from './compare-posts.ts'
import { type ComparedTurns, compareTurns } from './compare-turns.ts'
import { planKills, type Victim, VICTIMS } from './fault-plan.ts'
import { leftoversIn } from './leftovers.ts'
import { createRoster, ROSTER, type Roster, ROSTER_QUESTION } from './roster.ts'
import { type SentEvents, startSlackAskers } from './slack-askers.ts'
import { type Stage, START_MS, startStage } from './stage.ts'
import type { SupervisedServer } from './supervised-server.ts'

/** A generation must be served by all servers within this time, in ms. */
const SEEN_AFTER_MS = 2000
const GIVE_UP_MS = 20_000

/** Another server takes an event up 15 s after the one that had it was killed; then it answers what waits. */
const QUIET_AFTER_MS = 60_000

/** How long a kill waits for answers, in ms. */
const ANSWERING_MS = 10_000

const POLL_MS = 20

/** How many faults are printed. */
const SHOWN_FAULTS = 20

/** A span of time in ms since 1970. */
interface Span {
  readonly from: number
  readonly to: number
}

/**
 * Kills the database and two servers over it again and again, while clients ask at both, Slack delivers events to both, and an index
 * is built. Then looks for what was lost, doubled, wrong, or left.
 */
export async function servers(
  sandbox: Sandbox,
  { seconds: duration, seed }: StressOptions,
): Promise<Measure[]> {
  if (!(await isPostgresInstalled())) {
    const what = `two servers over PostgreSQL: not run; first run "${INSTALL_LINE}"`
    return [{ what, value: '', target: '', met: null }]
  }
  console.log(`Killing a database and two servers with --seed ${seed}`)
  const roster = await createRoster(sandbox.settings.DOCUMENTS_DIR)
  const stage = await startStage(sandbox)
  try {
    const [one] = stage.servers
    const check = answerCheck(await documentTexts(one.url), roster)
    const load = startLoad(stage, roster, check)
    const outages = await killAll(stage, load.asked, duration, seed)
    await load.stop()
    await Promise.all(stage.servers.map((server) => server.untilReady(START_MS)))
    await untilQuiet(stage)
    return [
      killsMeasure(stage, outages),
      ...askedMeasures(load.asked),
      turnsMeasure(await compareTurns(one.url, load.asked.conversations)),
      ...slackMeasures(load.sent, posts(stage, load.sent, outages)),
      buildsMeasure(load.builds),
      await generationMeasure(stage, roster),
      await answersMeasure(stage, roster, check),
      leftoversMeasure(await leftoversIn(stage.database.url)),
    ]
  } finally {
    await stage.close()
  }
}

/** Clients, people in Slack, and a builder, all at work. */
function startLoad({ servers: both, settings }: Stage, roster: Roster, check: AnswerCheck) {
  const askers = startAskers(both, check)
  const slack = startSlackAskers(both)
  const builder = startBuilder(settings, roster)
  return {
    asked: askers.asked,
    sent: slack.sent,
    builds: builder.builds,
    stop: async () => void (await Promise.all([askers.stop(), slack.stop(), builder.stop()])),
  }
}

/** Kills as planned. Gives when the database was away. */
async function killAll(
  { database, servers: both }: Stage,
  { answers }: Asked,
  duration: number,
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
  const planned = planKills(duration, seed)
  const killOneByOne = async (victim: Victim) => {
    for (const kill of planned.filter((each) => each.victim === victim)) {
      await untilMs(kill.atMs)
      if (victim === 'database') await killDatabase(kill.awayMs)
      else await killServer(both[victim], kill.afterAnswers)
    }
  }
  await Promise.all([...VICTIMS.map(killOneByOne), untilMs(duration * 1000)])
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

/** Waits until no event of Slack waits; gives up after a while. */
async function untilQuiet({ database }: Stage): Promise<void> {
  const deadline = Date.now() + QUIET_AFTER_MS
  while (Date.now() < deadline) {
    const left = await leftoversIn(database.url)
    if (!left.some((what) => what.includes('Slack'))) return
  }
}

function posts({ servers: both, slack }: Stage, { events }: SentEvents, outages: readonly Span[]) {
  const all = slack.flatMap(({ posted }, i) =>
    Array.from(posted, (post) => Object.assign(post, { killedAt: both[i]?.killedAt ?? [] })),
  )
  return comparePosts(events, all, (from, to) =>
    outages.some((away) => away.from < to && from < away.to),
  )
}

function killsMeasure({ servers: both }: Stage, outages: readonly Span[]): Measure {
  const [one, two] = both
  for (const { errors, ends } of both) {
    for (const [message, times] of errors) console.error(`logged × ${times}: ${message}`)
    for (const end of ends) console.error(`ended by itself: ${end}`)
  }
  return {
    what: `kills of the database, of one server, and of the other; these ended by themselves × ${one.ends.length + two.ends.length}, and started in ${seconds(percentile([...one.startsMs, ...two.startsMs], 0.5))} at the median`,
    value: `${outages.length}, ${one.killedAt.length}, ${two.killedAt.length}`,
    target: '–',
    met: null,
  }
}

function askedMeasures({ outcomes, faults, slowestMs }: Asked): Measure[] {
  showFaults(faults)
  return [
    {
      what: `requests with a wrong answer, another status than 200, 409 and 503, or none while the server ran, of ${tally(outcomes)}`,
      value: String(faults.length),
      target: '0',
      met: faults.length === 0 && (outcomes.get('200') ?? 0) > 0,
    },
    {
      what: 'the slowest of these requests',
      value: seconds(slowestMs),
      target: `≤ ${seconds(HUNG_AFTER_MS)}`,
      met: slowestMs <= HUNG_AFTER_MS,
    },
  ]
}

function turnsMeasure({ acknowledged, unacknowledged, damaged }: ComparedTurns): Measure {
  showFaults(damaged)
  return {
    what: `conversations with a turn lost, doubled, changed or out of order, of ${acknowledged} acknowledged turns; ${unacknowledged} more were stored whose answer was lost on its way`,
    value: String(damaged.length),
    target: '0',
    met: damaged.length === 0 && acknowledged > 0,
  }
}

function slackMeasures(
  { events, outcomes, faults }: SentEvents,
  compared: ComparedPosts,
): Measure[] {
  const { taken, missing, repeated, doubled, outOfOrder, unasked, apologies } = compared
  const others = [...outOfOrder, ...unasked]
  showFaults(faults)
  showFaults([...missing, ...doubled, ...others].map((event) => JSON.stringify(event)))
  return [
    {
      what: `events of Slack without an answer, and with more than one, of ${taken} taken and ${events.length} sent (deliveries: ${tally(outcomes)})`,
      value: `${missing.length}, ${doubled.length}`,
      target: '0, 0',
      met: missing.length + doubled.length === 0 && taken > 0,
    },
    {
      what: 'events answered twice because the server was killed between its message and its note',
      value: String(repeated.length),
      target: '–',
      met: null,
    },
    {
      what: 'answers in Slack out of order or to nobody; apologies; other statuses than 200 and 503',
      value: `${others.length}, ${apologies}, ${faults.length}`,
      target: '0, 0, 0',
      met: others.length + apologies + faults.length === 0,
    },
  ]
}

function buildsMeasure({ done, interrupted, faults }: Builds): Measure {
  showFaults(faults)
  return {
    what: `builds that failed, besides ${done} done and ${interrupted.length} interrupted or locked out`,
    value: String(faults.length),
    target: '0',
    met: faults.length === 0 && done > 0,
  }
}

/** Builds once more, and measures how long both servers take to serve that generation. */
async function generationMeasure(
  { servers: both, settings }: Stage,
  roster: Roster,
): Promise<Measure> {
  await roster.change()
  const fault = await build(settings)
  const builtAt = performance.now()
  const seen = await Promise.all(
    both.map(async ({ url }) => {
      while (performance.now() - builtAt < GIVE_UP_MS) {
        const response = await fetch(`${url}/documents/${ROSTER}/text`)
        if ((await response.text()) === roster.latest().text) return performance.now() - builtAt
        await setTimeout(POLL_MS)
      }
      return Number.POSITIVE_INFINITY
    }),
  )
  const last = Math.max(...seen)
  if (fault !== null) showFaults([fault])
  return {
    what: 'after all that, a build, and until both servers serve it',
    value: fault === null ? `done, ${seconds(last)}` : 'failed',
    target: `done, ≤ ${seconds(SEEN_AFTER_MS)}`,
    met: fault === null && last <= SEEN_AFTER_MS,
  }
}

async function answersMeasure(
  { servers: both }: Stage,
  roster: Roster,
  check: AnswerCheck,
): Promise<Measure> {
  let right = 0
  for (const { url } of both) {
    const isReady = (await fetch(`${url}/ready`)).ok
    const golden = await answerTo(url, GOLDEN_QUESTION)
    const changed = await answerTo(url, ROSTER_QUESTION)
    const faults = [...check(GOLDEN_QUESTION, golden), ...check(ROSTER_QUESTION, changed)]
    const isLatest = changed.quotes[0]?.citation.version === roster.latest().digest
    if (isReady && isLatest && faults.length === 0) right += 1
  }
  return {
    what: 'servers that are ready, and answer the golden question and one about the last change',
    value: String(right),
    target: String(both.length),
    met: right === both.length,
  }
}

function leftoversMeasure(left: readonly string[]): Measure {
  return {
    what: 'left in the database: locks, transactions, generations, schemas, events, turns',
    value: left.length === 0 ? 'nothing' : left.join(', '),
    target: 'nothing',
    met: left.length === 0,
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

function tally(outcomes: ReadonlyMap<string, number>): string {
  return [...outcomes]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([outcome, count]) => `${outcome} × ${count}`)
    .join(', ')
}

function showFaults(faults: readonly string[]): void {
  for (const fault of faults.slice(0, SHOWN_FAULTS)) console.error(fault)
}
