import { mkdir, stat, statfs } from 'node:fs/promises'
import path from 'node:path'
import PQueue from 'p-queue'
import { FootnoteError } from '../../index/errors.ts'
import type { Log } from '../log.ts'
import { checkUpload, largestFor } from './check-upload.ts'
import type { DeskDocuments } from './documents.ts'
import type { Changer, DocumentsFolder, WantedPlace } from './documents-folder.ts'
import { type KeptUpload, type PartialUpload, PartialUploads } from './partial-uploads.ts'

/** Limits of uploads. Times are in ms. */
export interface UploadLimits {
  /** How many uploads of one caller may be under way at the same time, and how many in all. More are told to wait. */
  readonly openOfCaller: number
  readonly open: number
  /** An upload that got no bytes for this long is not under way. It can be resumed still. */
  readonly activeMs: number
  /** How many of one caller are kept, and how many in all, the unfinished and the taken ones: each has a small file. */
  readonly keptOfCaller: number
  readonly kept: number
  /** How long after its beginning an upload is forgotten. */
  readonly keptMs: number
  /** How often that is looked for. */
  readonly sweepMs: number
  /** The largest file with a name, in bytes. Throws `upload-refused` where files of this name are not read. */
  readonly largestFor: (name: string) => number
}

/** A browser sends a few at once. One writes to the disk as fast as its connection allows. */
const DEFAULT_LIMITS: UploadLimits = {
  openOfCaller: 200,
  open: 500,
  activeMs: 60_000,
  keptOfCaller: 10_000,
  kept: 20_000,
  keptMs: 24 * 60 * 60 * 1000,
  sweepMs: 60 * 60 * 1000,
  largestFor,
}

export interface UploadsOptions {
  /** Below which parts of uploads are kept, in a folder of their own. */
  readonly dataDir: string
  readonly documentsDir: string
  readonly documents: DeskDocuments
  readonly folder: DocumentsFolder
  readonly log: Log
  /** What stays free on the disks at least, in bytes. */
  readonly minFreeBytes: number
  /** How much the files of all documents may have, in bytes; null: there is no limit. */
  readonly maxDocumentsBytes: number | null
  /** Default: 200 uploads of a caller and 500 in all at the same time, and each for a day. */
  readonly limits?: Partial<UploadLimits>
}

/** How many files are checked at the same time. Each is in memory meanwhile, with up to 50 MB. */
const CHECKED_AT_ONCE = 4

/** An upload as a client announces it. */
export interface AnnouncedUpload {
  readonly id: string
  /** Undefined where the client does not know it. */
  readonly size: number | undefined
  readonly metadata: PartialUpload['metadata']
}

/**
 * Takes files from callers, piece by piece, and puts each into the documents folder when it is complete. Until then nothing of it is
 * there.
 */
export class Uploads {
  readonly #options: UploadsOptions
  readonly #limits: UploadLimits
  readonly #kept: PartialUploads
  readonly #finishing = new Map<string, Promise<string>>()
  readonly #checking = new PQueue({ concurrency: CHECKED_AT_ONCE })
  readonly #sweeping: NodeJS.Timeout

  private constructor(options: UploadsOptions, kept: PartialUploads) {
    this.#options = options
    this.#kept = kept
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits }
    this.#sweeping = setInterval(() => void this.#sweep(), this.#limits.sweepMs).unref()
  }

  /** Opens what an earlier process kept. What was complete and not yet taken is taken now. */
  static async open(options: UploadsOptions): Promise<Uploads> {
    const kept = await PartialUploads.open(path.join(options.dataDir, 'uploads'))
    const uploads = new Uploads(options, kept)
    await uploads.#sweep()
    for (const { upload } of kept.all()) {
      const isWaiting = upload.takenAs === null && (await kept.offsetOf(upload)) === upload.size
      if (isWaiting) uploads.finish(upload, upload.changer).catch(uploads.#logRefusal(upload))
    }
    return uploads
  }

  /** Stops the sweeping, and waits for the uploads that are being taken. */
  async close(): Promise<void> {
    clearInterval(this.#sweeping)
    await Promise.allSettled(this.#finishing.values())
  }

  /** Throws `uploads-waiting` where a caller may begin no other upload now. */
  requireTurn({ id }: Changer): void {
    const all = this.#kept.all()
    const since = Date.now() - this.#limits.activeMs
    const open = all.filter(
      ({ upload, touchedAtMs }) => upload.takenAs === null && touchedAtMs > since,
    )
    const ofCaller = ({ upload }: KeptUpload) => upload.changer.id === id
    const { open: most, openOfCaller, kept, keptOfCaller } = this.#limits
    const areFewOpen = open.length < most && open.filter(ofCaller).length < openOfCaller
    const areFewKept = all.length < kept && all.filter(ofCaller).length < keptOfCaller
    if (areFewOpen && areFewKept) return
    const message = 'Too many uploads are under way. Try again in a few seconds.'
    throw new FootnoteError('uploads-waiting', message)
  }

  /**
   * Begins an upload. Throws what `DocumentsFolder.placeOf` throws, `upload-refused` for a file that is not read, `upload-too-large`,
   * `space-short`, and `uploads-waiting` where too many are under way.
   */
  async begin(changer: Changer, { id, size, metadata }: AnnouncedUpload): Promise<void> {
    const wanted = wantedPlace(metadata)
    const largest = this.#limits.largestFor(wanted.name)
    if (size === undefined) throw refused('Say how large the file is.')
    if (size === 0) throw refused('The file is empty.')
    if (size > largest) {
      const message = `The file has ${megabytes(size)}, and ${megabytes(largest)} is the maximum. Split it into several files.`
      throw new FootnoteError('upload-too-large', message)
    }
    await this.#options.folder.placeOf(changer, wanted)
    const room = await this.#look()
    // From here to its beginning, no other upload comes between.
    this.requireTurn(changer)
    if (size > roomFor(this.#kept.all(), room)) {
      const message = `There is no room for ${megabytes(size)}. Remove documents, or ask the operator to make room.`
      throw new FootnoteError('space-short', message)
    }
    const { id: by, name, collections } = changer
    await this.#kept.begin({
      id,
      size,
      createdAtMs: Date.now(),
      metadata,
      changer: { id: by, name, collections: collections && [...collections] },
      takenAs: null,
    })
  }

  /** An upload, and how many of its bytes are there. Waits while it is being taken. Throws `upload-unknown`. */
  async find(id: string): Promise<PartialUpload & { readonly offset: number }> {
    // Only whether it was taken says whether it is there.
    await this.#finishing.get(id)?.catch(() => {})
    const upload = this.#kept.find(id)
    const offset = upload && (await this.#kept.offsetOf(upload))
    if (upload && offset !== null) return { ...upload, offset }
    throw unknownUpload()
  }

  /** Writes bytes of an upload, and gives the offset after them. See `PartialUploads.write`. */
  async write(upload: PartialUpload, source: AsyncIterable<Uint8Array>, offset: number) {
    return this.#kept.write(upload, source, offset)
  }

  /**
   * Puts a complete upload into the documents folder, and gives the name of its file there. Where that fails the upload is gone, and the
   * error says why: see {@link begin}.
   */
  async finish(upload: PartialUpload, changer: Changer): Promise<string> {
    const running = this.#finishing.get(upload.id)
    if (running) return running
    const takenAs = this.#kept.find(upload.id)?.takenAs ?? null
    if (takenAs !== null) return takenAs
    const finishing = this.#take(upload, changer).finally(() => this.#finishing.delete(upload.id))
    this.#finishing.set(upload.id, finishing)
    return finishing
  }

  /** Discards an upload. What was taken stays in the documents folder. */
  async discard(upload: PartialUpload): Promise<void> {
    await this.#kept.remove(upload)
  }

  async #take(upload: PartialUpload, changer: Changer): Promise<string> {
    const { folder, log } = this.#options
    try {
      const wanted = wantedPlace(upload.metadata)
      await this.#checking.add(() => checkUpload(this.#kept.fileOf(upload), wanted.name))
      const file = await folder.put(changer, wanted, this.#kept.fileOf(upload))
      await this.#kept.markTaken(upload, file).catch((err: unknown) => {
        log.warn({ err }, 'an upload was taken, but that could not be noted')
      })
      return file
    } catch (error) {
      await this.#kept.remove(upload)
      throw error
    }
  }

  async #look(): Promise<Room> {
    const { dataDir, documentsDir, documents, minFreeBytes, maxDocumentsBytes } = this.#options
    await mkdir(dataDir, { recursive: true })
    const [partsFree, documentsFree, parts, there] = await Promise.all([
      freeBytes(dataDir),
      freeBytes(documentsDir),
      stat(dataDir),
      stat(documentsDir),
    ])
    const limit = maxDocumentsBytes === null ? null : await documents.totalBytes()
    return {
      partsBytes: partsFree - minFreeBytes,
      documentsBytes: documentsFree - minFreeBytes,
      isOneDisk: parts.dev === there.dev,
      allowedBytes: limit === null ? Infinity : (maxDocumentsBytes ?? 0) - limit.bytes,
      asOfMs: limit?.asOfMs ?? 0,
    }
  }

  async #sweep(): Promise<void> {
    const { folder, log } = this.#options
    const { keptMs, activeMs } = this.#limits
    try {
      for (const { upload, touchedAtMs } of this.#kept.all()) {
        const isOld = Date.now() - upload.createdAtMs > keptMs
        if (isOld && Date.now() - touchedAtMs > activeMs) await this.#kept.remove(upload)
      }
      await folder.sweep(keptMs)
    } catch (err) {
      log.warn({ err }, 'old uploads could not be removed')
    }
  }

  #logRefusal({ metadata }: PartialUpload): (error: unknown) => void {
    const { filename: file } = metadata
    return (err) => this.#options.log.warn({ file, err }, 'an upload could not be taken')
  }
}

/** What may still come, if no other upload is under way. */
interface Room {
  /** On the disk of the parts, and on that of the documents. */
  readonly partsBytes: number
  readonly documentsBytes: number
  readonly isOneDisk: boolean
  /** Until the documents have as much as they may. */
  readonly allowedBytes: number
  /** When that was looked at, in ms since 1970. */
  readonly asOfMs: number
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** How large another upload may be, when all others are complete. */
function roomFor(all: readonly KeptUpload[], room: Room): number {
  const partial = all.filter(({ upload }) => upload.takenAs === null)
  const whole = sum(partial.map(({ upload }) => upload.size))
  const missing = whole - sum(partial.map(({ receivedBytes }) => receivedBytes))
  const since = all.filter(
    ({ upload, touchedAtMs }) => upload.takenAs !== null && touchedAtMs >= room.asOfMs,
  )
  return Math.min(
    room.partsBytes - missing,
    room.documentsBytes - (room.isOneDisk ? missing : whole),
    room.allowedBytes - whole - sum(since.map(({ upload }) => upload.size)),
  )
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0)
}

/** Where the metadata of an upload say that its file is wanted. */
function wantedPlace({
  filename,
  collection,
  replaces,
  replace,
}: PartialUpload['metadata']): WantedPlace {
  return {
    name: filename ?? '',
    collection: collection?.trim() || null,
    replaces: replaces || null,
    mayReplace: replace === 'true',
  }
}

/** The error where there is no upload with an id, or it is somebody else's. */
export function unknownUpload(): FootnoteError {
  return new FootnoteError('upload-unknown', 'There is no such upload. Begin it again.')
}

function refused(message: string): FootnoteError {
  return new FootnoteError('upload-refused', message)
}

function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}
