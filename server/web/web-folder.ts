import { lstat, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { documentId } from '../../index/documents/source-files.ts'
import { FootnoteError } from '../../index/errors.ts'
import { writeAtomically } from '../../index/files.ts'
import { KEPT_ENDINGS } from './content.ts'
import { fileNamesFor } from './file-name.ts'

/** The folder below the documents folder that pages of the web are kept in. */
export const WEB_FOLDER = 'web'

/** Has the validators of all pages. Its name begins with a dot, so that it is no document. */
const VALIDATORS_FILE = '.validators.json'

/** What beside a document says where it is from. */
const SIDECAR_ENDING = '.yaml'

const validators = z.object({ etag: z.string().optional(), lastModified: z.string().optional() })
const sidecar = z.object({ source: z.string() })

/** What a server wants to hear again, to say whether a page has changed. */
export type Validators = z.output<typeof validators>

/** What became of a file. */
export type Saved = 'added' | 'changed' | 'unchanged'

/** A page that is kept. */
export interface KeptPage {
  /** The name of its file. */
  readonly file: string
  readonly validators: Validators
}

/** A page to keep. */
export interface NewPage {
  readonly bytes: Buffer
  /** Of its file, with a dot. */
  readonly ending: string
  readonly validators: Validators
}

/** The folder of pages of the web: one file for each page, and beside it one that names its address. */
export interface WebFolder {
  /** The page that is kept of an address; null where none is. */
  find(url: URL): KeptPage | null
  read(page: KeptPage): Promise<Buffer>
  /** Keeps a page under its address. Whatever happens, each file has its old content or its new content. */
  save(url: URL, page: NewPage): Promise<{ file: string; saved: Saved }>
}

/** Opens the folder below the documents folder; makes it where it is missing. Rejects with `documents-unwritable`. */
export async function openWebFolder(documentsDir: string): Promise<WebFolder> {
  const folder = path.join(documentsDir, WEB_FOLDER)
  await orUnwritable(folder, () => mkdir(folder, { recursive: true }))
  if ((await lstat(folder)).isSymbolicLink()) {
    const message = `${folder} is a link, and documents are not read through links. Make it a folder, then run the command again.`
    throw new FootnoteError('documents-unwritable', message)
  }
  const names = new Set(await readdir(folder))
  const sourceOf = await readSources(folder, names)
  const validatorsOf = await readValidators(folder)

  const fileOf = (name: string) =>
    [...KEPT_ENDINGS].map((ending) => name + ending).find((file) => names.has(file))
  /** The name that an earlier run gave an address. A file that people named otherwise is theirs, whatever its source. */
  const nameOf = (url: URL) => fileNamesFor(url).find((name) => sourceOf.get(name) === url.href)

  async function write(file: string, content: string | Uint8Array): Promise<void> {
    await orUnwritable(folder, () => writeAtomically(path.join(folder, file), content))
    names.add(file)
  }

  async function remember(url: URL, given: Validators): Promise<void> {
    validatorsOf.set(url.href, given)
    await write(VALIDATORS_FILE, JSON.stringify(Object.fromEntries(validatorsOf), null, 1))
  }

  /** Names an address. Its sidecar is written first, so that a file never stands without its address. */
  async function claimName(url: URL): Promise<string> {
    const taken = new Set(Array.from(names, documentId))
    const name = fileNamesFor(url).find((free) => !taken.has(documentId(free + SIDECAR_ENDING)))
    if (name === undefined) throw new Error(`every name for ${url.href} is taken`)
    await write(name + SIDECAR_ENDING, stringify({ source: url.href }))
    sourceOf.set(name, url.href)
    return name
  }

  return {
    find: (url) => {
      const name = nameOf(url)
      const file = name === undefined ? undefined : fileOf(name)
      return file === undefined ? null : { file, validators: validatorsOf.get(url.href) ?? {} }
    },
    read: ({ file }) => readFile(path.join(folder, file)),
    save: async (url, page) => {
      const name = nameOf(url) ?? (await claimName(url))
      const file = name + page.ending
      const old = fileOf(name)
      const isSame = old === file && page.bytes.equals(await readFile(path.join(folder, file)))
      if (!isSame) await write(file, page.bytes)
      if (old !== undefined && old !== file) {
        await orUnwritable(folder, () => rm(path.join(folder, old)))
        names.delete(old)
      }
      await remember(url, page.validators)
      if (isSame) return { file, saved: 'unchanged' }
      return { file, saved: old === undefined ? 'added' : 'changed' }
    },
  }
}

/** The addresses that sidecars name, by the name of the sidecar without its ending. */
async function readSources(
  folder: string,
  names: ReadonlySet<string>,
): Promise<Map<string, string>> {
  const sourceOf = new Map<string, string>()
  for (const name of names) {
    if (!name.endsWith(SIDECAR_ENDING)) continue
    const source = await readSource(path.join(folder, name))
    if (source !== null) sourceOf.set(name.slice(0, -SIDECAR_ENDING.length), source)
  }
  return sourceOf
}

/** The address that a sidecar names; null where it names none or cannot be read. */
async function readSource(file: string): Promise<string | null> {
  try {
    return sidecar.parse(parse(await readFile(file, 'utf8'), { logLevel: 'error' })).source
  } catch {
    return null
  }
}

/** The validators of an earlier run. Without them every page is fetched in full. */
async function readValidators(folder: string): Promise<Map<string, Validators>> {
  try {
    const json: unknown = JSON.parse(await readFile(path.join(folder, VALIDATORS_FILE), 'utf8'))
    return new Map(Object.entries(z.record(z.string(), validators).parse(json)))
  } catch {
    return new Map()
  }
}

async function orUnwritable<T>(folder: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    throw new FootnoteError(
      'documents-unwritable',
      `Pages cannot be kept in ${folder} (${code}). Check its permissions and the disk, then run the command again.`,
      error,
    )
  }
}
