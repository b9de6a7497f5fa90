import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { FootnoteError } from '../errors.ts'
import type { Format } from '../splitting/split.ts'

/** One file below the documents folder, not yet read. */
export interface SourceFile {
  /** The document's id: see {@link documentId}. */
  readonly id: string
  /** Relative to the documents folder, with `/` between its parts. */
  readonly name: string
  /** Where it is read from. */
  readonly path: string
  readonly format: Format
}

/** A file that cannot become a document, and why, in words for the person who put it there. */
export interface DocumentProblem {
  readonly name: string
  readonly reason: string
}

const FORMATS: Readonly<Record<string, Format>> = { '.txt': 'plain', '.md': 'markdown' }

/**
 * The id of a document: its path without the ending, lower-cased, every run of characters other than
 * `a-z0-9` a `-`. `Reports/Q1 (final).md` is `reports-q1-final-`.
 */
export function documentId(name: string): string {
  const withoutEnding = name.slice(0, name.length - path.posix.extname(name).length)
  return withoutEnding.toLowerCase().replace(/[^a-z0-9]+/g, '-')
}

/**
 * Every `.txt` and `.md` file below `directory`, by name, and those that cannot be taken: two with
 * one id, links that lead out of the folder. Files whose name begins with a dot are an editor's or the
 * system's, and passed over. Throws `documents-missing` where there is no such folder.
 */
export async function listSourceFiles(
  directory: string,
): Promise<{ files: SourceFile[]; problems: DocumentProblem[] }> {
  const problems: DocumentProblem[] = []
  const byId = new Map<string, SourceFile[]>()
  const root = await findDirectory(directory)
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    const format = FORMATS[path.extname(entry.name).toLowerCase()]
    if (!format || entry.isDirectory() || entry.name.startsWith('.')) continue
    const file = path.join(entry.parentPath, entry.name)
    const name = path.relative(root, file).split(path.sep).join('/')
    // Folders that are links are not looked into: what is a file is below the root.
    if (!entry.isFile() && !(await isFileBelow(root, file))) {
      problems.push({ name, reason: 'is not a file in the documents folder; copy it there' })
      continue
    }
    const id = documentId(name)
    byId.set(id, [...(byId.get(id) ?? []), { id, name, path: file, format }])
  }
  const files: SourceFile[] = []
  for (const [id, same] of byId) {
    const [first, ...others] = same.toSorted((a, b) => (a.name < b.name ? -1 : 1))
    if (first && others.length === 0) files.push(first)
    else if (first) {
      const names = same.map(({ name }) => name).join(', ')
      problems.push({
        name: first.name,
        reason: `shares the id "${id}": ${names}; rename all but one`,
      })
    }
  }
  return { files: files.toSorted((a, b) => (a.name < b.name ? -1 : 1)), problems }
}

/** The bytes of a source file, and the hash that tells whether they changed since the last build. */
export async function readSourceFile(file: SourceFile): Promise<{ bytes: Buffer; hash: string }> {
  // A file a turn: asynchronous reads of 5,000 small files take 1.7 s, these 0.3 s.
  await setImmediate()
  const bytes = readFileSync(file.path)
  // The name too: a title may come from it.
  return { bytes, hash: createHash('sha256').update(`${file.name}\0`).update(bytes).digest('hex') }
}

async function findDirectory(directory: string): Promise<string> {
  const found = await stat(directory).catch(() => null)
  if (!found?.isDirectory()) {
    throw new FootnoteError(
      'documents-missing',
      `There is no documents folder at ${directory}. Make it and put .txt or .md files there, or set DOCUMENTS_DIR.`,
    )
  }
  return realpath(directory)
}

async function isFileBelow(root: string, file: string): Promise<boolean> {
  const real = await realpath(file).catch(() => null)
  if (real === null || !real.startsWith(root + path.sep)) return false
  return (await stat(real)).isFile()
}
