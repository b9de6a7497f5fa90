import { EventEmitter } from 'node:events'
import PQueue from 'p-queue'
import { FootnoteError } from '../errors.ts'
import { checkModelFiles } from './model-files.ts'
import { type ModelProcess, startModelProcess } from './model-process.ts'
import type { InferenceTask, ModelOptions } from './types.ts'

/**
 * The models, away from the caller's event loop. A process that dies or hangs is replaced, and its call tried once
 * more; if that fails too it rejects with `inference-failed`.
 */
export interface Inference {
  /** One normalised vector a text, in order. */
  embed(texts: readonly string[]): Promise<Float32Array[]>
  /** One logit a text, in order: how well it answers the question. */
  score(question: string, texts: readonly string[]): Promise<number[]>
  /** Calls `listener` with the reason for each process that dies or hangs from now on; gives what ends that. */
  onProcessFailure(listener: (error: unknown) => void): () => void
  /** Ends the processes; calls still running reject. */
  close(): Promise<void>
}

export interface InferenceOptions extends ModelOptions {
  /** Child processes at most, each with both models; those besides the first are started when they are needed. */
  readonly processes: number
  /** How long a call may take for each of its texts before its process is taken to hang, in ms. */
  readonly timeoutPerTextMs?: number
}

/** The slowest machine that this was run on took 0.1 s a text. */
const PATIENCE = 1000

/** How long a new process may load its models, in ms: it takes 0.4 s from a warm disk. */
const LOADING = 10_000

/** The same for the first, which may have to fetch them. */
const FIRST_LOADING = 600_000

/**
 * Starts an inference process and waits until it has loaded its models. Throws `model-missing`
 * where a model is not in its folder or does not load.
 */
export async function startInference(options: InferenceOptions): Promise<Inference> {
  const { processes, timeoutPerTextMs = PATIENCE, ...models } = options
  await checkModelFiles(models)
  const queue = new PQueue({ concurrency: processes })
  const all = new Set<ModelProcess>()
  const idle: ModelProcess[] = []
  let isClosed = false
  const losses = new EventEmitter<{ loss: [unknown] }>()

  const start = () => {
    const started = startModelProcess(models)
    all.add(started)
    return started
  }
  const lose = (lost: ModelProcess, error: unknown) => {
    all.delete(lost)
    losses.emit('loss', error)
  }
  const takeIdle = (): ModelProcess | undefined => {
    const taken = idle.pop()
    if (!taken || taken.isAlive) return taken
    lose(taken, new Error('The process ended while it was idle.'))
    return takeIdle()
  }
  const attempt = async <T extends InferenceTask>(task: T, limit: number, isLast = false) => {
    if (isClosed) throw new Error('The processes are ended.')
    const taken = takeIdle()
    const process = taken ?? start()
    try {
      const result = await process.run(task, taken ? limit : limit + LOADING)
      idle.push(process)
      return result
    } catch (error) {
      if (process.isAlive) {
        idle.push(process)
        throw error
      }
      if (!isClosed) lose(process, error)
      if (isLast) throw error
      return attempt(task, limit, true)
    }
  }
  const run = async <T extends InferenceTask>(task: T, limit: number) => {
    try {
      return await queue.add(() => attempt(task, limit))
    } catch (error) {
      throw new FootnoteError('inference-failed', 'A model process stopped in mid-work.', error)
    }
  }
  const limitFor = (texts: readonly string[]) => timeoutPerTextMs * (2 + texts.length)
  const close = async () => {
    isClosed = true
    await Promise.all([...all].map((process) => process.end()))
  }

  try {
    const first = start()
    await first.run({ kind: 'load' }, FIRST_LOADING)
    idle.push(first)
  } catch (error) {
    await close()
    throw new FootnoteError(
      'model-missing',
      `The models in ${models.modelsDir} do not load. Compare them with SHA256SUMS there, and restore what differs.`,
      error,
    )
  }
  return {
    embed: (texts) => run({ kind: 'embed', texts }, limitFor(texts)),
    score: (question, texts) => run({ kind: 'score', question, texts }, limitFor(texts)),
    onProcessFailure: (listener) => {
      losses.on('loss', listener)
      return () => losses.off('loss', listener)
    },
    close,
  }
}
