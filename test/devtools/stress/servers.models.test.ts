import { expect, test } from 'vitest'
import { isPostgresInstalled } from '../../../devtools/postgres-process.ts'
import { withSandbox } from '../../../devtools/stress/sandbox.ts'
import { runServers } from '../../../devtools/stress/servers/run-servers.ts'

/** The time of a run on a machine on which a server takes 20 s to start. */
const TIME_LIMIT_MS = 300_000

test.skipIf(!(await isPostgresInstalled()))(
  'two servers lose, double and invent nothing when they and their database are killed',
  async () => {
    const run = await withSandbox((sandbox) => runServers(sandbox, { seconds: 10, seed: 1 }))
    expect(run.outages).toHaveLength(1)
    expect(run.servers.map(({ killedAt }) => killedAt.length)).toEqual([1, 1])
    expect(run.asked.faults).toEqual([])
    expect(run.turns.acknowledged).toBeGreaterThan(0)
    expect(run.turns.damaged).toEqual([])
    expect(run.sent.faults).toEqual([])
    expect(run.posts).toMatchObject({ missing: [], doubled: [], outOfOrder: [], unasked: [] })
    expect(run.builds.faults).toEqual([])
    expect(run.last).toMatchObject({ fault: null, right: 2 })
    expect(run.left).toEqual([])
  },
  TIME_LIMIT_MS,
)
