import { setTimeout } from 'node:timers/promises'
import type { Step } from '../../index/steps.ts'
import { startFootnote } from '../footnote-process.ts'
import { percentile } from '../statistics.ts'

const STARTS = 5
const SETTLING_MS = 2000

/** How a server starts; medians of several starts. */
export interface StartFigures {
  /** From `npm start` to the first successful response of `/ready`. */
  readonly readyMs: number
  /** Resident memory of all processes of `npm start`, at rest. */
  readonly memoryBytes: number
  /** The same with pages that processes share counted once; `NaN` where the system does not tell. */
  readonly sharedOnceBytes: number
  /** The steps of the start that took the median time, in ms since `npm start`. */
  readonly steps: readonly Step[]
}

/** Starts the server a few times, with `env` as its only settings. */
export async function measureStart(env: Readonly<Record<string, string>>): Promise<StartFigures> {
  const starts: StartFigures[] = []
  for (let i = 0; i < STARTS; i += 1) {
    const footnote = await startFootnote({ ...env, LOG_LEVEL: 'debug' })
    await setTimeout(SETTLING_MS)
    const { readyAfterMs: readyMs, steps } = footnote
    starts.push({
      readyMs,
      steps,
      memoryBytes: await footnote.memoryBytes(),
      sharedOnceBytes: (await footnote.memorySharedOnceBytes()) ?? Number.NaN,
    })
    await footnote.stop()
  }
  const medianOf = (value: (start: StartFigures) => number) => percentile(starts.map(value), 0.5)
  const readyMs = medianOf((start) => start.readyMs)
  const memoryBytes = medianOf((start) => start.memoryBytes)
  const sharedOnceBytes = medianOf((start) => start.sharedOnceBytes)
  const nearest = starts.toSorted(
    (a, b) => Math.abs(a.readyMs - readyMs) - Math.abs(b.readyMs - readyMs),
  )
  return { readyMs, memoryBytes, sharedOnceBytes, steps: nearest[0]?.steps ?? [] }
}
