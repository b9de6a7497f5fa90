import { type DetailedError, type PreviousUpload, Upload } from 'tus-js-client'
import { messageOf } from './api.ts'

/** A file on its way to the server. */
export interface FileUpload {
  readonly id: number
  readonly file: File
  /** Null: in none. */
  readonly collection: string | null
  readonly state: UploadState
  readonly sentBytes: number
  /** What went wrong; null while nothing did. */
  readonly problem: string | null
}

/**
 * `queued`: others are sent first. `interrupted`: the connection was lost; it goes on when the browser has one again. `exists`:
 * a document has this name. `sent`: the server has all of it.
 */
export type UploadState =
  | 'queued'
  | 'sending'
  | 'paused'
  | 'interrupted'
  | 'exists'
  | 'failed'
  | 'sent'

const ENDPOINT = '/desk/api/uploads'

/** How many files are sent at once. More would only share the same connection. */
const MAX_AT_ONCE = 2

/** A server takes 30 s at most for a request, so that a part arrives in time at 0.6 Mbit/s. */
const PART_BYTES = 2 * 1024 * 1024

/** After how many ms a lost request is sent again. What was lost for longer waits for the browser's connection, or a person. */
const RETRY_DELAYS_MS = [500, 1000, 3000, 5000, 10_000]

/** Sends files by the tus protocol, without appearance. */
export class Uploads {
  #list: readonly FileUpload[] = []
  #nextId = 1
  readonly #running = new Map<number, Upload>()
  readonly #changed: () => void
  readonly #ended: (upload: FileUpload) => void

  /** `changed` is called after each change, and `ended` where a file is sent, or cannot be sent without a person. */
  constructor(changed: () => void, ended: (upload: FileUpload) => void) {
    this.#changed = changed
    this.#ended = ended
  }

  get list(): readonly FileUpload[] {
    return this.#list
  }

  /** Whether a file would not arrive if the page were closed now. */
  get isSending(): boolean {
    return this.#list.some(({ state }) => state === 'queued' || state === 'sending')
  }

  add(files: readonly File[], collection: string | null): void {
    const added = files.map((file) => {
      const id = this.#nextId
      this.#nextId += 1
      return { id, file, collection, state: 'queued', sentBytes: 0, problem: null } as const
    })
    this.#list = [...this.#list, ...added]
    this.#sendNext()
  }

  pause(id: number): void {
    void this.#running.get(id)?.abort()
    this.#change(id, { state: 'paused' })
    this.#sendNext()
  }

  /** Goes on with one that was paused, interrupted, or has failed. */
  resume(id: number): void {
    this.#change(id, { state: 'queued', problem: null })
    this.#sendNext()
  }

  /** Goes on with all that lost their connection. */
  resumeInterrupted(): void {
    for (const { id, state } of this.#list) if (state === 'interrupted') this.resume(id)
  }

  /** Sends one whose name another document has, in place of that document. */
  replace(id: number): void {
    const upload = this.#list.find((entry) => entry.id === id)
    if (!upload) return
    this.#running.set(id, this.#prepare(upload, true))
    this.resume(id)
  }

  /** Takes one off the list. What the server has of it is removed, unless it has all of it. */
  remove(id: number): void {
    const upload = this.#list.find((entry) => entry.id === id)
    const isWhole = upload?.state === 'sent'
    // Where that fails, the server removes it itself after a while.
    if (!isWhole)
      void this.#running
        .get(id)
        ?.abort(true)
        .catch(() => {})
    this.#running.delete(id)
    this.#list = this.#list.filter((entry) => entry.id !== id)
    this.#sendNext()
  }

  /** Takes all off the list that are sent. */
  removeSent(): void {
    for (const { id, state } of this.#list) if (state === 'sent') this.#running.delete(id)
    this.#list = this.#list.filter(({ state }) => state !== 'sent')
    this.#changed()
  }

  #sendNext(): void {
    let sending = this.#list.filter(({ state }) => state === 'sending').length
    for (const upload of this.#list) {
      if (sending >= MAX_AT_ONCE) break
      if (upload.state !== 'queued') continue
      sending += 1
      this.#change(upload.id, { state: 'sending' })
      void this.#send(upload)
    }
    this.#changed()
  }

  async #send(upload: FileUpload): Promise<void> {
    const known = this.#running.get(upload.id)
    const running = known ?? this.#prepare(upload, false)
    this.#running.set(upload.id, running)
    if (!known) {
      const previous = previousOf(running, await running.findPreviousUploads())
      if (previous) running.resumeFromPreviousUpload(previous)
    }
    // A person may have paused or removed it meanwhile.
    if (this.#list.some(({ id, state }) => id === upload.id && state === 'sending')) running.start()
  }

  #prepare({ id, file, collection }: FileUpload, replaces: boolean): Upload {
    return new Upload(file, {
      endpoint: ENDPOINT,
      chunkSize: PART_BYTES,
      retryDelays: RETRY_DELAYS_MS,
      removeFingerprintOnSuccess: true,
      metadata: {
        filename: file.name,
        ...(collection !== null && { collection }),
        ...(replaces && { replace: 'true' }),
      },
      onShouldRetry: (error) => navigator.onLine && mayPass(error),
      onProgress: (sentBytes) => {
        this.#change(id, { sentBytes })
        this.#changed()
      },
      onSuccess: () => this.#end(id, { state: 'sent', sentBytes: file.size }),
      onError: (error) => this.#end(id, failureOf(error)),
    })
  }

  #end(id: number, change: Partial<FileUpload>): void {
    this.#change(id, change)
    this.#sendNext()
    const upload = this.#list.find((entry) => entry.id === id)
    if (upload) this.#ended(upload)
  }

  #change(id: number, change: Partial<FileUpload>): void {
    this.#list = this.#list.map((entry) =>
      entry.id === id ? Object.assign({}, entry, change) : entry,
    )
  }
}

/** The same file, sent in part before to the same place. The browser remembers it when the page is loaded again. */
function previousOf(
  upload: Upload,
  previous: readonly PreviousUpload[],
): PreviousUpload | undefined {
  const wanted = JSON.stringify(upload.options.metadata)
  return previous.find(({ metadata }) => JSON.stringify(metadata) === wanted)
}

/** Whether a request may pass when it is sent again. */
function mayPass({ originalRequest, originalResponse }: DetailedError): boolean {
  const status = originalResponse?.getStatus() ?? 0
  // 409 to a part says that the server has another length of the file, which the next request asks for.
  const isOtherLength = status === 409 && originalRequest.getMethod() !== 'POST'
  return status === 0 || status >= 500 || status === 423 || status === 429 || isOtherLength
}

function failureOf(error: Error | DetailedError): Pick<FileUpload, 'state' | 'problem'> {
  const response = 'originalResponse' in error ? error.originalResponse : null
  const status = response?.getStatus() ?? 0
  if (!response || status === 0) {
    const isRequest = 'originalRequest' in error
    return isRequest
      ? { state: 'interrupted', problem: null }
      : {
          state: 'failed',
          problem: 'This file cannot be read. If it is a folder, choose its files.',
        }
  }
  const message = messageOf(status, response.getBody())
  return { state: status === 409 ? 'exists' : 'failed', problem: message }
}
