import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import type { Inference } from '../../index/inference/inference.ts'
import { readConfig } from '../../server/config.ts'
import { openFootnote } from '../../server/footnote.ts'
import { createApp } from '../../server/http/app.ts'
import { listen } from '../../server/http/listen.ts'
import { createMetrics } from '../../server/metrics.ts'
import { temporaryFolder, writeFiles } from './temporary.ts'
import { wordVectors } from './word-vectors.ts'

/** A server whose memory is in a database. */
export interface DatabaseServer {
  readonly url: string
  /** The lines of its log, from the level `info` on, as JSON. */
  readonly logged: readonly string[]
  /** Stops it as SIGTERM does. */
  stop(): Promise<void>
}

export interface DatabaseServerOptions {
  /** The folder of the index, which servers share until the index is in the database, too. */
  readonly indexDir: string
  readonly inference?: Inference
  /** More settings. */
  readonly settings?: Readonly<Record<string, string>>
}

/** Starts a server with two small documents and word vectors for models, over a database, on a real socket. */
export async function serveDatabase(
  databaseUrl: string,
  { indexDir, inference = wordVectors(), settings = {} }: DatabaseServerOptions,
): Promise<DatabaseServer> {
  const documents = await temporaryFolder()
  await writeFiles(documents, {
    'cats.txt': 'Cats sleep all day. They hunt at night.\n',
    'owls.txt': 'Owls fly at night. They see well.\n',
  })
  const logged: string[] = []
  const log = pino({ level: 'info' }, { write: (line) => logged.push(line) })
  const config = readConfig({
    DATABASE_URL: databaseUrl,
    DOCUMENTS_DIR: documents,
    INDEX_DIR: indexDir,
    DATA_DIR: indexDir,
    MIN_CONFIDENCE: '0.5',
    ...settings,
  })
  const metrics = createMetrics(() => footnote.service)
  const footnote = await openFootnote(config, {
    log,
    metrics,
    inference: Promise.resolve(inference),
    build: 'if-missing',
  })
  const slack = config.slack && {
    signingSecret: config.slack.signingSecret,
    bot: () => footnote.slack,
  }
  const app = createApp({ ...config, slack, log, metrics, findService: () => footnote.service })
  const server = await listen(app, { host: '127.0.0.1', port: 0 })
  let stopping: Promise<void> | null = null
  const stopAll = async () => {
    await server.stop()
    await footnote.close()
  }
  const stop = () => {
    stopping ??= stopAll()
    return stopping
  }
  onTestFinished(stop)
  return { url: server.url, logged, stop }
}
