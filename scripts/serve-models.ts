import { FootnoteError } from '../index/errors.ts'
import type { Inference } from '../index/inference/inference.ts'
import { localIdentity } from '../index/inference/remote/local-identity.ts'
import type { Config } from '../server/config.ts'
import { createInferenceApp } from '../server/http/inference-app.ts'
import type { ServedModels } from '../server/http/inference-routes.ts'
import { listen } from '../server/http/listen.ts'
import { createLog } from '../server/log.ts'
import { createMetrics } from '../server/metrics.ts'
import { exitWhenIdle } from './command-line.ts'

/** Listens, loads the models, and runs them for other machines until the process is told to stop. */
export async function serveModels(config: Config, loading: Promise<Inference>): Promise<void> {
  if (config.inference.remote) {
    throw new FootnoteError(
      'setting-invalid',
      'INFERENCE_URL is set, so the models would run elsewhere. Unset it to run them here, or leave --inference-only out.',
    )
  }
  const log = createLog(config.logLevel)
  const metrics = createMetrics(() => null)
  let models: ServedModels | null = null
  const app = createInferenceApp({ ...config, log, metrics, findModels: () => models })
  const server = await listen(app, config)
  const stop = async (signal: string) => {
    log.info({ signal }, 'stopping')
    await server.stop()
    // The model processes end with this one.
    await exitWhenIdle()
  }
  process.once('SIGTERM', (signal) => void stop(signal))
  process.once('SIGINT', (signal) => void stop(signal))

  const inference = await loading
  inference.onProcessFailure((err) => {
    metrics.countLostProcess()
    log.warn({ err }, 'a model process was lost and is replaced')
  })
  const { processes } = config.inference
  models = { inference, processes, identity: await localIdentity(config.inference, inference) }
  log.info({ url: server.url }, 'ready')
  if (process.stdout.isTTY) console.log(`\nFootnote runs models for others on ${server.url}\n`)
}
