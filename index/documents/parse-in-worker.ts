import PQueue from 'p-queue'
import { Tinypool } from 'tinypool'
import { type Document, parseDocument } from './document.ts'
import type { Format } from './extractors/extractor.ts'
import { extractorOfBytes, isText } from './extractors/formats.ts'
import type { SourceBytes, SourceFile } from './source-files.ts'

/** How long a document may take: 5 MB of ordinary Markdown take 20 s, of plain text 4 s. */
export const PARSE_TIMEOUT_MS = 60_000

/** Memory of the thread: 5 MB of Markdown need 700 MB. */
const MAX_MEMORY_MB = 1024

/** How long a thread waits for another document. Starting a thread takes 0.3 s. */
const IDLE_MS = 1000

/** Texts up to this size that do not nest are parsed without a thread: they take 0.5 s at most. */
const SHORT_BYTES = 4096
const NESTS = /(?:[-+*>?[{]\s*|\d[.)]\s*){9}/

/** Formats whose files are read by native code. Each file gets a thread of its own, which ends with it. */
const ISOLATED = new Set<Format>(['pdf'])

let pool: Tinypool | undefined
let isolatedPool: Tinypool | undefined
const inTurn = new PQueue({ concurrency: 1 })

/**
 * Parses a document as `parseDocument` does, in a thread, one document at a time: some texts of a few kB keep CommonMark or
 * YAML busy for minutes. A PDF gets a new thread. Throws the same kind of `Error` where it takes longer than `timeoutMs`, or
 * too much memory.
 */
export async function parseInWorker(
  file: SourceFile,
  { bytes, yaml, hash }: SourceBytes,
  timeoutMs: number,
): Promise<Document> {
  const all = yaml ? Buffer.concat([bytes, yaml]) : bytes
  const isShort = isText(file.format) && all.length <= SHORT_BYTES
  if (isShort && !NESTS.test(all.toString('latin1'))) {
    return parseDocument(file, bytes, hash, yaml)
  }
  const isIsolated = ISOLATED.has(extractorOfBytes(file.format, bytes).format)
  const thread = isIsolated
    ? (isolatedPool ??= startPool({ isolateWorkers: true }))
    : (pool ??= startPool({ isolateWorkers: false }))
  return inTurn.add(async () => {
    const signal = AbortSignal.timeout(timeoutMs)
    try {
      return await thread.run({ file, bytes, yaml, hash }, { signal })
    } catch (error) {
      if (signal.aborted) throw tooMuch(`more than ${timeoutMs / 1000} s`, error)
      if (isOutOfMemory(error)) throw tooMuch(`more than ${MAX_MEMORY_MB} MB of memory`, error)
      throw error
    }
  })
}

function startPool({ isolateWorkers }: { isolateWorkers: boolean }): Tinypool {
  const started = new Tinypool({
    runtime: 'worker_threads',
    isolateWorkers,
    filename: new URL('parse-worker.js', import.meta.url).href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE_MS,
    execArgv: [],
    // The stack of the main thread. A thread's default is four times as large, and a deeply nested document fills it slowly.
    resourceLimits: { maxOldGenerationSizeMb: MAX_MEMORY_MB, stackSizeMb: 1 },
  })
  // The pool replaces a thread that fails while it is idle.
  started.on('error', () => {})
  return started
}

function tooMuch(what: string, cause: unknown): Error {
  return new Error(`takes ${what} to be read; make it simpler, or split it`, { cause })
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}
