import path from 'node:path'
import { unzipSync } from 'fflate'

/** The largest file of the formats that are packed or marked up: documents with pictures have some 10 MB. */
export const MAX_FILE_BYTES = 50_000_000

/** What may be unpacked of one archive. The text of a long novel with its markup has 3 MB. */
const MAX_UNPACKED_BYTES = 50_000_000

/** A book has some hundred entries, a presentation with many pictures a thousand. */
const MAX_ENTRIES = 20_000

/** A zip archive in memory. Nothing of it is ever written, so a name such as "../x" is only a name. */
export class ZipArchive {
  readonly #bytes: Uint8Array
  readonly #sizes = new Map<string, number>()
  #unpackedBytes = 0

  /** Lists the entries and unpacks none. Throws an `Error` whose message completes "FILE …" where the bytes are no archive. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    let entries = 0
    this.#unzip(({ name, originalSize }) => {
      entries += 1
      if (entries > MAX_ENTRIES) {
        throw new LimitError(`has more than ${MAX_ENTRIES} files packed in it; split it`)
      }
      this.#sizes.set(name, originalSize)
      return false
    })
  }

  /** The names of the entries, in order. */
  get names(): string[] {
    return [...this.#sizes.keys()]
  }

  has(name: string): boolean {
    return this.#sizes.has(name)
  }

  /**
   * The bytes of an entry; null where there is none of this name. Throws an `Error` whose message completes "FILE …" where the
   * entry is damaged, or too much would be unpacked.
   */
  read(name: string): Uint8Array | null {
    const size = this.#sizes.get(name)
    if (size === undefined) return null
    this.#unpackedBytes += size
    if (this.#unpackedBytes > MAX_UNPACKED_BYTES) {
      throw new Error(
        `has more than ${MAX_UNPACKED_BYTES / 1e6} MB when it is unpacked; split it into several files`,
      )
    }
    // No more than the declared size is ever kept: fflate allocates it first, and does not let it grow.
    const isWanted = (entry: { name: string; originalSize: number }) =>
      entry.name === name && entry.originalSize === size
    return this.#unzip(isWanted)[name] ?? null
  }

  #unzip(filter: (entry: { name: string; originalSize: number }) => boolean) {
    try {
      return unzipSync(this.#bytes, { filter })
    } catch (error) {
      if (error instanceof LimitError) throw error
      throw new Error('is damaged and cannot be unpacked; save it again', { cause: error })
    }
  }
}

class LimitError extends Error {}

/** The name of the entry that a link in another entry leads to; links are relative, or absolute within the archive. */
export function entryAt(from: string, link: string): string {
  const [target = ''] = link.split('#')
  const joined = path.posix.join(
    '/',
    target.startsWith('/') ? '' : path.posix.dirname(from),
    target,
  )
  return joined.slice(1)
}
