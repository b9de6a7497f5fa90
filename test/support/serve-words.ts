import { onTestFinished } from 'vitest'
import type { Inference } from '../../index/inference/inference.ts'
import { openLiveIndex } from '../../index/live-index.ts'
import { questionsInTurn, type QuestionsOptions } from '../../server/conversation/questions.ts'
import { type AppOptions, createApp } from '../../server/http/app.ts'
import type { Service } from '../../server/service.ts'
import { createLog } from '../../server/log.ts'
import { createMetrics, type Metrics } from '../../server/metrics.ts'
import { serve } from '../../server/serve.ts'
import type { SlackRoutesOptions } from '../../server/slack/slack-routes.ts'
import { openEmbeddedState } from '../../server/state/embedded/embedded-state.ts'
import type { SlackStore } from '../../server/state/state.ts'
import { build, storageIn } from './project.ts'
import { temporaryFolder, writeFiles } from './temporary.ts'
import { wordVectors } from './word-vectors.ts'

/** Words that are a picture, an end of an attribute, and a turn of direction to who takes them for markup. */
export const HOSTILE = `<img src=x onerror=alert(1)>"'>\u202Egpj.exe`

export interface WordsOptions {
  /** Documents besides the two. */
  readonly files?: Record<string, string>
  readonly inference?: Inference
  /** Of its queue of questions. */
  readonly queue?: Partial<QuestionsOptions>
  /** The folder of the index and of what people say; a new one by default. */
  readonly indexDir?: string
  /** Connects it with Slack. */
  readonly slack?: (service: Service, memory: SlackStore) => SlackRoutesOptions
}

/** A server on a real socket, with two small documents and word vectors for models; its address. */
export async function serveWords(
  options: Partial<AppOptions> = {},
  given: WordsOptions = {},
): Promise<string> {
  const { files = {}, inference = wordVectors() } = given
  const documents = await temporaryFolder()
  const indexDir = given.indexDir ?? (await temporaryFolder())
  await writeFiles(documents, {
    'cats.txt':
      '---\nauthor: Ann\ndate: 2020-01-02\n---\nCats sleep all day. They hunt at night.\n',
    ...files,
    'hostile.txt': `---\ntitle: ${HOSTILE}\n---\n<script>alert("owls")</script> ${HOSTILE} owls\n`,
  })
  await build(documents, indexDir, wordVectors())
  const index = await openLiveIndex({
    storage: storageIn(indexDir),
    onChange: () => {},
  })
  const state = await openEmbeddedState({
    dataDir: indexDir,
    legacyDir: indexDir,
    conversationTtlMs: 60_000,
    maxTurns: 20,
  })
  const { conversations, feedback } = state
  const asked = questionsInTurn({
    index,
    inference,
    conversations,
    minConfidence: 0.5,
    concurrency: 2,
    ...given.queue,
  })
  const metrics: Metrics = createMetrics(() => service)
  const service: Service = {
    index,
    questions: metrics.counted(asked),
    conversations,
    feedback,
  }
  const app = createApp({
    service: () => service,
    metrics,
    log: createLog('silent'),
    host: '127.0.0.1',
    allowedOrigins: [],
    apiKeys: [],
    slack: given.slack?.(service, state.slack) ?? null,
    ...options,
  })
  const server = await serve(app, { host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    await server.stop()
    await index.close()
    await state.close()
  })
  return server.url
}

/** Asks over HTTP. */
export function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
  signal: AbortSignal | null = null,
) {
  return fetch(`${url}/ask`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    signal,
  })
}
