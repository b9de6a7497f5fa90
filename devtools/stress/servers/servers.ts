import { seconds, shown } from '../../measurements/figures.ts'
import type { Measure } from '../../measures.ts'
import { INSTALL_LINE, isPostgresInstalled } from '../../postgres-process.ts'
import { percentile } from '../../statistics.ts'
import { HUNG_AFTER_MS } from '../client.ts'
import type { Sandbox, StressOptions } from '../sandbox.ts'
import type { Asked } from './askers.ts'
import type { Builds } from './builder.ts'
import type { ComparedPosts } from './compare-posts.ts'
import type { ComparedTurns } from './compare-turns.ts'
import { runServers, type ServersRun } from './run-servers.ts'
import type { SentEvents } from './slack-askers.ts'

/** A generation must be served by all servers within this time, in ms. */
const SEEN_AFTER_MS = 2000

/** How many faults are printed. */
const SHOWN_FAULTS = 20

/** Kills two servers and their database under load, as `run-servers.ts` does, where a PostgreSQL is installed. */
export async function servers(sandbox: Sandbox, options: StressOptions): Promise<Measure[]> {
  if (!(await isPostgresInstalled())) {
    const what = `two servers over PostgreSQL: not run; first run "${INSTALL_LINE}"`
    return [{ what, value: '–', target: '–', met: null }]
  }
  console.log(`Killing a database and two servers with --seed ${options.seed}`)
  const run = await runServers(sandbox, options)
  return [
    killsMeasure(run),
    ...askedMeasures(run.asked),
    turnsMeasure(run.turns),
    ...slackMeasures(run.sent, run.posts),
    buildsMeasure(run.builds),
    ...generationMeasures(run),
    leftoversMeasure(run.left),
  ]
}

function killsMeasure({ servers: both, outages }: ServersRun): Measure {
  for (const { errors, ends } of both) {
    for (const [message, times] of errors) console.error(`logged × ${times}: ${message}`)
    for (const end of ends) console.error(`ended by itself: ${end}`)
  }
  const starts = both.flatMap(({ startsMs }) => startsMs)
  const kills = [outages, ...both.map(({ killedAt }) => killedAt)].map(({ length }) => length)
  const ended = both.flatMap(({ ends }) => ends).length
  const startMs = percentile(starts, 0.5)
  return {
    what: 'kills of the database, of one server, and of the other',
    value: shown`${kills.join(', ')} (servers that ended by themselves: ${ended}; the median of their starts: ${seconds(startMs)})`,
    target: '–',
    met: null,
  }
}

function askedMeasures({ outcomes, faults, slowestMs }: Asked): Measure[] {
  showFaults(faults)
  return [
    {
      what: 'requests with a wrong answer, another status than 200, 409 and 503, or none while the server ran',
      value: shown`${faults.length} (of ${tally(outcomes)})`,
      target: '0',
      met: faults.length === 0 && (outcomes.get('200') ?? 0) > 0,
    },
    {
      what: 'the slowest of these requests',
      value: shown`${seconds(slowestMs)}`,
      target: `≤ ${seconds(HUNG_AFTER_MS).toString()}`,
      met: slowestMs <= HUNG_AFTER_MS,
    },
  ]
}

function turnsMeasure({ acknowledged, unacknowledged, damaged }: ComparedTurns): Measure {
  showFaults(damaged)
  return {
    what: 'conversations with a turn lost, doubled, changed or out of order',
    value: shown`${damaged.length} (${acknowledged} acknowledged turns; ${unacknowledged} more were stored whose answer was lost on its way)`,
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
      what: 'events of Slack without an answer, and with more than one',
      value: shown`${missing.length}, ${doubled.length} (of ${taken} taken and ${events.length} sent; deliveries: ${tally(outcomes)})`,
      target: '0, 0',
      met: missing.length + doubled.length === 0 && taken > 0,
    },
    {
      what: 'events answered twice because the server was killed between its message and its note',
      value: shown`${repeated.length}`,
      target: '–',
      met: null,
    },
    {
      what: 'answers in Slack out of order or to nobody; apologies; other statuses than 200 and 503',
      value: shown`${others.length}, ${apologies}, ${faults.length}`,
      target: '0, 0, 0',
      met: others.length + apologies + faults.length === 0,
    },
  ]
}

function buildsMeasure({ done, interrupted, faults }: Builds): Measure {
  showFaults(faults)
  return {
    what: 'builds that failed',
    value: shown`${faults.length} (${done} done, ${interrupted.length} interrupted or locked out)`,
    target: '0',
    met: faults.length === 0 && done > 0,
  }
}

function generationMeasures({ servers: both, last }: ServersRun): Measure[] {
  const { fault, seenAfterMs, right } = last
  if (fault !== null) showFaults([fault])
  return [
    {
      what: 'after all that, a build, and until both servers serve it',
      value: fault === null ? shown`done, ${seconds(seenAfterMs)}` : 'failed',
      target: `done, ≤ ${seconds(SEEN_AFTER_MS).toString()}`,
      met: fault === null && seenAfterMs <= SEEN_AFTER_MS,
    },
    {
      what: 'servers that are ready, and answer the golden question and one about the last change',
      value: shown`${right}`,
      target: String(both.length),
      met: right === both.length,
    },
  ]
}

function leftoversMeasure(left: readonly string[]): Measure {
  return {
    what: 'left in the database: locks, transactions, generations, schemas, events, turns',
    value: left.length === 0 ? 'nothing' : left.join(', '),
    target: 'nothing',
    met: left.length === 0,
  }
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
