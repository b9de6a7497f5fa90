import { isText } from '../../index/documents/extractors/formats.ts'
import { mayHaveFrontMatter, readDetails } from '../../index/documents/front-matter.ts'
import { readSourceFile, type SourceFile } from '../../index/documents/source-files.ts'

/** What a file was when it was read last. */
export interface ReadFile {
  /** See `readSourceFile`; null where the file cannot be read. */
  readonly hash: string | null
  /** Why it cannot be read, as the end of a sentence about the file; null where it can. */
  readonly problem: string | null
  /** The collection that the YAML file beside it names; null where none does. */
  readonly collection: string | null
  /** False where the file may be of another collection than that one or its folder's, because it was not read to the end. */
  readonly isCollectionKnown: boolean
}

/** Reads files, and each of them again only when it has changed. */
export class FileHashes {
  readonly #files = new Map<string, ReadFile & { readonly stamp: string }>()

  /** Takes over what is known of a file that has this stamp, so that it need not be read. */
  add(name: string, stamp: string, hash: string): void {
    this.#files.set(name, {
      stamp,
      hash,
      problem: null,
      collection: null,
      isCollectionKnown: false,
    })
  }

  /** What a file with this stamp is. */
  async of(file: SourceFile, stamp: string): Promise<ReadFile> {
    const known = this.#files.get(file.name)
    if (known?.stamp === stamp) return known
    const read = { ...(await readFile(file)), stamp }
    this.#files.set(file.name, read)
    return read
  }

  /** Forgets all other files. */
  keepOnly(names: ReadonlyMap<string, unknown>): void {
    for (const name of this.#files.keys()) if (!names.has(name)) this.#files.delete(name)
  }
}

async function readFile(file: SourceFile): Promise<ReadFile> {
  try {
    const { hash, bytes, yaml } = await readSourceFile(file)
    const named = yaml === null ? { collection: null, isReadable: true } : collectionIn(yaml)
    const { collection, isReadable } = named
    // Front matter is read by the build of the index, in a thread: YAML can keep it busy for minutes.
    const isSilent = !isText(file.format) || !mayHaveFrontMatter(bytes)
    const isCollectionKnown = isReadable && (collection !== null || isSilent)
    return { hash, problem: null, collection, isCollectionKnown }
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    return { hash: null, problem, collection: null, isCollectionKnown: false }
  }
}

/** The build of the index says what is wrong with a YAML file that cannot be read. */
function collectionIn(yaml: Buffer): { collection: string | null; isReadable: boolean } {
  try {
    return { collection: readDetails(yaml.toString()).collection, isReadable: true }
  } catch {
    return { collection: null, isReadable: false }
  }
}
