import { mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { onDisk } from './disk.ts'

/** The ending of the bytes of an upload, and of what is known of it. */
const BYTES = '.bytes'
const FACTS = '.json'

const schema = z.object({
  id: z.string().regex(/^[0-9a-f]{32}$/),
  /** How many bytes it has when it is complete. */
  size: z.int().min(1),
  createdAtMs: z.number(),
  /** As the client gave them. */
  metadata: z.record(z.string(), z.string().nullable()),
  changer: z.object({
    id: z.string(),
    name: z.string().nullable(),
    collections: z.array(z.string()).nullable(),
  }),
  /** The name of the file that it became in the documents folder; null as long as it is none. */
  takenAs: z.string().nullable(),
})

/** An upload, before it is complete and for a while after that. */
export type PartialUpload = Readonly<z.output<typeof schema>>

/** An upload, and what this process knows of it. */
interface Kept {
  upload: PartialUpload
  /** How many of its bytes are there. */
  receivedBytes: number
  /** When bytes came last, or it was begun, in ms since 1970; 0 before this process. */
  touchedAtMs: number
}

/** An upload as it is now. */
export type KeptUpload = Readonly<Kept>

/** The uploads that have begun, in a folder of their own: what is there survives the process. Only one process may use the folder. */
export class PartialUploads {
  readonly #folder: string
  readonly #kept = new Map<string, Kept>()

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** Opens the folder, which need not be there before the first upload. Removes what belongs to no upload. */
  static async open(folder: string): Promise<PartialUploads> {
    const uploads = new PartialUploads(folder)
    const names = await readdir(folder).catch(() => [])
    for (const name of names.filter((one) => one.endsWith(FACTS))) {
      const upload = await readFacts(path.join(folder, name))
      if (upload && name === upload.id + FACTS) {
        const receivedBytes = (await uploads.offsetOf(upload)) ?? 0
        uploads.#kept.set(upload.id, { upload, receivedBytes, touchedAtMs: 0 })
      }
    }
    for (const name of names) {
      if (!uploads.#kept.has(path.parse(name).name)) {
        await rm(path.join(folder, name), { force: true, recursive: true })
      }
    }
    return uploads
  }

  /** All uploads that are kept, the taken ones too. */
  all(): KeptUpload[] {
    return [...this.#kept.values()]
  }

  find(id: string): PartialUpload | null {
    return this.#kept.get(id)?.upload ?? null
  }

  /** Where the bytes of an upload are. */
  fileOf({ id }: Pick<PartialUpload, 'id'>): string {
    return path.join(this.#folder, id + BYTES)
  }

  /** Begins an upload. Throws `space-short` and `documents-closed`. */
  async begin(upload: PartialUpload): Promise<void> {
    this.#kept.set(upload.id, { upload, receivedBytes: 0, touchedAtMs: Date.now() })
    try {
      await onDisk(async () => {
        await mkdir(this.#folder, { recursive: true, mode: 0o700 })
        await writeFile(this.#factsOf(upload), JSON.stringify(upload))
        await (await open(this.fileOf(upload), 'wx')).close()
      })
    } catch (error) {
      await this.remove(upload)
      throw error
    }
  }

  /** How many bytes of an upload are there; of a taken one, all. Null where they are gone. */
  async offsetOf(upload: PartialUpload): Promise<number | null> {
    if (upload.takenAs !== null) return upload.size
    const stats = await stat(this.fileOf(upload)).catch(() => null)
    return stats?.size ?? null
  }

  /**
   * Writes bytes from `offset` on, each piece as it comes, and gives the offset after them. What was written stays if the source
   * fails or the disk is full. Throws `space-short`, and what the source throws.
   */
  async write(
    upload: PartialUpload,
    source: AsyncIterable<Uint8Array>,
    offset: number,
  ): Promise<number> {
    const kept = this.#kept.get(upload.id)
    // A client that did not hear that it was taken may send an empty last piece again.
    if (!kept || upload.takenAs !== null) return offset
    const file = await onDisk(() => open(this.fileOf(upload), 'r+'))
    let end = offset
    try {
      for await (const piece of source) {
        for (let done = 0; done < piece.length;) {
          const rest = piece.subarray(done)
          const { bytesWritten } = await onDisk(() => file.write(rest, 0, rest.length, end))
          done += bytesWritten
          end += bytesWritten
        }
        kept.receivedBytes = end
        kept.touchedAtMs = Date.now()
      }
      return end
    } finally {
      await file.close()
    }
  }

  /** Notes that an upload became a file in the documents folder. It is kept for clients that ask again because they lost the response. */
  async markTaken(upload: PartialUpload, takenAs: string): Promise<void> {
    const taken = { ...upload, takenAs }
    const receivedBytes = upload.size
    this.#kept.set(upload.id, { upload: taken, receivedBytes, touchedAtMs: Date.now() })
    await writeFile(this.#factsOf(upload), JSON.stringify(taken))
  }

  async remove({ id }: Pick<PartialUpload, 'id'>): Promise<void> {
    this.#kept.delete(id)
    await rm(this.fileOf({ id }), { force: true })
    await rm(this.#factsOf({ id }), { force: true })
  }

  #factsOf({ id }: Pick<PartialUpload, 'id'>): string {
    return path.join(this.#folder, id + FACTS)
  }
}

/** What is known of an upload; null where that cannot be read. */
async function readFacts(file: string): Promise<PartialUpload | null> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return null
  }
}
