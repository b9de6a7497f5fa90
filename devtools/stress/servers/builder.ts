import { setTimeout } from 'node:timers/promises'
import type { Roster } from './roster.ts'
import { runScriptProcess } from './watched-process.ts'

/** What the builds of a run came to. */
export interface Builds {
  /** Those that ended well. */
  done: number
  /** Those that the database interrupted, or that found another build running. */
  readonly interrupted: string[]
  /** What else builds ended with. */
  readonly faults: string[]
}

/** Builds again and again. */
export interface Builder {
  readonly builds: Builds
  /** Waits for the running build, and begins no other. */
  stop(): Promise<void>
}

const PAUSE_MS = 1000

/** How a build ends that has to be run again. */
const EXPECTED_END =
  /The build was interrupted\.|The database (?:cannot be reached|is too slow)|Another build of the index/

/** Changes the roster and builds, again and again. */
export function startBuilder(settings: Readonly<Record<string, string>>, roster: Roster): Builder {
  const builds: Builds = { done: 0, interrupted: [], faults: [] }
  let isStopped = false
  const work = async (): Promise<void> => {
    if (isStopped) return
    await roster.change()
    const fault = await build(settings)
    if (fault === null) builds.done += 1
    else if (EXPECTED_END.test(fault)) builds.interrupted.push(fault)
    else builds.faults.push(fault)
    await setTimeout(PAUSE_MS)
    await work()
  }
  const working = work()
  return {
    builds,
    stop: async () => {
      isStopped = true
      await working
    },
  }
}

/** Runs `npm run build-index`'s script. Gives what it printed if it failed; null if it did not. */
export async function build(settings: Readonly<Record<string, string>>): Promise<string | null> {
  const building = runScriptProcess('build-index', [], settings)
  return (await building.ended) === 0 ? null : building.output().trim()
}
