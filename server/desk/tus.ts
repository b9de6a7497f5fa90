import type { Readable } from 'node:stream'
import { DataStore, MemoryLocker, Server, Upload } from '@tus/server'
import { clientResponse, FootnoteError } from '../../index/errors.ts'
import type { Log } from '../log.ts'
import type { Changer } from './documents-folder.ts'
import { unknownUpload, type Uploads } from './uploads.ts'

/** Answers a request of the tus protocol. The body of an error is a text for people. */
export type AnswerTus = (request: Request, changer: Changer) => Promise<Response>

/** The header that names the file that an upload became, encoded as in a URL. */
export const TAKEN_AS = 'Upload-Taken-As'

/** What the package takes for an error. */
interface TusError {
  readonly status_code: number
  readonly body: string
}

/** Speaks the tus protocol, version 1.0, for uploads below `path`. */
export function tusServer(path: string, uploads: Uploads, log: Log): AnswerTus {
  const changers = new WeakMap<object, Changer>()
  const changerOf = (request: object) => {
    const changer = changers.get(request)
    if (changer) return changer
    throw new Error('a request without a caller')
  }
  const server = new Server({
    path,
    datastore: new UploadStore(uploads),
    locker: new MemoryLocker(),
    relativeLocation: true,
    // Which pages may send requests is decided before.
    allowedOrigins: () => false,
    onIncomingRequest: async (request, id) => {
      if (request.method === 'POST') return
      const changer = changerOf(request)
      const upload = await uploads.find(id)
      if (upload.changer.id !== changer.id) throw unknownUpload()
      // A client that hears that all bytes are there believes that the file was taken. The request with the last ones may have been cut.
      const isComplete = upload.offset === upload.size
      if (request.method === 'HEAD' && isComplete) await uploads.finish(upload, changer)
    },
    onUploadCreate: async (request, { id, size, metadata = {} }) => {
      await uploads.begin(changerOf(request), { id, size, metadata })
      return {}
    },
    onUploadFinish: async (request, { id }) => {
      const file = await uploads.finish(await uploads.find(id), changerOf(request))
      return { headers: { [TAKEN_AS]: encodeURIComponent(file) } }
    },
    onResponseError: (_, error) => asTusError(error, log),
  })
  return async (request, changer) => {
    changers.set(request, changer)
    return server.handleWeb(request)
  }
}

/** Uploads as the package reads and writes them. */
class UploadStore extends DataStore {
  readonly #uploads: Uploads

  constructor(uploads: Uploads) {
    super()
    this.#uploads = uploads
    this.extensions = ['creation', 'creation-with-upload', 'termination']
  }

  /** It was begun by `onUploadCreate`, which knows the caller. */
  override async create(upload: Upload): Promise<Upload> {
    return upload
  }

  override async write(source: Readable, id: string, offset: number): Promise<number> {
    const upload = await this.#uploads.find(id)
    // If a failed write destroyed the source, the package would take it for a client that left.
    return this.#uploads.write(upload, source.iterator({ destroyOnReturn: false }), offset)
  }

  override async getUpload(id: string): Promise<Upload> {
    const { size, offset, metadata } = await this.#uploads.find(id)
    return new Upload({ id, size, offset, metadata })
  }

  override async remove(id: string): Promise<void> {
    await this.#uploads.discard(await this.#uploads.find(id))
  }
}

/** An error as clients get it; undefined where the package has made it for them. */
function asTusError(error: Error | TusError, log: Log): TusError | undefined {
  const told = error instanceof FootnoteError ? clientResponse(error.code) : null
  if (error instanceof FootnoteError && told) {
    return { status_code: told.status, body: told.detail ?? error.message }
  }
  if ('status_code' in error) return undefined
  log.error({ err: error }, 'an upload failed')
  return { status_code: 500, body: 'Something went wrong here. The log of the server has it.' }
}
