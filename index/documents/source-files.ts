import { createHash } from 'node:crypto'
import { closeSync, constants, type Dirent, fstatSync, openSync, readFileSync } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { FootnoteError } from '../errors.ts'
import type { Format } from './extractors/extractor.ts'
import { EXTENSIONS, extractorFor, extractorOf, extractorOfBytes } from './extractors/formats.ts'

/** A file below the documents folder, before it is read. */
export interface SourceFile {
  /** The document's id: see {@link documentId}. */
  readonly id: string
  /** The path relative to the documents folder, with `/` between its parts. */
  readonly name: string
  /** The path to read it from. */
  readonly path: string
  /** By its ending. */
  readonly format: Format
}

/** A file that cannot become a document, and the reason, for the person who put it there. */
export interface DocumentProblem {
  readonly name: string
  readonly reason: string
}

/** How many files with one id a message names. */
const MAX_NAMED_FILES = 5

/**
 * The id of a document: its path in lower case, without the extension, and with one `-` for every run of characters
 * other than `a-z0-9`. `Reports/Q1 (final).md` becomes `reports-q1-final-`.
 */
export function documentId(name: string): string {
  const withoutEnding = name.slice(0, name.length - path.posix.extname(name).length)
  return withoutEnding.toLowerCase().replace(/[^a-z0-9]+/g, '-')
}

/**
 * Lists the files below `directory` that have a known format, sorted by name, and the problems among them: several files
 * with one id, links out of the folder, folders that cannot be read. Ignores files whose name begins with a dot, which
 * belong to editors and the system. Throws `documents-missing` where there is no such folder.
 */
export async function listSourceFiles(
  directory: string,
): Promise<{ files: SourceFile[]; problems: DocumentProblem[] }> {
  const problems: DocumentProblem[] = []
  const byId = new Map<string, SourceFile[]>()
  const root = await findDirectory(directory)
  const nameOf = (file: string) => path.relative(root, file).split(path.sep).join('/')
  for await (const entry of walk(root, (folder, reason) =>
    problems.push({ name: nameOf(folder), reason }),
  )) {
    const extractor = extractorFor(entry.name)
    if (!extractor || entry.name.startsWith('.')) continue
    const file = path.join(entry.parentPath, entry.name)
    const name = nameOf(file)
    // `walk` does not follow links to folders, so an entry that is a file is below the root.
    if (!entry.isFile() && !(await isFileBelow(root, file))) {
      problems.push({ name, reason: 'is not a file in the documents folder; copy it there' })
      continue
    }
    const id = documentId(name)
    const same = byId.get(id) ?? []
    same.push({ id, name, path: file, format: extractor.format })
    byId.set(id, same)
  }
  const files: SourceFile[] = []
  for (const same of byId.values()) {
    const [first, ...others] = same.toSorted(byName)
    if (!first) continue
    if (others.length === 0) files.push(first)
    else problems.push({ name: first.name, reason: sharesId(first.id, [first, ...others]) })
  }
  return { files: files.toSorted(byName), problems }
}

/** Compares by name, for sorting. */
export function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1
}

/**
 * Reads a source file. The hash changes with its bytes, with its name, and with the version of the extractor for its bytes.
 * Throws an `Error` whose message completes "FILE …" where the file cannot be read, is larger than its extractor takes, or is in
 * a format that is not read, whatever its ending says.
 */
export async function readSourceFile(file: SourceFile): Promise<{ bytes: Buffer; hash: string }> {
  // One file a turn of the event loop: asynchronous reads of 5,000 small files take 1.7 s, these 0.3 s.
  await setImmediate()
  const bytes = readBytes(file.path, extractorOf(file.format).maxBytes)
  const { format, version } = extractorOfBytes(file.format, bytes)
  // The name is hashed too, because a title may come from it.
  const readAs = [file.name, format, version].join('\0')
  return { bytes, hash: createHash('sha256').update(`${readAs}\0`).update(bytes).digest('hex') }
}

function readBytes(file: string, maxBytes: number): Buffer {
  let descriptor: number | undefined
  try {
    // The file may have become a pipe since it was listed: a read must not wait for somebody to write to it.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
    const stats = fstatSync(descriptor)
    if (!stats.isFile()) throw new Error('is not a file')
    if (stats.size > maxBytes) throw new Error(tooLarge(stats.size, maxBytes))
    return readFileSync(descriptor)
  } catch (error) {
    throw isSystemError(error) ? new Error(whyUnreadable(error), { cause: error }) : error
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error
}

function tooLarge(size: number, maxBytes: number): string {
  return `has ${megabytes(size)}, and ${megabytes(maxBytes)} is the maximum; split it into several files`
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

function whyUnreadable({ code }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'may not be read by the user that Footnote runs as; change its permissions'
    case 'ENOENT':
      return 'was there a moment ago and is gone; build again'
    default:
      return `cannot be read (${code ?? 'unknown error'})`
  }
}

function sharesId(id: string, same: readonly SourceFile[]): string {
  const named = same.slice(0, MAX_NAMED_FILES).map(({ name }) => name)
  const more = same.length > MAX_NAMED_FILES ? ` and ${same.length - MAX_NAMED_FILES} others` : ''
  return `shares the id "${id}", which has only a-z and 0-9 of a name: ${named.join(', ')}${more}; rename all but one`
}

/** Every entry below a folder that is not a folder. Calls `unreadable` for each folder that cannot be read. */
async function* walk(
  folder: string,
  unreadable: (folder: string, reason: string) => void,
): AsyncGenerator<Dirent> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      unreadable(folder, whyUnreadable(error))
      return []
    },
  )
  for (const entry of entries) {
    if (entry.isDirectory()) yield* walk(path.join(folder, entry.name), unreadable)
    else yield entry
  }
}

async function findDirectory(directory: string): Promise<string> {
  const found = await stat(directory).catch(() => null)
  if (!found?.isDirectory()) {
    throw new FootnoteError(
      'documents-missing',
      `There is no documents folder at ${directory}. Make it and put ${EXTENSIONS.join(' or ')} files there, or set DOCUMENTS_DIR.`,
    )
  }
  return realpath(directory)
}

async function isFileBelow(root: string, file: string): Promise<boolean> {
  const real = await realpath(file).catch(() => null)
  if (real === null || !real.startsWith(root + path.sep)) return false
  return (await stat(real)).isFile()
}
