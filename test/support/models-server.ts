import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { Hono } from 'hono'
import type { TestProject } from 'vitest/node'
import { type Inference, startInference } from '../../index/inference/inference.ts'
import type { InferenceReply, InferenceTask } from '../../index/inference/types.ts'
import { lazily } from '../../scripts/build.ts'
import { readConfig } from '../../server/config.ts'
import { listen } from '../../server/http/listen.ts'
import { build, MODELS } from './project.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of the server of the shared models; there for the test files that need models. */
    modelsUrl?: string
  }
}

/**
 * Runs once for all test files that need models, in Vitest's own process. Serves one real
 * inference, and one index of the shipped documents that it built, on the loopback interface; each
 * starts when a test first asks for it. `shared-models.ts` is the client.
 */
export default async function startModelsServer(
  project: TestProject,
): Promise<() => Promise<void>> {
  const inference = lazily(() => startInference(MODELS))
  const index = lazily(async () => buildShippedIndex(await inference.get()))
  const app = new Hono()
  app.post('/run', async ({ req, body }) => {
    const task: InferenceTask = deserialize(new Uint8Array(await req.arrayBuffer()))
    // A Float32Array stays one; JSON would make an object of it.
    return body(Uint8Array.from(serialize(await replyTo(task, inference.get))))
  })
  app.get('/shipped-index', async ({ text }) => text((await index.get()).folder))
  const server = await listen(app, { host: '127.0.0.1', port: 0 })
  project.provide('modelsUrl', server.url)
  return async () => {
    await server.stop()
    await index.close()
    await inference.close()
  }
}

async function replyTo(
  task: InferenceTask,
  inference: () => Promise<Inference>,
): Promise<InferenceReply> {
  try {
    const models = await inference()
    switch (task.kind) {
      case 'load':
        return { result: true }
      case 'embed':
        return { result: await models.embed(task.texts) }
      case 'score':
        return { result: await models.score(task.question, task.texts) }
      case 'read':
        return { result: await models.read(task.question, task.texts) }
    }
  } catch (error) {
    return { error: String(error) }
  }
}

async function buildShippedIndex(inference: Inference) {
  const folder = await mkdtemp(path.join(tmpdir(), 'footnote-shipped-'))
  await build(readConfig({}).documentsDir, folder, inference)
  return { folder, close: () => rm(folder, { recursive: true, force: true }) }
}
