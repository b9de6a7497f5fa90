import { onTestFinished } from 'vitest'
import type { Inference } from '../../index/inference/inference.ts'
import { connectInference } from '../../index/inference/remote/remote-inference.ts'
import { createInferenceApp } from '../../server/http/inference-app.ts'
import { listen } from '../../server/http/listen.ts'
import { createLog, type Log } from '../../server/log.ts'
import { createMetrics } from '../../server/metrics.ts'
import { DIMENSIONS, wordVectors } from './word-vectors.ts'

/** The models of a machine, as their digest. */
export const THESE_MODELS = 'a'.repeat(64)

export interface ServedModelsOptions {
  readonly inference?: Inference
  readonly models?: string
  /** How many numbers an embedding has. Default: as many as a word vector. */
  readonly dimensions?: number
  readonly apiKeys?: string[]
  readonly log?: Log
  /** Default: any free port. */
  readonly port?: number
}

/** A machine that serves models, on a real socket, stopped after the test. */
export interface ServedMachine {
  readonly url: string
  readonly port: number
  stop(): Promise<void>
}

/** Serves word vectors, or the given models, as `npm start -- --inference-only` serves the real ones. */
export async function serveModels(options: ServedModelsOptions = {}): Promise<ServedMachine> {
  const { inference = wordVectors(), models = THESE_MODELS, dimensions = DIMENSIONS } = options
  const { apiKeys = [], port = 0 } = options
  const served = { inference, processes: 1, identity: { models, embedding: 'b', dimensions } }
  const app = createInferenceApp({
    findModels: () => served,
    log: options.log ?? createLog('silent'),
    metrics: createMetrics(() => null),
    host: '127.0.0.1',
    publicUrl: null,
    apiKeys,
  })
  const server = await listen(app, { host: '127.0.0.1', port })
  onTestFinished(() => server.stop())
  return { url: server.url, port: Number(new URL(server.url).port), stop: () => server.stop() }
}

/** Connects with machines, with time limits that are short enough for a test; closed after it. */
export async function connect(
  addresses: readonly string[],
  { key = null, processes = 2 }: { key?: string | null; processes?: number } = {},
): Promise<Inference> {
  const inference = await connectInference(
    { addresses, key },
    { processes, timeoutPerTextMs: 1000 },
  )
  onTestFinished(() => inference.close())
  return inference
}
