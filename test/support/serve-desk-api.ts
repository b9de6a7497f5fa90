import path from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { z } from 'zod'
import { type Caller, rightsOf } from '../../server/access/caller.ts'
import { readConfig } from '../../server/config.ts'
import { type FootnoteOptions, openFootnote } from '../../server/footnote.ts'
import { deskDocumentRoutes } from '../../server/http/desk-document-routes.ts'
import { deskUploadRoutes, UPLOADS_PATH } from '../../server/http/desk-upload-routes.ts'
import { errorHandler } from '../../server/http/error-handler.ts'
import { listen } from '../../server/http/listen.ts'
import { createRouter } from '../../server/http/router.ts'
import { createLog } from '../../server/log.ts'
import { temporaryFolder, writeFiles } from './temporary.ts'
import { wordVectors } from './word-vectors.ts'

/** How long an effect may take. It takes a second, where nothing else runs. */
const LIMIT = { timeout: 30_000, interval: 50 }

/** Who sends requests without a name, and may change everything. */
const ANN: Caller = {
  id: 'ann',
  name: 'Ann',
  may: rightsOf(['desk']),
  collections: null,
}

export interface DeskApiOptions {
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** Default: events. */
  readonly watch?: FootnoteOptions['watch']
  readonly uploadLimits?: FootnoteOptions['uploadLimits']
  readonly settings?: Readonly<Record<string, string>>
  /** Folders of an earlier one; new ones by default. */
  readonly folders?: { readonly documents: string; readonly data: string }
}

const listed = z.object({
  items: z.array(
    z.looseObject({
      id: z.string(),
      file: z.string(),
      state: z.string(),
      change: z.string().nullable(),
      problem: z.string().nullable(),
      collection: z.string().nullable(),
      documentId: z.string().nullable(),
    }),
  ),
  total: z.number(),
  pages: z.number(),
  counts: z.record(z.string(), z.number()),
  changes: z.looseObject({}),
})

/**
 * Footnote with word vectors that serves the desk's routes of documents on a real socket. The header `Collections` of a request limits its
 * caller to these.
 */
export async function serveDeskApi(options: DeskApiOptions = {}) {
  const { files = { 'owls.txt': 'Owls fly.' }, watch = 'events', uploadLimits, settings } = options
  const parent = await temporaryFolder()
  const documents = options.folders?.documents ?? path.join(parent, 'documents')
  const data = options.folders?.data ?? path.join(parent, 'data')
  await writeFiles(documents, files)
  const config = readConfig({
    DOCUMENTS_DIR: documents,
    INDEX_DIR: path.join(data, 'index'),
    DATA_DIR: data,
    MIN_FREE_SPACE: '1MB',
    MIN_CONFIDENCE: '0.5',
    ...settings,
  })
  const log = createLog('silent')
  const footnote = await openFootnote(config, {
    log,
    inference: Promise.resolve(wordVectors()),
    build: 'if-changed',
    watch,
    ...(uploadLimits && { uploadLimits }),
  })
  const { service } = footnote
  const app = createRouter()
  app.onError(errorHandler(log))
  app.use(async (c, next) => {
    const collections = c.req.header('Collections')?.split(',') ?? null
    c.set('caller', { ...ANN, id: c.req.header('By') ?? ANN.id, collections })
    await next()
  })
  app.route(
    '/desk/api',
    deskDocumentRoutes(() => service),
  )
  app.route(
    UPLOADS_PATH,
    deskUploadRoutes(() => service, log),
  )
  const server = await listen(app, { host: '127.0.0.1', port: 0 })
  let closing: Promise<void> | undefined
  const close = () => (closing ??= server.stop().then(() => footnote.close()))
  onTestFinished(close)
  const api = `${server.url}/desk/api`
  const list = async (query = '', headers: Record<string, string> = {}) =>
    listed.parse(await (await fetch(`${api}/documents${query}`, { headers })).json())
  return {
    url: server.url,
    api,
    endpoint: server.url + UPLOADS_PATH,
    service,
    documents,
    data,
    at: (name: string) => path.join(documents, name),
    close,
    list,
    /** The desk's id of a file. */
    idOf: async (file: string) => {
      const found = (await list()).items.find((item) => item.file === file)
      return found?.id ?? 'unknown'
    },
    /** Waits until these documents are served, and no others: their texts by id. */
    expectServed: (expected: Readonly<Record<string, unknown>>) =>
      vi.waitFor(async () => {
        const ids = (await service.documents()).map(({ id }) => id)
        const texts = await Promise.all(ids.map(async (id) => (await service.document(id)).text))
        const served = Object.fromEntries(ids.map((id, i) => [id, texts[i]]))
        if (JSON.stringify(served) !== JSON.stringify(expected)) {
          throw new Error(`served are ${JSON.stringify(served)}`)
        }
      }, LIMIT),
    /** Waits until no file waits, and gives all. */
    settled: async () =>
      vi.waitFor(async () => {
        const { items, counts } = await list()
        if (counts['waiting'] !== 0) throw new Error(`waits: ${JSON.stringify(items)}`)
        return items
      }, LIMIT),
  }
}
