import { EventEmitter } from 'node:events'
import PQueue from 'p-queue'
import { FootnoteError } from '../errors.ts'
import { checkModelFiles } from './model-files.ts'
import { type ModelProcess, startModelProcess } from './model-process.ts'
import type { InferenceResult, InferenceTask, ModelOptions, Reading } from './types.ts'

/**
 * The models, in child processes or on other machines, so that the caller's event loop never computes. A process that dies
 * or hangs is replaced, and its call is repeated once; a call of a machine is repeated a few times, on another one where
 * there is one. If the last try fails too, the call rejects with `inference-failed`.
 */
export interface Inference {
  /** One normalised vector for each text, in order. */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]>
  /** One logit for each text, in order: how well the text answers the question. */
  score(question: string, texts: readonly string[], options?: CallOptions): Promise<number[]>
  /** What the reader made of each text, in order: which words answer the question, if any. */
  read(question: string, texts: readonly string[], options?: CallOptions): Promise<Reading[]>
  /** Whether a call would be answered now. False while no machine with the models is there. */
  isAvailable(): boolean
  /**
   * Calls `listener` with the reason whenever a process or a machine dies or hangs, and at once for each machine that is
   * lost already. Gives a function that stops this.
   */
  onProcessFailure(listener: (error: unknown) => void): () => void
  /** Ends the processes, or leaves the machines. Running calls reject. */
  close(): Promise<void>
}

export interface CallOptions {
  /** Gives the call up while it waits, also for another machine; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

export interface EmbedOptions extends CallOptions {
  /** Whether all other calls come first. */
  readonly isBackground?: boolean
}

export interface InferenceOptions extends ModelOptions {
  /**
   * The most child processes, each with all models. Those after the first start when they are needed. With other machines:
   * the most calls that they get at the same time.
   */
  readonly processes: number
  /** A process hangs if a call takes longer than this for each of its texts, and for two texts more. Default: 1 s. */
  readonly timeoutPerTextMs?: number
}

/** The slowest machine that was measured took 0.1 s for a text. */
const TIMEOUT_PER_TEXT_MS = 1000

/** How long a new process may load its models. From a warm disk it takes 0.4 s. */
const LOADING_TIMEOUT_MS = 10_000

/** How long the first process may load its models, which it may have to download. */
const FIRST_LOADING_TIMEOUT_MS = 600_000

/**
 * Starts an inference process and waits until it has loaded its models, or connects with the machines that have them.
 * Throws `model-missing` where a model is not in its folder or does not load, and what `connectInference` throws.
 */
export async function startInference(options: InferenceOptions): Promise<Inference> {
  const { remote, processes, timeoutPerTextMs = TIMEOUT_PER_TEXT_MS } = options
  if (remote) {
    const { connectInference } = await import('./remote/remote-inference.ts')
    return connectInference(remote, { processes, timeoutPerTextMs })
  }
  await checkModelFiles(options)
  const pool = new ProcessPool(options)
  try {
    await pool.load()
  } catch (error) {
    await pool.close()
    throw new FootnoteError(
      'model-missing',
      `The models in ${options.modelsDir} do not load. Compare them with SHA256SUMS there, and restore what differs.`,
      error,
    )
  }
  return pool
}

/** Model processes, each of which runs one call at a time. */
class ProcessPool implements Inference {
  readonly #models: ModelOptions
  readonly #timeoutPerTextMs: number
  readonly #calls: PQueue
  readonly #processes = new Set<ModelProcess>()
  readonly #idle: ModelProcess[] = []
  readonly #failures = new EventEmitter<{ failure: [unknown] }>()
  #isClosed = false

  constructor({ processes, timeoutPerTextMs = TIMEOUT_PER_TEXT_MS, ...models }: InferenceOptions) {
    this.#models = models
    this.#timeoutPerTextMs = timeoutPerTextMs
    this.#calls = new PQueue({ concurrency: processes })
  }

  /** Starts the first process. Rejects where its models do not load. */
  async load(): Promise<void> {
    const first = this.#start()
    await first.run({ kind: 'load' }, FIRST_LOADING_TIMEOUT_MS)
    this.#idle.push(first)
  }

  embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]> {
    return this.#run({ kind: 'embed', texts }, texts.length, options)
  }

  score(question: string, texts: readonly string[], options?: CallOptions): Promise<number[]> {
    return this.#run({ kind: 'score', question, texts }, texts.length, options)
  }

  read(question: string, texts: readonly string[], options?: CallOptions): Promise<Reading[]> {
    return this.#run({ kind: 'read', question, texts }, texts.length, options)
  }

  isAvailable(): boolean {
    return !this.#isClosed
  }

  onProcessFailure(listener: (error: unknown) => void): () => void {
    this.#failures.on('failure', listener)
    return () => this.#failures.off('failure', listener)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#processes].map((process) => process.end()))
  }

  async #run<T extends InferenceTask>(
    task: T,
    texts: number,
    { isBackground = false, signal }: EmbedOptions = {},
  ) {
    const timeoutMs = this.#timeoutPerTextMs * (2 + texts)
    // Only while the call waits: a process that works must keep its place, or the next call would start one too many.
    const waiting = new AbortController()
    const giveUp = () => waiting.abort(signal?.reason)
    signal?.addEventListener('abort', giveUp, { once: true })
    const turn = { priority: isBackground ? -1 : 0, signal: waiting.signal }
    try {
      signal?.throwIfAborted()
      return await this.#calls.add(() => {
        signal?.removeEventListener('abort', giveUp)
        return this.#attempt(task, timeoutMs)
      }, turn)
    } catch (error) {
      signal?.throwIfAborted()
      const message = 'A model process stopped while it worked. Try again.'
      throw new FootnoteError('inference-failed', message, error)
    }
  }

  async #attempt<T extends InferenceTask>(
    task: T,
    timeoutMs: number,
    isLast = false,
  ): Promise<InferenceResult[T['kind']]> {
    if (this.#isClosed) throw new Error('The processes are ended.')
    const idle = this.#takeIdle()
    const process = idle ?? this.#start()
    try {
      const result = await process.run(task, idle ? timeoutMs : timeoutMs + LOADING_TIMEOUT_MS)
      this.#idle.push(process)
      return result
    } catch (error) {
      if (process.isAlive) {
        this.#idle.push(process)
        throw error
      }
      if (!this.#isClosed) this.#forget(process, error)
      if (isLast) throw error
      return this.#attempt(task, timeoutMs, true)
    }
  }

  #start(): ModelProcess {
    const process = startModelProcess(this.#models)
    this.#processes.add(process)
    return process
  }

  #takeIdle(): ModelProcess | undefined {
    const process = this.#idle.pop()
    if (!process || process.isAlive) return process
    this.#forget(process, new Error('The process ended while it was idle.'))
    return this.#takeIdle()
  }

  #forget(process: ModelProcess, error: unknown): void {
    this.#processes.delete(process)
    this.#failures.emit('failure', error)
  }
}
