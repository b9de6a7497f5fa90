import { randomUUID } from 'node:crypto'
import { access, constants, lstat, mkdir, readdir, realpath, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import PQueue from 'p-queue'
import { documentId, withoutEnding, yamlBeside } from '../../index/documents/source-files.ts'
import { FootnoteError } from '../../index/errors.ts'
import { syncFile } from '../../index/files.ts'
import type { Caller } from '../access/caller.ts'
import type { Log } from '../log.ts'
import type { AuditLog } from '../state/state.ts'
import { moveFile, onDisk, renameToNew } from './disk.ts'
import { type DeskDocument, type DeskDocuments, mayUse } from './documents.ts'
import { safeName } from './file-name.ts'
import { writeCollection } from './sidecar.ts'

/** How the names of files begin that are on their way into the folder. The index ignores names that begin with a dot. */
const STAGED = '.upload-'

/** How many files that are in the way a message names. */
const MAX_NAMED = 5

/** Who changes documents. */
export type Changer = Pick<Caller, 'id' | 'name' | 'collections'>

/** Where a file is wanted. */
export interface WantedPlace {
  /** As its owner named it. */
  readonly name: string
  /** Null: in none. */
  readonly collection: string | null
  /** The desk's id of the document whose file it replaces; null: it is found by its name. */
  readonly replaces: string | null
  /** Whether it may replace a file that has its name, or its id. */
  readonly mayReplace: boolean
}

/** Where a file goes. */
interface Place {
  /** Relative to the documents folder, with `/` between its parts. */
  readonly file: string
  /** The file that it replaces; null: none. */
  readonly replaced: string | null
  readonly collection: string | null
  /** Whether the collection is named in the YAML file beside it, because its folder does not say it, or the file might say another one. */
  readonly isNamed: boolean
}

/** Whether documents can be changed. */
export interface ChangesInfo {
  readonly arePossible: boolean
  /** Why not, as a sentence; null where they are. */
  readonly reason: string | null
  /** Whether they take effect as soon as they are read, or only when the index is built the next time. */
  readonly takeEffect: 'soon' | 'next-build'
}

export interface DocumentsFolderOptions {
  readonly documentsDir: string
  readonly documents: DeskDocuments
  readonly audit: AuditLog
  readonly log: Log
  /** Whether this server watches the folder and takes up what changes. */
  readonly isWatched: boolean
}

/**
 * Changes the files of the documents folder, one after the other. The index takes them up as it takes up all changes. Methods
 * throw `documents-closed` where the folder cannot be written and `space-short` where its disk is full.
 */
export class DocumentsFolder {
  readonly #options: DocumentsFolderOptions
  readonly #inTurn = new PQueue({ concurrency: 1 })

  constructor(options: DocumentsFolderOptions) {
    this.#options = options
  }

  async changes(): Promise<ChangesInfo> {
    const { documentsDir, isWatched } = this.#options
    const takeEffect = isWatched ? 'soon' : 'next-build'
    try {
      await access(documentsDir, constants.W_OK)
      return { arePossible: true, reason: null, takeEffect }
    } catch {
      const reason = 'This server may not write its documents folder. Change the documents there.'
      return { arePossible: false, reason, takeEffect }
    }
  }

  /**
   * Checks where a file would go. Throws `documents-closed`, `upload-refused` for a name that cannot be kept, `collection-forbidden`,
   * `document-exists` where a file is in the way, and `document-unknown`.
   */
  async placeOf(changer: Changer, wanted: WantedPlace): Promise<Place> {
    const { arePossible, reason } = await this.changes()
    if (!arePossible) throw new FootnoteError('documents-closed', reason ?? '')
    const name = safeName(wanted.name)
    if (name === null) {
      throw new FootnoteError('upload-refused', 'The name of the file has no letter and no digit.')
    }
    const { documents } = this.#options
    if (wanted.replaces !== null) {
      const replaced = await documents.get(changer, wanted.replaces)
      const place = placeAt(changer, replaced, name)
      const same = await documents.filesOf(changer, documentId(replaced.file))
      if (same.areMoreHidden) throw hiddenInTheWay(name)
      if (same.files.length > 1) throw exists(place.file, same.files)
      return place
    }
    const { collection } = wanted
    if (!mayUse(changer, collection)) throw forbidden(changer, collection)
    const folder = collection === null ? null : safeName(collection.replace(/[/\\]/g, '-'))
    if (collection !== null && folder === null) {
      const message = 'The name of the collection has no letter and no digit.'
      throw new FootnoteError('upload-refused', message)
    }
    const file = folder === null ? name : `${folder}/${name}`
    const { files: inTheWay, areMoreHidden } = await documents.filesOf(changer, documentId(file))
    const [first] = inTheWay
    if (!first && !areMoreHidden) {
      const isNamed = collection !== null && (folder !== collection || changer.collections !== null)
      return { file, replaced: null, collection, isNamed }
    }
    if (!first || areMoreHidden) throw hiddenInTheWay(name)
    if (!wanted.mayReplace || inTheWay.length > 1) throw exists(file, inTheWay)
    return placeAt(changer, first, name)
  }

  /** Moves a file from elsewhere into the folder, in one step, and gives its new name there. Throws as {@link placeOf} does. */
  async put(changer: Changer, wanted: WantedPlace, from: string): Promise<string> {
    // The bytes are on the disk before the file has its name. Many files can be written to the disk at once.
    await onDisk(() => syncFile(from))
    return this.#change(async (root) => {
      const place = await this.placeOf(changer, wanted)
      const folder = path.join(root, path.dirname(place.file))
      await makeFolder(folder)
      const staged = path.join(folder, STAGED + randomUUID())
      await moveFile(from, staged)
      try {
        await settle(root, staged, place)
      } catch (error) {
        await rm(staged, { force: true })
        throw error
      }
      const { file, replaced, collection } = place
      this.#options.documents.noteChange(file)
      const action = replaced === null ? 'document.uploaded' : 'document.replaced'
      await this.#record(changer, action, file, collection)
      return file
    })
  }

  /**
   * Moves the document with this id of the desk to a collection; null: to that which its file names, or its folder. Its id stays. Throws
   * `document-unknown`, `collection-forbidden` and `sidecar-unreadable`.
   */
  async move(changer: Changer, id: string, collection: string | null): Promise<void> {
    await this.#change(async (root) => {
      const { file } = await this.#present(changer, id)
      if (!mayUse(changer, collection)) throw forbidden(changer, collection)
      await writeCollection(path.join(root, yamlBeside(file)), collection)
      this.#options.documents.noteChange()
      await this.#record(changer, 'document.moved', file, collection)
    })
  }

  /**
   * Removes the document with this id of the desk, and the YAML file beside it. Throws `document-unknown`, and `document-last` for
   * the last one, because there is no index of nothing.
   */
  async remove(changer: Changer, id: string): Promise<void> {
    await this.#change(async (root) => {
      const { documents } = this.#options
      const { file, collection } = await this.#present(changer, id)
      if ((await documents.countFiles()) === 1) {
        const message = 'This is the last document. Upload another one first, then remove it.'
        throw new FootnoteError('document-last', message)
      }
      await rm(path.join(root, file), { force: true })
      // Another file may have it beside it too.
      const others = await documents.filesOf({ collections: null }, documentId(file))
      const isShared = others.files.some(
        (other) => other.file !== file && yamlBeside(other.file) === yamlBeside(file),
      )
      if (!isShared) await rm(path.join(root, yamlBeside(file)), { force: true })
      documents.noteChange()
      await this.#record(changer, 'document.removed', file, collection)
    })
  }

  /** Removes what a process that was killed left on its way into the folder. Other servers may have files on their way: only old ones go. */
  async sweep(olderThanMs: number): Promise<void> {
    const root = this.#options.documentsDir
    const folders = await readdir(root, { withFileTypes: true }).catch(() => [])
    const below = folders.filter((entry) => entry.isDirectory())
    for (const folder of [root, ...below.map(({ name }) => path.join(root, name))]) {
      const names = await readdir(folder).catch(() => [])
      for (const name of names.filter((one) => one.startsWith(STAGED))) {
        const file = path.join(folder, name)
        const stats = await lstat(file).catch(() => null)
        if (stats && Date.now() - stats.ctimeMs > olderThanMs) await rm(file, { force: true })
      }
    }
  }

  /** The document with this id of the desk, whose file is there now, and not only a moment ago. */
  async #present(changer: Changer, id: string): Promise<DeskDocument> {
    const { documents } = this.#options
    documents.noteChange()
    const document = await documents.get(changer, id)
    if (document.size === null) throw gone()
    return document
  }

  /** Runs one change of the folder, with its real path. */
  async #change<T>(work: (root: string) => Promise<T>): Promise<T> {
    return this.#inTurn.add(() =>
      onDisk(async () => {
        const root = await realpath(this.#options.documentsDir).catch(() => null)
        if (root !== null) return work(root)
        throw new FootnoteError('documents-closed', 'The documents folder of this server is gone.')
      }),
    )
  }

  /** What was done is done: a log that cannot be written does not undo it. */
  async #record(changer: Changer, action: string, subject: string, collection: string | null) {
    const { audit, log } = this.#options
    try {
      await audit.add({ by: changer.name ?? changer.id, action, subject, collection })
    } catch (err) {
      log.error({ err, action, subject }, 'a change of the documents could not be recorded')
    }
  }
}

/** The place of a file that replaces another one: its id stays, whatever its own name is. */
function placeAt(changer: Changer, replaced: DeskDocument, name: string): Place {
  if (replaced.size === null) throw gone()
  const { collection } = replaced
  const file = withoutEnding(replaced.file) + path.extname(name)
  const isNamed = changer.collections !== null && collection !== null
  return { file, replaced: replaced.file, collection, isNamed }
}

/** Gives a file that stands in its folder already its name there. */
async function settle(root: string, staged: string, place: Place): Promise<void> {
  const target = path.join(root, place.file)
  // Written first, so that the file never stands without it.
  if (place.isNamed) await writeCollection(yamlBeside(target), place.collection)
  if (place.replaced === null) {
    if (await renameToNew(staged, target)) return
    throw new FootnoteError('document-exists', `There is already something named ${place.file}.`)
  }
  await rename(staged, target)
  if (place.replaced !== place.file) await rm(path.join(root, place.replaced), { force: true })
}

/** Makes a folder where it is missing. Documents are not read through links, so nothing is put there either. */
async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST' && error.code !== 'ENOTDIR') throw error
  })
  if ((await lstat(folder)).isDirectory()) return
  const message = `${path.basename(folder)} in the documents folder is a link or a file, and not a folder. Take another collection.`
  throw new FootnoteError('upload-refused', message)
}

function hiddenInTheWay(name: string): FootnoteError {
  const message = `A document that you may not see has the name ${name}, or the id that it makes. Give the file another name.`
  return new FootnoteError('document-exists', message)
}

function exists(file: string, inTheWay: readonly DeskDocument[]): FootnoteError {
  const names = inTheWay.slice(0, MAX_NAMED).map((document) => document.file)
  const [first = ''] = names
  const message =
    inTheWay.length > 1
      ? `${names.join(', ')} have the id that ${file} would get. Remove all but one of them first.`
      : first === file
        ? `${file} is there already. Replace it, or give the file another name.`
        : `${first} has the id that ${file} would get: only a-z and 0-9 of a name count. Replace it, or give the file another name.`
  return new FootnoteError('document-exists', message)
}

function forbidden({ collections }: Changer, collection: string | null): FootnoteError {
  const allowed = (collections ?? []).join(', ')
  const message =
    collection === null
      ? `Choose a collection. You may change these: ${allowed}.`
      : `You may not change the collection ${collection}. You may change these: ${allowed}.`
  return new FootnoteError('collection-forbidden', message)
}

function gone(): FootnoteError {
  return new FootnoteError('document-unknown', 'The file of this document is gone already.')
}
