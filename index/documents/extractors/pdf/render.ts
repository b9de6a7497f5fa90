import PQueue from 'p-queue'
import { Tinypool } from 'tinypool'

/** How long a page may take to be drawn. An ordinary one takes 0.3 s. */
export const RENDER_TIMEOUT_MS = 20_000

let pool: Tinypool | undefined

/** Pages wait here rather than in the pool, so that only their own time counts. */
const inTurn = new PQueue({ concurrency: 1 })

/**
 * Draws a page of a PDF, 1-based, as a PNG with at most `maxPixels` pixels, in a thread of its own, one page at a time.
 * Rejects with an `Error` whose message completes "FILE …" where there is no such page, or it takes longer than `timeoutMs`.
 */
export async function renderPage(
  bytes: Uint8Array,
  page: number,
  { maxPixels, timeoutMs = RENDER_TIMEOUT_MS }: { maxPixels: number; timeoutMs?: number },
): Promise<Buffer> {
  const thread = (pool ??= startPool())
  return inTurn.add(async () => {
    const signal = AbortSignal.timeout(timeoutMs)
    try {
      return Buffer.from(await thread.run({ bytes, page, maxPixels }, { signal }))
    } catch (error) {
      if (!signal.aborted) throw error
      throw new Error(`has a page that takes more than ${timeoutMs / 1000} s to be drawn`, {
        cause: error,
      })
    }
  })
}

/** Every page gets a new thread, so that no file touches the memory of another. */
function startPool(): Tinypool {
  const started = new Tinypool({
    runtime: 'worker_threads',
    filename: new URL('render-worker.js', import.meta.url).href,
    isolateWorkers: true,
    minThreads: 0,
    maxThreads: 1,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 256, stackSizeMb: 1 },
  })
  // The pool replaces a thread that fails while it is idle.
  started.on('error', () => {})
  return started
}
