import type { Document } from './documents/document.ts'
import { PARSE_TIME_LIMIT, parseApart } from './documents/parse-apart.ts'
import {
  byName,
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
import { storageError } from './storage/embedded/sqlite-errors.ts'
import { beginBuild } from './storage/embedded/sqlite-build.ts'
import type { StoreBuild } from './storage/storage.ts'

export interface BuildOptions {
  readonly documentsDir: string
  readonly indexDir: string
  readonly models: ModelOptions
  /** Called when the first document has changed; whoever started them closes them. */
  readonly inference: () => Promise<Inference>
  /** Build everything anew, whatever is there. */
  readonly force?: boolean
  /** How long a document may take to be parsed, in ms. */
  readonly parseTimeLimit?: number
  /** Called before the first embedding and after each batch. */
  readonly onProgress?: (progress: BuildProgress) => void
}

/** How far a build is, in bytes of the files that changed. */
export interface BuildProgress {
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
 * `documents-missing`, `documents-empty`, `model-missing`, `build-running`, `index-corrupt`, `disk-full` and `storage-unwritable`.
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
  const fingerprint = await indexFingerprint(options.models)
  const { indexDir, force = false } = options
  try {
    const build = await beginBuild({ indexDir, fingerprint, force })
    try {
      return await runBuild(build, files, [...problems], options)
    } finally {
      await build.close()
    }
  } catch (error) {
    throw storageError(error, `The index in ${indexDir}`)
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

  const attempt = async <T>({ name }: SourceFile, work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work()
    } catch (error) {
      problems.push({ name, reason: error instanceof Error ? error.message : String(error) })
      return null
    }
  }
  const readIfChanged = async (file: SourceFile) => {
    const read = await attempt(file, () => readSourceFile(file))
    return read && hashes.get(file.id) !== read.hash ? read : null
  }

  const queue: SourceFile[] = []
  let total = 0
  for (const file of files) {
    const read = await readIfChanged(file)
    if (!read) continue
    queue.push(file)
    total += read.bytes.length
  }

  let done = 0
  let changed = 0
  let embedded = 0
  const report = (bytes: number) => {
    done += bytes
    // Shares of a file add up to it but for their last digit.
    options.onProgress?.({ done: Math.round(done), total })
  }
  // The models load while the first document is parsed.
  if (queue.length > 0) options.inference().catch(() => {})
  if (total > 0) report(0)
  const embed = async (texts: readonly string[]) => {
    const inference = await options.inference()
    const vectors = await inference.embed(texts)
    embedded += texts.length
    return vectors
  }
  const index = async (file: SourceFile) => {
    const read = await readIfChanged(file)
    if (!read) return
    const { bytes, hash } = read
    const { parseTimeLimit = PARSE_TIME_LIMIT } = options
    const document = await attempt(file, () => parseApart(file, bytes, hash, parseTimeLimit))
    if (!document) return report(bytes.length)
    const known = await knownVectors(build, document.id)
    const vectors = await vectorsOf(document, known, embed, (share) => report(share * bytes.length))
    await build.put(document, vectors)
    changed += 1
  }
  const waiting = queue.values()
  const lanes = Array.from({ length: LANES }, async () => {
    for (const file of waiting) await index(file)
  })
  // All of them, before the build is closed under one that still runs.
  const failed = (await Promise.allSettled(lanes)).find((lane) => lane.status === 'rejected')
  if (failed) throw failed.reason

  const published = problems.length === 0 && build.changed
  if (published) await build.publish()
  return {
    published,
    documents: files.length,
    changed,
    removed: gone.length,
    embedded,
    verified: build.verified,
    problems: problems.toSorted(byName),
  }
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
  report: (share: number) => void,
): Promise<Float32Array[]> {
  const texts = document.passages.flatMap(({ start, end, sentences }) =>
    embeddedTexts(document.title, { text: document.text.slice(start, end), start, sentences }),
  )
  const missing = [...new Set(texts)].filter((text) => !known.has(text))
  const batches = Array.from({ length: Math.ceil(missing.length / BATCH) }, (_, i) =>
    missing.slice(i * BATCH, (i + 1) * BATCH),
  )
  const embedBatch = async (batch: readonly string[]) => {
    const vectors = await embed(batch)
    report(batch.length / texts.length)
    return vectors
  }
  const made = (await Promise.all(batches.map(embedBatch))).flat()
  const vectors = new Map([...known, ...missing.map((text, i) => [text, made[i]] as const)])
  report(1 - missing.length / Math.max(texts.length, 1))
  return texts.map((text) => {
    const vector = vectors.get(text)
    if (!vector) throw new Error('a sentence without a vector')
    return vector
  })
}
