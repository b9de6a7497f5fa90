import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Hono } from 'hono'
import type { TestProject } from 'vitest/node'
import { type Inference, startInference } from '../../index/inference/inference.ts'
import { localIdentity } from '../../index/inference/remote/local-identity.ts'
import { lazily } from '../../scripts/build.ts'
import { readConfig } from '../../server/config.ts'
import { createInferenceApp } from '../../server/http/inference-app.ts'
import type { ServedModels } from '../../server/http/inference-routes.ts'
import { listen } from '../../server/http/listen.ts'
import { createLog } from '../../server/log.ts'
import { createMetrics } from '../../server/metrics.ts'
import { build, MODELS } from './project.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of the server of the shared models; there for the test files that need models. */
    modelsUrl?: string
  }
}

/**
 * Runs once for all test files that need models, in Vitest's own process. Serves one real
 * inference as `npm start -- --inference-only` does, and one index of the shipped documents that it
 * built, on the loopback interface; each starts when a test first asks for it. `shared-models.ts` is
 * the client.
 */
export default async function startModelsServer(
  project: TestProject,
): Promise<() => Promise<void>> {
  const models = lazily(loadModels)
  const index = lazily(async () => buildShippedIndex((await models.get()).inference))
  let loaded: ServedModels | null = null
  const findModels = () => {
    // Where they do not load, the client says after a while that nobody answers.
    models.get().then(
      (served) => (loaded = served),
      () => {},
    )
    return loaded
  }
  const app = new Hono()
  app.get('/shipped-index', async ({ text }) => text((await index.get()).folder))
  app.route(
    '/',
    createInferenceApp({
      findModels,
      log: createLog('silent'),
      metrics: createMetrics(() => null),
      host: '127.0.0.1',
      publicUrl: null,
      apiKeys: [],
    }),
  )
  const server = await listen(app, { host: '127.0.0.1', port: 0 })
  project.provide('modelsUrl', server.url)
  return async () => {
    await server.stop()
    await index.close()
    await models.close()
  }
}

async function loadModels() {
  const inference = await startInference(MODELS)
  const identity = await localIdentity(MODELS, inference)
  return { inference, identity, processes: MODELS.processes, close: () => inference.close() }
}

async function buildShippedIndex(inference: Inference) {
  const folder = await mkdtemp(path.join(tmpdir(), 'footnote-shipped-'))
  await build(readConfig({}).documentsDir, folder, inference)
  return { folder, close: () => rm(folder, { recursive: true, force: true }) }
}
