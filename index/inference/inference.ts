import { FootnoteError } from '../errors.ts'
import { readEmbeddingManifest } from './embedding-manifest.ts'
import { checkModelFiles } from './model-files.ts'
import { ProcessPool } from './process-pool.ts'
import type { ModelOptions, PassageText, Reading } from './types.ts'

/**
 * The models, in child processes or on other machines, so that the caller's event loop never computes. A process that dies
 * or hangs is replaced, and its call is repeated once; a call of a machine is repeated a few times, on another one where
 * there is one. If the last try fails too, the call rejects with `inference-failed`.
 */
export interface Inference {
  /** One normalised vector for each question, in order, or for each text that is searched for as one. */
  embed(texts: readonly string[], options?: CallOptions): Promise<Float32Array[]>
  /** One normalised vector for each sentence of each passage, in order. */
  embedSentences(
    passages: readonly PassageText[],
    options?: BackgroundOptions,
  ): Promise<Float32Array[][]>
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

export interface BackgroundOptions extends CallOptions {
  /** Whether all other calls come first. */
  readonly isBackground?: boolean
}

export interface InferenceOptions extends ModelOptions {
  /** How many child processes run the models. With other machines: the most calls that they get at the same time. */
  readonly processes: number
  /**
   * What the processes load at the start: what questions need, or what documents need. They load other models when these are first
   * used. Default: what questions need.
   */
  readonly loadsFor?: 'questions' | 'documents'
  /** A process hangs if a call takes longer than this for each of its texts, and for two texts more. Default: 1 s. */
  readonly timeoutPerTextMs?: number
}

/** The slowest machine that was measured took 0.1 s for a text. */
const TIMEOUT_PER_TEXT_MS = 1000

/**
 * Starts inference processes and waits until they have loaded their models, or connects with the machines that have them.
 * Throws `model-missing` where a model is not in its folder or does not load, and what `connectInference` throws.
 */
export async function startInference(options: InferenceOptions): Promise<Inference> {
  const {
    remote,
    processes,
    loadsFor = 'questions',
    timeoutPerTextMs = TIMEOUT_PER_TEXT_MS,
  } = options
  if (remote) {
    const { connectInference } = await import('./remote/remote-inference.ts')
    return connectInference(remote, { processes, timeoutPerTextMs })
  }
  await checkModelFiles(options)
  const models = { ...options, embedding: await readEmbeddingManifest(options) }
  const pool = new ProcessPool(models, { processes, loadsFor, timeoutPerTextMs })
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
