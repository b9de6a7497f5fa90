/** What was measured, what it should be, and whether it is. */
export interface Measure {
  readonly what: string
  readonly value: string
  readonly target: string
  readonly met: boolean
}

/** How long some work takes, in ms. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}
