import { readdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { FootnoteError } from '../../errors.ts'
import { writeAtomically } from '../../files.ts'

/**
 * The index on disk. Each build writes a folder of its own, a generation; the file `current` names
 * the one that is served:
 *
 *     built/current                        "generation-7"
 *     built/generation-7/index.sqlite      the truth
 *     built/generation-7/sentences.hnsw    derived from it
 *     built/generation-7/manifest.json     what belongs together, with digests
 */
const CURRENT = 'current'
const MANIFEST = 'manifest.json'
const NAME = /^generation-(\d+)$/

export const SQLITE_FILE = 'index.sqlite'
export const HNSW_FILE = 'sentences.hnsw'

const manifestSchema = z.strictObject({
  /** What the index was made with: models, languages, splitting, tables. */
  fingerprint: z.string(),
  /** SHA-256 of each file. */
  sqlite: z.string(),
  hnsw: z.string(),
})

export type Manifest = z.infer<typeof manifestSchema>

const REBUILD = 'npm run build-index -- --force'

/** The pointer file: it names the generation that is served, and changes when another one is published. */
export function pointerFile(indexDir: string): string {
  return path.join(indexDir, CURRENT)
}

/** The name of the generation that is served, or null where nothing was ever published. */
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
 * The id of a generation: its name and the beginning of its digest. The name alone is used again where the folder was
 * deleted and built anew.
 */
export function generationId(name: string, manifest: Manifest): string {
  return `${name}-${manifest.sqlite.slice(0, 12)}`
}

/** The id of the generation that is served, by the pointer and the manifest; null where nothing was ever published. */
export async function servedGenerationId(indexDir: string): Promise<string | null> {
  const name = await currentGeneration(indexDir)
  return name === null ? null : generationId(name, await readManifest(path.join(indexDir, name)))
}

/** The names of the generations that have a folder, published or not, oldest first. */
export async function listGenerations(indexDir: string): Promise<string[]> {
  const names = (await readdir(indexDir)).filter((name) => NAME.test(name))
  return names.toSorted((a, b) => generationNumber(a) - generationNumber(b))
}

/** The name of the next generation, or of the first where there is none yet. */
export function generationAfter(name: string | undefined): string {
  return `generation-${generationNumber(name ?? '') + 1}`
}

function generationNumber(name: string): number {
  return Number(NAME.exec(name)?.[1] ?? 0)
}

/** The manifest of a generation. Throws `index-corrupt` where it cannot be read. */
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

/** Makes a whole generation the one that is served. */
export async function publishGeneration(indexDir: string, name: string): Promise<void> {
  await writeAtomically(pointerFile(indexDir), name)
}

/** Removes every generation but one. A file that is still in use is left to the next build. */
export async function removeOtherGenerations(indexDir: string, keep: string): Promise<void> {
  const others = (await listGenerations(indexDir)).filter((name) => name !== keep)
  await Promise.allSettled(
    others.map((name) => rm(path.join(indexDir, name), { recursive: true, force: true })),
  )
}

/** The error for an index whose files are not as a build wrote them. */
export function corrupt(where: string, what: string, cause?: unknown): FootnoteError {
  return new FootnoteError(
    'index-corrupt',
    `The index in ${where} is damaged: ${what}. Make it anew with "${REBUILD}".`,
    cause,
  )
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
