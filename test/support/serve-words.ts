import type { OpenAPIHono } from '@hono/zod-openapi'
import { onTestFinished } from 'vitest'
import type { Inference } from '../../index/inference/inference.ts'
import { readConfig } from '../../server/config.ts'
import { type FootnoteOptions, openFootnote } from '../../server/footnote.ts'
import { type AppOptions, createApp } from '../../server/http/app.ts'
import { listen } from '../../server/http/listen.ts'
import type { SlackRoutesOptions } from '../../server/http/slack-routes.ts'
import { createLog } from '../../server/log.ts'
import { createMetrics } from '../../server/metrics.ts'
import type { Service } from '../../server/service.ts'
import { openEmbeddedState } from '../../server/state/embedded/embedded-state.ts'
import type { SlackStore } from '../../server/state/state.ts'
import { build } from './project.ts'
import { temporaryFolder, writeFiles } from './temporary.ts'
import { wordVectors } from './word-vectors.ts'

/** Text that does harm where it is taken for markup: an image, the end of an attribute, a change of direction. */
export const HOSTILE = `<img src=x onerror=alert(1)>"'>\u202Egpj.exe`

export interface WordsOptions {
  /** Documents besides `cats` and `hostile`. */
  readonly files?: Record<string, string | Uint8Array>
  /** Files that become unreadable after a first build. */
  readonly broken?: readonly string[]
  readonly inference?: Inference
  readonly queue?: FootnoteOptions['queue']
  /** The folder of the index and of what people say; a new one by default. */
  readonly indexDir?: string
  /** More settings. */
  readonly settings?: Readonly<Record<string, string>>
  /** Connects it with Slack. */
  readonly slack?: (service: Service, memory: SlackStore) => SlackRoutesOptions
}

/** Footnote with two small documents and word vectors for models, as an app without a socket; closed after the test. */
export async function openWords(
  options: Partial<AppOptions> = {},
  given: WordsOptions = {},
): Promise<{
  readonly app: OpenAPIHono
  readonly service: Service
  readonly documents: string
  readonly close: () => Promise<void>
}> {
  const { files = {}, broken = [], inference = wordVectors(), queue = {} } = given
  const documents = await temporaryFolder()
  const indexDir = given.indexDir ?? (await temporaryFolder())
  await writeFiles(documents, {
    'cats.txt':
      '---\nauthor: Ann\ndate: 2020-01-02\n---\nCats sleep all day. They hunt at night.\n',
    ...files,
    'hostile.txt': `---\ntitle: ${HOSTILE}\n---\n<script>alert("owls")</script> ${HOSTILE} owls\n`,
  })
  await build(documents, indexDir, wordVectors())
  if (broken.length > 0) {
    const bytes = Uint8Array.of(0xff)
    await writeFiles(documents, Object.fromEntries(broken.map((name) => [name, bytes])))
    await build(documents, indexDir, wordVectors())
  }
  const log = createLog('silent')
  const config = readConfig({
    DOCUMENTS_DIR: documents,
    INDEX_DIR: indexDir,
    DATA_DIR: indexDir,
    MIN_CONFIDENCE: '0.5',
    CONVERSATION_MAX_TURNS: '20',
    ...given.settings,
  })
  const state = await openEmbeddedState({ ...config, legacyDir: indexDir })
  onTestFinished(() => state.close())
  const metrics = createMetrics(() => footnote.service)
  const footnote = await openFootnote(config, {
    log,
    metrics,
    state,
    inference: Promise.resolve(inference),
    build: 'never',
    queue,
  })
  onTestFinished(() => footnote.close())
  const { service } = footnote
  const app = createApp({
    findService: () => service,
    metrics,
    log,
    host: '127.0.0.1',
    allowedOrigins: [],
    apiKeys: [],
    slack: given.slack?.(service, state.slack) ?? null,
    ...options,
  })
  return { app, service, documents, close: () => footnote.close() }
}

/** The same on a real socket; gives its address. */
export async function serveWords(
  options: Partial<AppOptions> = {},
  given: WordsOptions = {},
): Promise<string> {
  const { app } = await openWords(options, given)
  const server = await listen(app, { host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.stop())
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
