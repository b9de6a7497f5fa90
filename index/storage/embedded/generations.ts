import { readdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { FootnoteError } from '../../errors.ts'
import { writeAtomically } from '../../files.ts'

/**
 * The index on disk. Each build writes a new folder, a generation. The file `current` names the
 * generation that is served:
 *
 *     built/current                        "generation-7"
 *     built/generation-7/index.sqlite      all data of the index
 *     built/generation-7/sentences.hnsw    the graph of the vectors, derived from it
 *     built/generation-7/sentences.lists   instead of it where there are many sentences: lists of the vectors
 *     built/generation-7/manifest.json     the fingerprint, and the digests of both files
 */
const CURRENT = 'current'
const MANIFEST = 'manifest.json'
const NAME = /^generation-(\d+)$/

export const SQLITE_FILE = 'index.sqlite'
export const HNSW_FILE = 'sentences.hnsw'
export const LISTS_FILE = 'sentences.lists'

const manifestSchema = z.strictObject({
  /** Identifies the models, the languages, the splitting and the tables that the index was made with. */
  fingerprint: z.string(),
  /** SHA-256 of each file; `hnsw` is that of the graph or the lists, and empty if there are no vectors. */
  sqlite: z.string(),
  hnsw: z.string(),
})

export type Manifest = z.infer<typeof manifestSchema>

const REBUILD = 'npm run build-index -- --force'

/** The pointer file: it names the generation that is served, and changes when another one is published. */
export function pointerFile(indexDir: string): string {
  return path.join(indexDir, CURRENT)
}

/** The name of the generation that is served, or null if nothing was ever published. */
export async function currentGeneration(indexDir: string): Promise<string | null> {
  const name = await readFile(pointerFile(indexDir), 'utf8').catch((error: unknown) => {
    if (isNotFound(error)) return null
    throw error
  })
  if (name === null) return null
  if (!NAME.test(name)) throw corrupt(indexDir, `${CURRENT} does not name a generation`)
  return name
}

/**
 * Identifies the content of a generation. Its name alone is not enough: after the index folder was deleted, the names
 * start again.
 */
export function generationId(name: string, manifest: Manifest): string {
  return `${name}-${manifest.sqlite.slice(0, 12)}`
}

/** The id of the served generation; null if nothing was ever published. Throws `index-corrupt`. */
export async function servedGenerationId(indexDir: string): Promise<string | null> {
  const name = await currentGeneration(indexDir)
  return name === null ? null : generationId(name, await readManifest(path.join(indexDir, name)))
}

/** The names of all generations that have a folder, published or not, oldest first. */
export async function listGenerations(indexDir: string): Promise<string[]> {
  const names = (await readdir(indexDir)).filter((name) => NAME.test(name))
  return names.toSorted((a, b) => generationNumber(a) - generationNumber(b))
}

/** The name of the generation after `name`; without a name, that of the first one. */
export function generationAfter(name: string | undefined): string {
  return `generation-${generationNumber(name ?? '') + 1}`
}

function generationNumber(name: string): number {
  return Number(NAME.exec(name)?.[1] ?? 0)
}

/** The manifest of a generation. Throws `index-corrupt` if it cannot be read. */
export async function readManifest(generationDir: string): Promise<Manifest> {
  try {
    return manifestSchema.parse(
      JSON.parse(await readFile(path.join(generationDir, MANIFEST), 'utf8')),
    )
  } catch (error) {
    throw corrupt(generationDir, `${MANIFEST} cannot be read`, error)
  }
}

export async function writeManifest(generationDir: string, manifest: Manifest): Promise<void> {
  await writeAtomically(path.join(generationDir, MANIFEST), JSON.stringify(manifest, null, 2))
}

/** Makes a complete generation the one that is served, atomically. */
export async function publishGeneration(indexDir: string, name: string): Promise<void> {
  await writeAtomically(pointerFile(indexDir), name)
}

/** Removes every generation except `keep`. A file that cannot be removed yet is left for the next build. */
export async function removeOtherGenerations(indexDir: string, keep: string): Promise<void> {
  const others = (await listGenerations(indexDir)).filter((name) => name !== keep)
  await Promise.allSettled(
    others.map((name) => rm(path.join(indexDir, name), { recursive: true, force: true })),
  )
}

/** The error for a damaged index; `what` says which file is damaged, and how. */
export function corrupt(where: string, what: string, cause?: unknown): FootnoteError {
  return new FootnoteError(
    'index-corrupt',
    `The index in ${where} is damaged: ${what}. Rebuild it with "${REBUILD}".`,
    cause,
  )
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
