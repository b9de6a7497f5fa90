import { lstat, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { Document, isMap, parseDocument } from 'yaml'
import { FootnoteError } from '../../index/errors.ts'
import { writeAtomically } from '../../index/files.ts'

/** The key of the collection in a YAML file beside a document. */
const COLLECTION = 'collection'

/**
 * Names a collection in the YAML file beside a document, or none for null; makes the file where it is missing. All else in it stays, also
 * its comments. Throws `sidecar-unreadable` where the file cannot be read as YAML.
 */
export async function writeCollection(file: string, collection: string | null): Promise<void> {
  const yaml = await readSidecar(file)
  if (yaml === null && collection === null) return
  const document = yaml ?? new Document({})
  if (collection === null) document.delete(COLLECTION)
  else document.set(COLLECTION, collection)
  const isEmpty = isMap(document.contents) && document.contents.items.length === 0
  if (isEmpty && !document.comment && !document.commentBefore) return rm(file)
  // Long values stay on their lines.
  await writeAtomically(file, document.toString({ lineWidth: 0 }))
}

/** A YAML file; null where there is none. */
async function readSidecar(file: string): Promise<Document | null> {
  const name = path.basename(file)
  const stats = await lstat(file).catch(() => null)
  if (!stats) return null
  if (!stats.isFile()) throw unreadable(name, 'it is not a file')
  const document: Document = parseDocument(await readFile(file, 'utf8'))
  const [error] = document.errors
  if (error) throw unreadable(name, error.message.split('\n')[0] ?? '')
  if (document.contents === null) document.contents = document.createNode({})
  if (!isMap(document.contents)) throw unreadable(name, 'it is not a list of "key: value" lines')
  return document
}

function unreadable(name: string, reason: string): FootnoteError {
  return new FootnoteError(
    'sidecar-unreadable',
    `${name} beside the document cannot be read: ${reason}. Repair it or remove it, then try again.`,
  )
}
