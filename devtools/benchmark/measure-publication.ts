import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { openLiveIndex } from '../../index/live-index.ts'
import type { Config } from '../../server/config.ts'
import { embeddedEngine } from '../../server/engine.ts'
import { percentile } from '../statistics.ts'
import { type ScaleIndex, timeBuild } from './scale-index.ts'

const PUBLICATIONS = 3

/** The delay is sampled this often. */
const SAMPLED_MS = 1

/** After a change was taken up, what is left of the one before is released. */
const SETTLING_MS = 200

/** What it costs a server with WATCH that one document has changed; medians. */
export interface PublicationFigures {
  /** From the beginning of the build to its end. */
  readonly publishMs: number
  /** The longest time for which the event loop of the building server stood still. */
  readonly longestBuildHoldMs: number
  /** The same of a server that opens the new generation beside the old one, and closes that. */
  readonly longestOpenHoldMs: number
}

/** Changes one document a few times, in a process that serves the index and builds it. */
export async function measurePublication(
  { documentsDir, indexDir }: ScaleIndex,
  embed: (text: string) => Float32Array,
  config: Config,
): Promise<PublicationFigures> {
  const { storage } = embeddedEngine({ ...config, indexDir })
  const server = await openLiveIndex({
    storage,
    onChange: (change) => {
      if ('error' in change) throw change.error
    },
  })
  const publishMs: number[] = []
  const buildHoldMs: number[] = []
  const openHoldMs: number[] = []
  try {
    for (let i = 0; i < PUBLICATIONS; i += 1) {
      await writeFile(path.join(documentsDir, 'changed.txt'), `This is version ${i}.\n`)
      const built = await longestHold(() => timeBuild({ ...config, documentsDir }, storage, embed))
      const opened = await longestHold(() => server.refresh())
      publishMs.push(built.result)
      buildHoldMs.push(built.holdMs)
      openHoldMs.push(opened.holdMs)
    }
  } finally {
    await server.close()
  }
  return {
    publishMs: percentile(publishMs, 0.5),
    longestBuildHoldMs: percentile(buildHoldMs, 0.5),
    longestOpenHoldMs: percentile(openHoldMs, 0.5),
  }
}

async function longestHold<T>(work: () => Promise<T>): Promise<{ result: T; holdMs: number }> {
  const delay = monitorEventLoopDelay({ resolution: SAMPLED_MS })
  delay.enable()
  const result = await work()
  await setTimeout(SETTLING_MS)
  delay.disable()
  return { result, holdMs: delay.max / 1e6 }
}
