import { Tinypool } from 'tinypool'
import { FootnoteError } from '../errors.ts'
import type { InferenceResult, InferenceTask, ModelOptions } from './types.ts'
import { findModels } from './model-files.ts'

/** The models, away from the caller's event loop. Every call rejects with `inference-failed` if its process dies. */
export interface Inference {
  /** One normalised vector a text, in order. */
  embed(texts: readonly string[]): Promise<Float32Array[]>
  /** One logit a text, in order: how well it answers the question. */
  score(question: string, texts: readonly string[]): Promise<number[]>
  /** Ends the processes; calls still running reject. */
  close(): Promise<void>
}

export interface InferenceOptions extends ModelOptions {
  /** Child processes, each with both models. */
  readonly processes: number
}

/**
 * Starts the inference processes and waits until one has loaded its models. Throws `model-missing`
 * where a model is not in its folder or does not load.
 */
export async function startInference(options: InferenceOptions): Promise<Inference> {
  await findModels(options)
  const pool = new Tinypool({
    runtime: 'child_process',
    filename: new URL('inference-process.js', import.meta.url).href,
    minThreads: options.processes,
    maxThreads: options.processes,
    // Float32Array as it is; JSON would make an object of it.
    serialization: 'advanced',
    // Not the parent's, which has a TypeScript loader; a small young generation saves 20 MB.
    execArgv: ['--max-semi-space-size=2'],
    argv: [JSON.stringify(options satisfies ModelOptions)],
  })
  // A process that dies while idle is replaced; the pool tells of it here, and nobody waits for it.
  pool.on('error', () => {})
  try {
    await pool.run({ kind: 'load' } satisfies InferenceTask)
  } catch (error) {
    await pool.destroy()
    throw new FootnoteError(
      'model-missing',
      `The models in ${options.modelsDir} do not load. Compare them with SHA256SUMS there, and restore what differs.`,
      error,
    )
  }

  async function run<T extends InferenceTask>(task: T): Promise<InferenceResult[T['kind']]> {
    try {
      return await pool.run(task)
    } catch (error) {
      throw new FootnoteError('inference-failed', 'A model process stopped in mid-work.', error)
    }
  }
  return {
    embed: (texts) => run({ kind: 'embed', texts }),
    score: (question, texts) => run({ kind: 'score', question, texts }),
    close: () => pool.destroy(),
  }
}
