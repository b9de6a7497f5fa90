import { createHash } from 'node:crypto'
import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  openSync,
  readFile,
  readFileSync,
} from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
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
  /** The path of the file `NAME.yaml` beside it, which overrides what it says of itself; absent where there is none. */
  readonly yamlPath?: string
}

/** The file that a document was read from. */
export interface Origin {
  /** Relative to the documents folder, with `/` between its parts. */
  readonly file: string
  readonly format: Format
  /** The SHA-256 of the file, in hexadecimal digits. */
  readonly fileHash: string
}

/** What was read of a source file. */
export interface SourceBytes {
  readonly bytes: Buffer
  /** The bytes of the YAML file beside it; null where there is none. */
  readonly yaml: Buffer | null
  /** Changes with both, with the name, and with the version of the extractor. */
  readonly hash: string
}

/** A file that cannot become a document, or a folder that cannot be read, and the reason, for the person who put it there. */
export interface DocumentProblem {
  /** The path relative to the documents folder, with `/` between its parts. */
  readonly name: string
  /** The id of the document that the file would be; null for a folder. */
  readonly id: string | null
  /** The hash of the file, where it was read: see {@link readSourceFile}. */
  readonly hash: string | null
  /** Completes "FILE …" and says what to do. */
  readonly reason: string
}

/** Gives the problem that a document has, by its id or its folder; null where it has none. */
export function problemFinder(
  problems: readonly DocumentProblem[],
): (document: { readonly id: string; readonly file: string }) => DocumentProblem | null {
  const byId = new Map(problems.map((problem) => [problem.id, problem]))
  const folders = problems.filter(({ id }) => id === null)
  return ({ id, file }) =>
    byId.get(id) ?? folders.find(({ name }) => file.startsWith(`${name}/`)) ?? null
}

/** The first folder of a problem's file, or of a folder that cannot be read; null for a file that stands in no folder. */
export function firstFolderOf({ name, id }: DocumentProblem): string | null {
  const [first = name, ...rest] = name.split('/')
  return id !== null && rest.length === 0 ? null : first
}

/** The problem, without the names of the other files that it may be about. */
export function withoutOtherFiles(problem: DocumentProblem): DocumentProblem {
  if (!problem.reason.startsWith(SHARES_ID)) return problem
  return { ...problem, reason: `${SHARES_ID} "${problem.id}" with another file; rename it` }
}

const SHARES_ID = 'shares the id'

/** How many files with one id a message names. */
const MAX_NAMED_FILES = 5

/** Larger files do not block the event loop while they are read. Asynchronous reads of 5,000 small files take 1.7 s, others 0.3 s. */
const MAX_SYNC_BYTES = 100_000

/** The ending of the file beside a document that says what the document does not say of itself. */
const YAML = '.yaml'

/** The largest of these files. Its seven values have at most 1,000 characters each. */
const MAX_YAML_BYTES = 100_000

/**
 * The id of a document: its path in lower case, without the extension, and with one `-` for every run of characters
 * other than `a-z0-9`. `Reports/Q1 (final).md` becomes `reports-q1-final-`.
 */
export function documentId(name: string): string {
  return withoutEnding(name)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
}

/** The error for the YAML file beside a document; `reason` is the end of a sentence about that file. */
export function besideIt({ name }: SourceFile, reason: string): Error {
  return new Error(`has ${path.posix.basename(yamlBeside(name))} beside it, which ${reason}`)
}

/** The name of the YAML file that may stand beside a file. */
export function yamlBeside(name: string): string {
  return withoutEnding(name) + YAML
}

/** A file's name or path without its ending. */
export function withoutEnding(file: string): string {
  return file.slice(0, file.length - path.extname(file).length)
}

/** Whether a file of this name is a document, or stands beside one. */
export function isSourceFile(name: string): boolean {
  return !name.startsWith('.') && (name.endsWith(YAML) || extractorFor(name) !== null)
}

/**
 * Lists the files below `directory` that have a known format, sorted by name, and the problems among them: several files
 * with one id, links out of the folder, folders that cannot be read. Ignores files whose name begins with a dot, which
 * belong to editors and the system. Throws `documents-missing` where there is no such folder, or it cannot be read.
 */
export async function listSourceFiles(
  directory: string,
): Promise<{ files: SourceFile[]; problems: DocumentProblem[] }> {
  const problems: DocumentProblem[] = []
  const byId = new Map<string, SourceFile[]>()
  const yamlFiles = new Set<string>()
  const root = await findDirectory(directory)
  const nameOf = (file: string) => path.relative(root, file).split(path.sep).join('/')
  const noteUnreadable = (folder: string, reason: string) => {
    if (folder === root) throw missingFolder(`The documents folder at ${directory} ${reason}.`)
    problems.push({ name: nameOf(folder), id: null, hash: null, reason })
  }
  for await (const entry of walk(root, noteUnreadable)) {
    const extractor = extractorFor(entry.name)
    const file = path.join(entry.parentPath, entry.name)
    if (entry.name.endsWith(YAML)) yamlFiles.add(file)
    if (!extractor || entry.name.startsWith('.')) continue
    const name = nameOf(file)
    const id = documentId(name)
    // `walk` does not follow links to folders, so an entry that is a file is below the root.
    if (!entry.isFile() && !(await isFileBelow(root, file))) {
      const reason = 'is not a file in the documents folder; copy it there'
      problems.push({ name, id, hash: null, reason })
      continue
    }
    const same = byId.get(id) ?? []
    same.push({ id, name, path: file, format: extractor.format })
    byId.set(id, same)
  }
  const files: SourceFile[] = []
  for (const same of byId.values()) {
    const [first, ...others] = same.toSorted(byName)
    if (!first) continue
    const { id, name } = first
    const yamlPath = yamlBeside(first.path)
    const hasYaml = yamlFiles.has(yamlPath)
    if (others.length > 0) {
      problems.push({ name, id, hash: null, reason: sharesId(id, [first, ...others]) })
    } else if (!hasYaml) {
      files.push(first)
    } else if (await isFileBelow(root, yamlPath)) {
      files.push({ ...first, yamlPath })
    } else {
      const { message } = besideIt(first, 'is not a file in the documents folder; copy it there')
      problems.push({ name, id, hash: null, reason: message })
    }
  }
  return { files: files.toSorted(byName), problems }
}

/** Compares by name, for sorting. */
export function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1
}

/**
 * Reads a source file, and the YAML file beside it. Throws an `Error` whose message completes "FILE …" where one of them
 * cannot be read, is too large, or is in a format that is not read, whatever its ending says.
 */
export async function readSourceFile(file: SourceFile): Promise<SourceBytes> {
  // One file a turn of the event loop.
  await setImmediate()
  const { maxBytes } = extractorOf(file.format)
  const bytes = await readBytes(file.path, maxBytes, 'split it into several files')
  const yaml = await readYamlBeside(file)
  const { format, version } = extractorOfBytes(file.format, bytes)
  // The name is hashed too, because a title may come from it.
  const readAs = [file.name, format, version, yaml ? sha256(yaml) : ''].join('\0')
  return { bytes, yaml, hash: sha256(`${readAs}\0`, bytes) }
}

/** The bytes of a document's file; null where it is not below `directory`, is gone, or has another SHA-256 than `fileHash`. */
export async function readUnchanged(
  directory: string,
  { file, format, fileHash }: Origin,
): Promise<Buffer | null> {
  // The name comes from the index, which others may have made.
  if (path.normalize(file).split(path.sep)[0] === '..') return null
  try {
    const bytes = await readBytes(path.join(directory, file), extractorOf(format).maxBytes, '')
    return sha256(bytes) === fileHash ? bytes : null
  } catch {
    return null
  }
}

async function readYamlBeside(file: SourceFile): Promise<Buffer | null> {
  if (file.yamlPath === undefined) return null
  try {
    return await readBytes(file.yamlPath, MAX_YAML_BYTES, 'shorten it')
  } catch (error) {
    throw error instanceof Error ? besideIt(file, error.message) : error
  }
}

/** The SHA-256 of parts one after the other, in hexadecimal digits. */
export function sha256(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

async function readBytes(file: string, maxBytes: number, howToShorten: string): Promise<Buffer> {
  let descriptor: number | undefined
  try {
    // The file may have become a pipe since it was listed: a read must not wait for somebody to write to it.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
    const stats = fstatSync(descriptor)
    if (!stats.isFile()) throw new Error('is not a file')
    if (stats.size > maxBytes) {
      throw new Error(`${tooLarge(stats.size, maxBytes)}; ${howToShorten}`)
    }
    if (stats.size <= MAX_SYNC_BYTES) return readFileSync(descriptor)
    return await promisify(readFile)(descriptor)
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
  return `has ${megabytes(size)}, and ${megabytes(maxBytes)} is the maximum`
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
  return `${SHARES_ID} "${id}", which has only a-z and 0-9 of a name: ${named.join(', ')}${more}; rename all but one`
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
    throw missingFolder(
      `There is no documents folder at ${directory}. Make it and put ${EXTENSIONS.join(' or ')} files there, or set DOCUMENTS_DIR.`,
    )
  }
  return realpath(directory)
}

function missingFolder(message: string): FootnoteError {
  return new FootnoteError('documents-missing', message)
}

async function isFileBelow(root: string, file: string): Promise<boolean> {
  const real = await realpath(file).catch(() => null)
  if (real === null || !real.startsWith(root + path.sep)) return false
  return (await stat(real)).isFile()
}
