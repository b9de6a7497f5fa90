import PQueue from 'p-queue'
import { Tinypool } from 'tinypool'
import { type Document, parseDocument } from './document.ts'
import type { SourceFile } from './source-files.ts'

/** How long a document may take, in ms: 5 MB of ordinary Markdown take 20 s, of text 4 s. */
export const PARSE_TIME_LIMIT = 60_000

/** Memory of the thread, in MB: 5 MB of Markdown need 700. */
const MAX_MEMORY = 1024

/** How long a thread waits for another document, in ms. Starting one takes 0.3 s. */
const IDLE = 1000

/** In bytes. What is as short and does not nest took 0.5 s at worst, so it is not worth a thread. */
const SHORT = 4096
const NESTS = /(?:[-+*>?[{]\s*|\d[.)]\s*){9}/

let pool: Tinypool | undefined
const inTurn = new PQueue({ concurrency: 1 })

/**
 * As `parseDocument`, in a thread of its own and one at a time: some texts of a few kB keep CommonMark or YAML busy
 * for minutes. One that takes longer than `timeLimit`, or too much memory, is an `Error` of the same kind.
 */
export async function parseApart(
  file: SourceFile,
  bytes: Buffer,
  hash: string,
  timeLimit: number,
): Promise<Document> {
  if (bytes.length <= SHORT && !NESTS.test(bytes.toString('latin1'))) {
    return parseDocument(file, bytes, hash)
  }
  const thread = (pool ??= startPool())
  return inTurn.add(async () => {
    const signal = AbortSignal.timeout(timeLimit)
    try {
      return await thread.run({ file, bytes, hash }, { signal })
    } catch (error) {
      if (signal.aborted) throw tooMuch(`more than ${timeLimit / 1000} s`, error)
      if (isOutOfMemory(error)) throw tooMuch(`more than ${MAX_MEMORY} MB of memory`, error)
      throw error
    }
  })
}

function startPool(): Tinypool {
  const started = new Tinypool({
    runtime: 'worker_threads',
    filename: new URL('parse-worker.js', import.meta.url).href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE,
    execArgv: [],
    // The main thread's stack; a thread's own is four times that, which what nests too deeply takes long to fill.
    resourceLimits: { maxOldGenerationSizeMb: MAX_MEMORY, stackSizeMb: 1 },
  })
  // A thread that fails while idle is replaced.
  started.on('error', () => {})
  return started
}

function tooMuch(what: string, cause: unknown): Error {
  return new Error(`takes ${what} to be read; make it simpler, or split it`, { cause })
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}
