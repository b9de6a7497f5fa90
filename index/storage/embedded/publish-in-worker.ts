import { Tinypool } from 'tinypool'
import type { PublishStep } from './publish-steps.ts'

/** The SHA-256 that a step gives, or its error. */
export type Outcome =
  | { readonly digest: string }
  | { readonly message: string; readonly code: unknown }

/** How long a thread waits for another step. Starting a thread takes 0.3 s. */
const IDLE_MS = 1000

let pool: Tinypool | undefined

/**
 * Does a step of a publication in a thread, so that a server goes on answering: with 100,000 passages they take seconds. Gives the
 * SHA-256 of what it wrote, and throws an `Error` with the code of SQLite's or the system's.
 */
export async function publishInWorker(step: PublishStep): Promise<string> {
  pool ??= startPool()
  const outcome: Outcome = await pool.run(step)
  if ('digest' in outcome) return outcome.digest
  throw Object.assign(new Error(outcome.message), { code: outcome.code })
}

function startPool(): Tinypool {
  const started = new Tinypool({
    runtime: 'worker_threads',
    isolateWorkers: false,
    filename: new URL('publish-worker.js', import.meta.url).href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE_MS,
    execArgv: [],
  })
  // The pool replaces a thread that fails while it is idle.
  started.on('error', () => {})
  return started
}
