import { createHash } from 'node:crypto'
import { firstFolder } from '../../index/documents/document.ts'
import type { Format } from '../../index/documents/extractors/extractor.ts'
import { extractorFor } from '../../index/documents/extractors/formats.ts'
import { type FolderState, folderState, readStamp } from '../../index/documents/folder-state.ts'
import {
  documentId,
  type DocumentProblem,
  listSourceFiles,
  problemFinder,
  type SourceFile,
  yamlBeside,
} from '../../index/documents/source-files.ts'
import { FootnoteError } from '../../index/errors.ts'
import type { LiveIndex } from '../../index/live-index.ts'
import type { DocumentSummary, StoredSource } from '../../index/storage/storage.ts'
import type { Caller } from '../access/caller.ts'
import { FileHashes } from './file-hashes.ts'

/** How long what was seen of the documents folder is believed, in ms. 10,000 files take 0.3 s to look at. */
const BELIEVED_MS = 1000

/** What the index has of a file: it as it is now, not yet what it is now, or nothing because the file cannot be taken. */
export type DocumentState = 'read' | 'waiting' | 'refused'

/** A file of the documents folder, or a document of the index whose file is gone. */
export interface DeskDocument {
  /** Names the file to the desk: a hash of its name. */
  readonly id: string
  /** The id of the document that the index has of this file; null where it has none. */
  readonly documentId: string | null
  /** Relative to the documents folder, with `/` between its parts. */
  readonly file: string
  /** Null where the index does not have it. */
  readonly title: string | null
  readonly format: Format
  readonly pages: number | null
  readonly characters: number | null
  readonly collection: string | null
  /** Of the file, in bytes; null where it is gone. */
  readonly size: number | null
  /** When the file was changed, in ms since 1970; null where it is gone. */
  readonly changedAtMs: number | null
  readonly state: DocumentState
  /** What the index waits to take up; null where the state is another one. */
  readonly change: 'new' | 'changed' | 'removed' | null
  /** Why the file is refused, as the end of a sentence about it; null where it is not. The document is then served as it was before, if there is one. */
  readonly problem: string | null
}

/** A collection, and how many documents of it there are. */
export interface DeskCollection {
  readonly name: string
  readonly documents: number
}

/** Which documents are looked for. */
export interface DocumentSearch {
  /** Part of a title, of a file or of an id, in any case; empty: all. */
  readonly search: string
  readonly state: DocumentState | null
  readonly collection: string | null
}

export interface FoundDocuments {
  /** By file. */
  readonly documents: readonly DeskDocument[]
  /** How many of those that the search finds, in whichever state, are in each state. */
  readonly counts: Readonly<Record<DocumentState, number>>
}

/** The files that make one document, as somebody sees them. */
export interface FilesOfDocument {
  readonly files: readonly DeskDocument[]
  /** Whether there are more than these, which the caller may not see. */
  readonly areMoreHidden: boolean
}

/** What the documents folder was like before an index was built from it. */
export interface BuiltFolder {
  readonly folder: FolderState
  /** The generation that was served after the build. */
  readonly generation: string
}

/** Who may see and change what belongs to some collections, or to all. */
export type CollectionLimit = Pick<Caller, 'collections'>

/** Whether a caller may see and change what belongs to a collection. */
export function mayUse({ collections }: CollectionLimit, collection: string | null): boolean {
  return collections === null || (collection !== null && collections.includes(collection))
}

/** A document, and who may see it. */
interface Row {
  readonly document: DeskDocument
  /**
   * The collection that answers take it from, and the one that its file names now. Whoever may not see both sees neither. Null stands
   * for none, and for one that is not known before the index is built.
   */
  readonly collections: readonly (string | null)[]
}

/** The state of a file, and what it says of its collection. */
interface FileState extends Pick<DeskDocument, 'state' | 'change' | 'problem'> {
  /** The one that the YAML file beside it names; null where it names none. */
  readonly collection: string | null
  readonly isCollectionKnown: boolean
}

/** What the index has, as the desk needs it. */
interface Indexed {
  readonly generation: string
  readonly documents: ReadonlyMap<string, DocumentSummary>
  readonly sources: ReadonlyMap<string, StoredSource>
  readonly problems: readonly DocumentProblem[]
}

/** The files of the documents folder, as the build of the index would find them now. */
interface Folder {
  /** The ids that its files make, or would make. */
  readonly ids: ReadonlySet<string>
  readonly files: FolderState['files']
  readonly sources: ReadonlyMap<string, SourceFile>
  readonly problems: readonly DocumentProblem[]
  /** Why nothing of it can be read; null where it can. */
  readonly failure: string | null
}

/** A look at the documents folder. */
interface Look {
  readonly startedAtMs: number
  /** Null until it has ended. */
  endedAtMs: number | null
  readonly folder: Promise<Folder>
}

/** Knows every document and every file of the documents folder. Methods throw what the index throws where it cannot be read. */
export class DeskDocuments {
  readonly #documentsDir: string
  readonly #index: LiveIndex
  readonly #hashes = new FileHashes()
  #built: BuiltFolder | null
  #indexed: Indexed | null = null
  #look: Look | null = null
  /** Whether the folder was changed since the look began. */
  #isChanged = false
  /** The ids of the files that were added since. */
  readonly #added = new Set<string>()
  #listed: { folder: Folder; indexed: Indexed; rows: Promise<Row[]> } | null = null

  /** `built` spares the reading of files that are as they were when the index was built; null: all are read once. */
  constructor(documentsDir: string, index: LiveIndex, built: BuiltFolder | null) {
    this.#documentsDir = documentsDir
    this.#index = index
    this.#built = built
  }

  /** The documents that a caller may see and that a search finds. */
  async find(
    caller: CollectionLimit,
    { search, state, collection }: DocumentSearch,
  ): Promise<FoundDocuments> {
    const wanted = search.toLowerCase()
    const found = (await this.#visible(caller)).filter(
      (row) =>
        (collection === null || row.collection === collection) &&
        [row.title ?? '', row.file, row.documentId ?? ''].some((text) =>
          text.toLowerCase().includes(wanted),
        ),
    )
    const counts = { read: 0, waiting: 0, refused: 0 }
    for (const row of found) counts[row.state] += 1
    return { documents: found.filter((row) => state === null || row.state === state), counts }
  }

  /** The collections that a caller may see, by name. */
  async collections(caller: CollectionLimit): Promise<DeskCollection[]> {
    const counts = new Map((caller.collections ?? []).map((name) => [name, 0]))
    for (const { collection } of await this.#visible(caller)) {
      if (collection !== null) counts.set(collection, (counts.get(collection) ?? 0) + 1)
    }
    return Array.from(counts, ([name, documents]) => ({ name, documents })).toSorted((a, b) =>
      a.name < b.name ? -1 : 1,
    )
  }

  /** The document with this id of the desk. Throws `document-unknown`, also where the caller may not see it. */
  async get(caller: CollectionLimit, id: string): Promise<DeskDocument> {
    const row = (await this.#visible(caller)).find((one) => one.id === id)
    if (row) return row
    throw new FootnoteError('document-unknown', 'There is no document with this id.')
  }

  /** The files that make, or would make, the document with this id of the index. */
  async filesOf(caller: CollectionLimit, id: string): Promise<FilesOfDocument> {
    // Mostly there are none, and hundreds of uploads need not look at all files each.
    const { ids } = await this.#seeFolder(true)
    if (!ids.has(id) && !this.#added.has(id)) return { files: [], areMoreHidden: false }
    const rows = (await this.#rows()).filter(
      ({ document: { file, size } }) => size !== null && documentId(file) === id,
    )
    const files = visibleTo(caller, rows)
    return { files, areMoreHidden: files.length < rows.length }
  }

  /** How many files there are. */
  async countFiles(): Promise<number> {
    return (await this.#rows()).filter(({ document }) => document.size !== null).length
  }

  /** The size of all files in bytes, as it was when the last look at them began. */
  async totalBytes(): Promise<{ readonly bytes: number; readonly asOfMs: number }> {
    const looking = this.#seeFolder(true)
    const asOfMs = this.#look?.startedAtMs ?? 0
    let bytes = 0
    for (const stamp of (await looking).files.values()) bytes += readStamp(stamp)?.size ?? 0
    return { bytes, asOfMs }
  }

  /** Looks at the folder again before the next answer: something in it was changed. `added` is a new file. */
  noteChange(added?: string): void {
    this.#isChanged = true
    if (added !== undefined) this.#added.add(documentId(added))
  }

  async #visible(caller: CollectionLimit): Promise<readonly DeskDocument[]> {
    return visibleTo(caller, await this.#rows())
  }

  async #rows(): Promise<readonly Row[]> {
    const folder = await this.#seeFolder()
    const indexed = await this.#readIndex()
    const known = this.#listed
    if (known?.folder === folder && known.indexed === indexed) return known.rows
    const rows = this.#list(folder, indexed)
    this.#listed = { folder, indexed, rows }
    return rows
  }

  /**
   * What the folder is like, also if something in it was changed here since, with `isOlderFine`. Requests at the same time share one
   * look.
   */
  #seeFolder(isOlderFine = false): Promise<Folder> {
    const known = this.#look
    const isOld = known === null || Date.now() - (known.endedAtMs ?? Infinity) > BELIEVED_MS
    if (known && !isOld && (isOlderFine || !this.#isChanged)) return known.folder
    this.#isChanged = false
    this.#added.clear()
    const look: Look = {
      startedAtMs: Date.now(),
      endedAtMs: null,
      folder: lookAt(this.#documentsDir).finally(() => {
        look.endedAtMs = Date.now()
      }),
    }
    this.#look = look
    return look.folder
  }

  async #readIndex(): Promise<Indexed> {
    if (this.#indexed?.generation === this.#index.generation) return this.#indexed
    const indexed = await this.#index.use(async (store) => ({
      generation: store.generation,
      documents: new Map((await store.documents()).map((document) => [document.id, document])),
      sources: await store.sources(),
      problems: await store.problems(),
    }))
    this.#takeOver(indexed)
    this.#indexed = indexed
    return indexed
  }

  /** Takes over the hashes of the index for the files that it was built from. */
  #takeOver({ generation, sources }: Indexed): void {
    const built = this.#built
    this.#built = null
    if (built?.generation !== generation) return
    const { files } = built.folder
    for (const { file, hash } of sources.values()) {
      if (files.has(file)) this.#hashes.add(file, stampOf(file, files), hash)
    }
  }

  async #list(folder: Folder, indexed: Indexed): Promise<Row[]> {
    this.#hashes.keepOnly(folder.files)
    const rows: Row[] = []
    const ids = new Set<string>()
    const known = new Map(indexed.problems.map((problem) => [problem.name, problem]))
    for (const [file, stamp] of folder.files) {
      const extractor = extractorFor(file)
      if (!extractor) continue
      const id = documentId(file)
      ids.add(id)
      const isIndexed = indexed.sources.get(id)?.file === file
      const document = isIndexed ? indexed.documents.get(id) : undefined
      const { state, change, problem, ...named } = await this.#stateOf(file, folder, indexed, known)
      const now = named.collection ?? firstFolder(file)
      const collection = document ? document.collection : now
      const collections =
        state === 'read' ? [collection] : [collection, named.isCollectionKnown ? now : null]
      const times = {
        size: readStamp(stamp)?.size ?? null,
        changedAtMs: readStamp(stamp)?.changedAtMs ?? null,
      }
      const facts = { ...factsOf(file, document, extractor.format), ...times }
      rows.push({ document: { ...facts, collection, state, change, problem }, collections })
    }
    const problemOf = problemFinder(folder.problems)
    for (const document of indexed.documents.values()) {
      // A file that was renamed and keeps its id takes the place of the one before.
      if (ids.has(document.id)) continue
      const problem = folder.failure ?? problemOf(document)?.reason ?? null
      const state = problem === null ? ('waiting' as const) : ('refused' as const)
      const change = problem === null ? ('removed' as const) : null
      const { collection } = document
      const gone = { collection, size: null, changedAtMs: null }
      const facts = { ...factsOf(document.file, document, document.format), ...gone }
      rows.push({ document: { ...facts, state, change, problem }, collections: [collection] })
    }
    return rows.toSorted((a, b) => (a.document.file < b.document.file ? -1 : 1))
  }

  async #stateOf(
    file: string,
    { files, sources, problems }: Folder,
    indexed: Indexed,
    known: ReadonlyMap<string, DocumentProblem>,
  ): Promise<FileState> {
    const source = sources.get(file)
    if (!source) {
      // Of several files with one id, the problem names the first.
      const found = problems.find(({ name }) => name === file)
      const shared = found ?? problems.find(({ id }) => id === documentId(file))
      const problem = shared?.reason ?? 'was there a moment ago and is gone'
      return { ...REFUSED, problem, collection: null, isCollectionKnown: false }
    }
    const read = await this.#hashes.of(source, stampOf(file, files))
    const { hash, problem, collection, isCollectionKnown } = read
    const named = { collection, isCollectionKnown }
    if (problem !== null) return { ...REFUSED, problem, ...named }
    const inIndex = indexed.sources.get(source.id)
    const isIndexed = inIndex?.file === file
    if (isIndexed && inIndex.hash === hash) {
      return { state: 'read', change: null, problem: null, ...named }
    }
    const refused = known.get(file)
    if (refused?.hash === hash) return { ...REFUSED, problem: refused.reason, ...named }
    return { state: 'waiting', change: isIndexed ? 'changed' : 'new', problem: null, ...named }
  }
}

const REFUSED = { state: 'refused', change: null } as const

function visibleTo(caller: CollectionLimit, rows: readonly Row[]): readonly DeskDocument[] {
  const visible = rows.filter(({ collections }) =>
    collections.every((collection) => mayUse(caller, collection)),
  )
  return visible.map(({ document }) => document)
}

/** What changes whenever a file or the YAML file beside it is written. */
function stampOf(file: string, files: FolderState['files']): string {
  return `${files.get(file) ?? ''}\n${files.get(yamlBeside(file)) ?? ''}`
}

function factsOf(file: string, document: DocumentSummary | undefined, format: Format) {
  return {
    id: createHash('sha256').update(file).digest('hex').slice(0, 32),
    documentId: document?.id ?? null,
    file,
    title: document?.title ?? null,
    format: document?.format ?? format,
    pages: document?.pages ?? null,
    characters: document?.characters ?? null,
  }
}

async function lookAt(documentsDir: string): Promise<Folder> {
  const { files } = await folderState(documentsDir)
  const documents = [...files.keys()].filter((name) => extractorFor(name) !== null)
  const ids = new Set(documents.map(documentId))
  try {
    const listed = await listSourceFiles(documentsDir)
    const sources = new Map(listed.files.map((file) => [file.name, file]))
    return { ids, files, sources, problems: listed.problems, failure: null }
  } catch (error) {
    if (!(error instanceof FootnoteError)) throw error
    const failure = 'is in the documents folder, which cannot be read'
    return { ids, files: new Map(), sources: new Map(), problems: [], failure }
  }
}
