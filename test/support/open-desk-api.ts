import path from 'node:path'
import { type Caller, rightsOf } from '../../server/access/caller.ts'
import { readConfig } from '../../server/config.ts'
import { type FootnoteOptions, openFootnote } from '../../server/footnote.ts'
import { askRoutes } from '../../server/http/ask-routes.ts'
import { deskDocumentRoutes } from '../../server/http/desk-document-routes.ts'
import { deskUploadRoutes, UPLOADS_PATH } from '../../server/http/desk-upload-routes.ts'
import { errorHandler } from '../../server/http/error-handler.ts'
import { listen } from '../../server/http/listen.ts'
import { createRouter } from '../../server/http/router.ts'
import { createLog } from '../../server/log.ts'
import { openEmbeddedState } from '../../server/state/embedded/embedded-state.ts'
import { wordVectors } from './word-vectors.ts'

/** Who sends requests without a name, and may change everything. */
const ANN: Caller = { id: 'ann', name: 'Ann', may: rightsOf(['desk']), collections: null }

export interface OpenDeskApiOptions {
  readonly documents: string
  /** The folder of the index, of the state and of uploads. */
  readonly data: string
  /** Default: events. */
  readonly watch?: FootnoteOptions['watch']
  readonly uploadLimits?: FootnoteOptions['uploadLimits']
  readonly settings?: Readonly<Record<string, string>>
}

/**
 * Opens Footnote with word vectors, and serves the desk's routes of documents on a real socket. The header `Collections` of a request
 * limits its caller to these, and `By` says who it is.
 */
export async function openDeskApi(options: OpenDeskApiOptions) {
  const { documents, data, watch = 'events', uploadLimits, settings } = options
  const config = readConfig({
    DOCUMENTS_DIR: documents,
    INDEX_DIR: path.join(data, 'index'),
    DATA_DIR: data,
    MIN_FREE_SPACE: '1MB',
    MIN_CONFIDENCE: '0.5',
    ...settings,
  })
  const log = createLog('silent')
  const state = await openEmbeddedState({ ...config, legacyDir: data })
  const footnote = await openFootnote(config, {
    log,
    state,
    inference: Promise.resolve(wordVectors()),
    build: 'if-changed',
    watch,
    ...(uploadLimits && { uploadLimits }),
  })
  const { service } = footnote
  const app = createRouter()
  const onError = errorHandler(log)
  app.onError(onError)
  app.use(async (c, next) => {
    const collections = c.req.header('Collections')?.split(',') ?? null
    c.set('caller', { ...ANN, id: c.req.header('By') ?? ANN.id, collections })
    await next()
  })
  app.route(
    '/ask',
    askRoutes(() => service, onError),
  )
  app.route(
    '/desk/api',
    deskDocumentRoutes(() => service),
  )
  app.route(
    UPLOADS_PATH,
    deskUploadRoutes(() => service, log),
  )
  const server = await listen(app, { host: '127.0.0.1', port: 0 })
  return {
    url: server.url,
    endpoint: server.url + UPLOADS_PATH,
    service,
    audit: state.audit,
    close: async () => {
      await server.stop()
      await footnote.close()
      await state.close()
    },
  }
}
