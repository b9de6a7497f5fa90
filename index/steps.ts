import { EventEmitter } from 'node:events'
import { performance } from 'node:perf_hooks'

/** A part of a start, in ms since the process started. */
export interface Step {
  readonly name: string
  readonly startMs: number
  readonly endMs: number
}

export interface StepCollector {
  /** Gives the steps so far, in the order in which they ended, and collects no more. */
  readonly stop: () => readonly Step[]
}

const steps = new EventEmitter<{ step: [Step] }>()

/** Does some work, and reports it as a step to who collects them. */
export async function step<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  const startMs = performance.now()
  try {
    return await work()
  } finally {
    steps.emit('step', { name, startMs, endMs: performance.now() })
  }
}

/** Collects the steps of this process, of which the first have ended: how Node and the code that calls this were loaded. */
export function collectSteps(): StepCollector {
  const { bootstrapComplete } = performance.nodeTiming
  const collected: Step[] = [
    { name: 'start Node', startMs: 0, endMs: bootstrapComplete },
    { name: 'load the command', startMs: bootstrapComplete, endMs: performance.now() },
  ]
  const collect = (ended: Step) => {
    collected.push(ended)
  }
  steps.on('step', collect)
  return {
    stop: () => {
      steps.off('step', collect)
      return collected
    },
  }
}
