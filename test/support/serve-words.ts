import path from 'node:path'
import { onTestFinished } from 'vitest'
import { openLiveIndex } from '../../index/live-index.ts'
import { openConversations } from '../../server/conversation/conversations.ts'
import { type AppOptions, createApp } from '../../server/http/app.ts'
import { createLog } from '../../server/log.ts'
import { serve } from '../../server/serve.ts'
import { build, open } from './project.ts'
import { temporaryFolder, writeFiles } from './temporary.ts'
import { wordVectors } from './word-vectors.ts'

/** A server on a real socket, with two small documents and word vectors for models; its address. */
export async function serveWords(
  options: Partial<AppOptions> = {},
  inference = wordVectors(),
): Promise<string> {
  const documents = await temporaryFolder()
  const indexDir = await temporaryFolder()
  await writeFiles(documents, {
    'cats.txt':
      '---\nauthor: Ann\ndate: 2020-01-02\n---\nCats sleep all day. They hunt at night.\n',
    'hostile.txt':
      '---\ntitle: <img src=x onerror=alert(1)>\n---\n<script>alert("owls")</script>\n',
  })
  await build(documents, indexDir, wordVectors())
  const index = await openLiveIndex({
    indexDir,
    open: () => open(indexDir),
    onChange: () => {},
  })
  const file = path.join(indexDir, 'conversations.sqlite')
  const conversations = openConversations({ file, ttl: 60_000, maxTurns: 20 })
  const service = { index, inference, conversations, minConfidence: 0.5 }
  const app = createApp({
    service: () => service,
    log: createLog('silent'),
    host: '127.0.0.1',
    allowedOrigins: [],
    apiKeys: [],
    ...options,
  })
  const server = await serve(app, { host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    await server.stop()
    await index.close()
    await conversations.close()
  })
  return server.url
}

/** Asks over HTTP. */
export function post(url: string, body: unknown, headers: Record<string, string> = {}) {
  return fetch(`${url}/ask`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}
