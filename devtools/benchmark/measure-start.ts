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
    starts.push({ readyMs, steps, memoryBytes: await footnote.memoryBytes() })
    await footnote.stop()
  }
  const readyMs = percentile(
    starts.map((start) => start.readyMs),
    0.5,
  )
  const memoryBytes = percentile(
    starts.map((start) => start.memoryBytes),
    0.5,
  )
  const nearest = starts.toSorted(
    (a, b) => Math.abs(a.readyMs - readyMs) - Math.abs(b.readyMs - readyMs),
  )
  return { readyMs, memoryBytes, steps: nearest[0]?.steps ?? [] }
}
