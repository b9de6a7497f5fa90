import { type Document, parseDocument } from './documents/document.ts'
import {
  type DocumentProblem,
  listSourceFiles,
  readSourceFile,
  type SourceFile,
} from './documents/source-files.ts'
import { embeddedTexts } from './embedded-texts.ts'
import { FootnoteError } from './errors.ts'
import { indexFingerprint } from './fingerprint.ts'
import type { Inference } from './inference/inference.ts'
import { findModels } from './inference/model-files.ts'
import type { ModelOptions } from './inference/types.ts'
import { beginBuild } from './store/sqlite-build.ts'
import type { StoreBuild } from './store/store.ts'

export interface BuildOptions {
  readonly documentsDir: string
  readonly indexDir: string
  readonly models: ModelOptions
  /** Called when the first sentence needs the models; whoever started them closes them. */
  readonly inference: () => Promise<Inference>
  /** Build everything anew, whatever is there. */
  readonly force?: boolean
  /** Called before the first embedding and after each batch. */
  readonly onProgress?: (progress: BuildProgress) => void
}

export interface BuildProgress {
  /** Sentences that are embedded, of those that changed. */
  readonly done: number
  readonly total: number
}

export interface BuildResult {
  /** Whether a new generation is served; false where nothing changed, or there are problems. */
  readonly published: boolean
  readonly documents: number
  /** Documents that are new or changed. */
  readonly changed: number
  /** Documents that were in the index and are gone. */
  readonly removed: number
  /** Sentences that the model was called for. */
  readonly embedded: number
  /** The content that is served, where this build compared it with its digest, or wrote it. */
  readonly verified: string | null
  /** Files that cannot be taken. While there is one, what was served stays. */
  readonly problems: readonly DocumentProblem[]
}

/** Small enough that progress is seen, large enough that a call between processes costs nothing beside it. */
const BATCH = 16

/** Documents in work at once, so that no model process waits for a file to be read and split. */
const LANES = 4

/**
 * Brings the index up to date with the documents folder and publishes it. Documents whose file did not
 * change cost a read; of one that did, only the sentences that did are embedded. What a build embedded
 * of whole documents is kept when it is killed, or when a file has a problem, and the next one goes on from there. Throws
 * `documents-missing`, `documents-empty`, `model-missing`, `build-running` and `index-corrupt`.
 */
export async function buildIndex(options: BuildOptions): Promise<BuildResult> {
  const { files, problems } = await listSourceFiles(options.documentsDir)
  if (files.length + problems.length === 0) {
    throw new FootnoteError(
      'documents-empty',
      `There is no .txt or .md file in ${options.documentsDir}. Put your documents there, or set DOCUMENTS_DIR.`,
    )
  }
  if (options.models.allowDownload) await options.inference()
  await findModels(options.models)
  const build = await beginBuild({
    indexDir: options.indexDir,
    fingerprint: await indexFingerprint(options.models),
    force: options.force ?? false,
  })
  try {
    return await runBuild(build, files, [...problems], options)
  } finally {
    await build.close()
  }
}

async function runBuild(
  build: StoreBuild,
  files: readonly SourceFile[],
  problems: DocumentProblem[],
  options: BuildOptions,
): Promise<BuildResult> {
  const hashes = await build.hashes()
  const kept = new Set(files.map(({ id }) => id))
  const gone = [...hashes.keys()].filter((id) => !kept.has(id))
  if (gone.length > 0) await build.remove(gone)

  const changed: SourceFile[] = []
  let total = 0
  for (const file of files) {
    const document = await readIfChanged(file, hashes, problems)
    if (!document) continue
    changed.push(file)
    total += document.passages.reduce((sum, { sentences }) => sum + sentences.length, 0)
  }

  let done = 0
  let embedded = 0
  const report = (step: number) => options.onProgress?.({ done: (done += step), total })
  if (total > 0) report(0)
  const embed = async (texts: readonly string[]) => {
    const inference = await options.inference()
    const vectors = await inference.embed(texts)
    embedded += texts.length
    report(texts.length)
    return vectors
  }
  const queue = changed.values()
  const lanes = Array.from({ length: LANES }, async () => {
    for (const file of queue) {
      const document = await readIfChanged(file, hashes, problems)
      if (!document) continue
      const known = await knownVectors(build, document.id)
      const vectors = await vectorsOf(document, known, embed, report)
      await build.put(document, vectors)
    }
  })
  // All of them, before the build is closed under one that still runs.
  const failed = (await Promise.allSettled(lanes)).find((lane) => lane.status === 'rejected')
  if (failed) throw failed.reason

  const published = problems.length === 0 && build.changed
  if (published) await build.publish()
  return {
    published,
    documents: files.length,
    changed: changed.length,
    removed: gone.length,
    embedded,
    verified: build.verified,
    problems,
  }
}

/** The document in a file, unless it is in the index as it is, or has a problem, which is then added. */
async function readIfChanged(
  file: SourceFile,
  hashes: ReadonlyMap<string, string>,
  problems: DocumentProblem[],
): Promise<Document | null> {
  try {
    const { bytes, hash } = await readSourceFile(file)
    return hashes.get(file.id) === hash ? null : parseDocument(file, bytes, hash)
  } catch (error) {
    problems.push({ name: file.name, reason: reasonOf(error) })
    return null
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof RangeError) return 'is nested too deeply to be read; make it flatter'
  return error instanceof Error ? error.message : String(error)
}

/** The vectors that a document has in the index, by the text that was embedded. */
async function knownVectors(build: StoreBuild, id: string): Promise<Map<string, Float32Array>> {
  const known = new Map<string, Float32Array>()
  for (const passage of await build.passagesOf(id)) {
    const texts = embeddedTexts(passage.document.title, passage)
    for (const [i, { vector }] of passage.sentences.entries()) known.set(texts[i] ?? '', vector)
  }
  return known
}

async function vectorsOf(
  document: Document,
  known: ReadonlyMap<string, Float32Array>,
  embed: (texts: readonly string[]) => Promise<Float32Array[]>,
  report: (step: number) => void,
): Promise<Float32Array[]> {
  const texts = document.passages.flatMap(({ start, end, sentences }) =>
    embeddedTexts(document.title, { text: document.text.slice(start, end), start, sentences }),
  )
  const missing = [...new Set(texts)].filter((text) => !known.has(text))
  const batches = Array.from({ length: Math.ceil(missing.length / BATCH) }, (_, i) =>
    missing.slice(i * BATCH, (i + 1) * BATCH),
  )
  const made = (await Promise.all(batches.map(embed))).flat()
  const vectors = new Map([...known, ...missing.map((text, i) => [text, made[i]] as const)])
  report(texts.length - missing.length)
  return texts.map((text) => {
    const vector = vectors.get(text)
    if (!vector) throw new Error('a sentence without a vector')
    return vector
  })
}
