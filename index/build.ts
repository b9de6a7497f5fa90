import { once, setMaxListeners } from 'node:events'
import { isDeepStrictEqual } from 'node:util'
import type { Document } from './documents/document.ts'
import { EXTENSIONS } from './documents/extractors/formats.ts'
import { PARSE_TIMEOUT_MS, parseInWorker } from './documents/parse-in-worker.ts'
import {
  byName,
  type DocumentProblem,
  listSourceFiles,
  problemFinder,
  readSourceFile,
  type SourceFile,
} from './documents/source-files.ts'
import { FootnoteError } from './errors.ts'
import type { Inference } from './inference/inference.ts'
import { checkModelFiles } from './inference/model-files.ts'
import type { ModelOptions, PassageText } from './inference/types.ts'
import { passageTextOf } from './passage-texts.ts'
import { step } from './steps.ts'
import type { IndexStorage, StoreBuild, StoredSource } from './storage/storage.ts'

export interface BuildOptions {
  readonly documentsDir: string
  readonly storage: IndexStorage
  readonly models: ModelOptions
  /** Gives the models. Called when the first document has changed. The caller of the build closes them. */
  readonly inference: () => Promise<Inference>
  /** Build everything anew, whatever is there. */
  readonly force?: boolean
  /** Whether the index is opened when the build has ended. See `BeginBuildOptions.isOpenedNext`. Default: false. */
  readonly isOpenedNext?: boolean
  /** The ids of the documents that may have changed; the others stay as they are, and are not read. Default: all. */
  readonly only?: ReadonlySet<string>
  /** Whether other calls of the models come first, such as those for questions. */
  readonly isBackground?: boolean
  /** Ends the build, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal
  /** How long a document may take to be parsed. */
  readonly parseTimeoutMs?: number
  /** Called before the first embedding and after each batch. */
  readonly onProgress?: (progress: BuildProgress) => void
}

/** How far a build is, in bytes of the files that changed. */
export interface BuildProgress {
  readonly doneBytes: number
  readonly totalBytes: number
}

export interface BuildResult {
  /** Whether a new generation is served; false where nothing changed. */
  readonly published: boolean
  /** Documents that are in the index now. */
  readonly documents: number
  /** Documents that are new or changed. */
  readonly changed: number
  /** Documents that were in the index and are gone. */
  readonly removed: number
  /** Sentences that the model was called for. */
  readonly embedded: number
  /** What could not be read, by name. What the index had of these documents before, it still has. */
  readonly problems: readonly DocumentProblem[]
}

/** How many sentences a batch has at least. Small enough that progress is seen, large enough that a call between processes costs nothing beside it. */
const BATCH_SENTENCES = 16

/** In the background, where each step of a question may have to wait for a batch: one passage. A sentence takes about 10 ms. */
const BACKGROUND_BATCH_SENTENCES = 1

/** Documents in work at once, so that no model process waits for a file to be read and split. */
const LANES = 4

/**
 * Brings the index up to date with the documents folder and publishes it. A document whose file did not
 * change costs a read; of one that did, only the passages that changed are embedded. What a build embedded
 * of whole documents is kept when it is killed, and the next build goes on from there. A file that cannot become a document
 * holds up no other: what the index has of it stays, and the problem is kept beside it. Throws
 * `documents-missing`, `documents-empty`, `model-missing`, `inference-failed`, `build-running`, `index-corrupt`,
 * `index-unwritable`, `disk-full` and `storage-unwritable`.
 */
export async function buildIndex(options: BuildOptions): Promise<BuildResult> {
  const { documentsDir, storage, models, force = false, isOpenedNext = false } = options
  const { files, problems } = await listSourceFiles(documentsDir)
  if (files.length + problems.length === 0) {
    throw new FootnoteError(
      'documents-empty',
      `There is no ${EXTENSIONS.join(' or ')} file in ${documentsDir}. Put your documents there, or set DOCUMENTS_DIR.`,
    )
  }
  if (models.allowDownload) await options.inference()
  await checkModelFiles(models)
  // The storage compares its files with their digests meanwhile.
  const [build, read] = await Promise.all([
    storage.beginBuild({ force, isOpenedNext }),
    step('read the documents', () => readSources(files, options)),
  ])
  try {
    return await new IndexBuild(build, files, read, problems, options).run()
  } finally {
    await build.close()
  }
}

/** What the files have that a build may take up, and the problems of those that cannot be read. */
interface ReadSources {
  readonly hashes: ReadonlyMap<SourceFile, { readonly hash: string; readonly bytes: number }>
  readonly problems: readonly DocumentProblem[]
}

async function readSources(
  files: readonly SourceFile[],
  { only }: BuildOptions,
): Promise<ReadSources> {
  const hashes = new Map<SourceFile, { hash: string; bytes: number }>()
  const problems: DocumentProblem[] = []
  for (const file of files) {
    if (only && !only.has(file.id)) continue
    try {
      const { hash, bytes } = await readSourceFile(file)
      hashes.set(file, { hash, bytes: bytes.length })
    } catch (error) {
      problems.push(asProblem(file, null, error))
    }
  }
  return { hashes, problems }
}

/** The problem of a file, by what its reading or its parsing threw. */
function asProblem({ name, id }: SourceFile, hash: string | null, error: unknown): DocumentProblem {
  return { name, id, hash, reason: error instanceof Error ? error.message : String(error) }
}

/** One run of a build, and its counts. */
class IndexBuild {
  readonly #build: StoreBuild
  readonly #files: readonly SourceFile[]
  readonly #hashes: ReadSources['hashes']
  readonly #problems: DocumentProblem[]
  readonly #options: BuildOptions
  #sources: ReadonlyMap<string, StoredSource> = new Map()
  /** The problems that the index has, by name. */
  #knownProblems: ReadonlyMap<string, DocumentProblem> = new Map()
  /** How many numbers each vector has; null before the first. */
  #dimensions: number | null = null
  #doneBytes = 0
  #totalBytes = 0
  #changed = 0
  #embedded = 0

  constructor(
    build: StoreBuild,
    files: readonly SourceFile[],
    read: ReadSources,
    problems: readonly DocumentProblem[],
    options: BuildOptions,
  ) {
    this.#build = build
    this.#options = options
    this.#hashes = read.hashes
    this.#files = files.filter(({ id }) => !this.#staysAsItIs(id))
    const found = problems.filter(({ id }) => id === null || !this.#staysAsItIs(id))
    this.#problems = [...found, ...read.problems]
  }

  async run(): Promise<BuildResult> {
    this.#sources = await this.#build.sources()
    const known = await this.#build.problems()
    this.#knownProblems = new Map(known.map((problem) => [problem.name, problem]))
    this.#problems.push(...known.filter(({ id }) => id !== null && this.#staysAsItIs(id)))
    const removed = await this.#removeMissing()
    await this.#indexAll(this.#findChanged())
    const problems = this.#problems.toSorted(byName)
    if (!isDeepStrictEqual(problems, known)) await this.#build.putProblems(problems)
    const published = this.#build.changed
    const documents = (await this.#build.sources()).size
    if (published) await this.#build.publish()
    const [changed, embedded] = [this.#changed, this.#embedded]
    return { published, documents, changed, removed, embedded, problems }
  }

  /** Removes the documents whose files are gone, and not merely unreadable; gives how many. */
  async #removeMissing(): Promise<number> {
    const present = new Set(this.#files.map(({ id }) => id))
    const problemOf = problemFinder(this.#problems)
    const gone = Array.from(this.#sources, ([id, { file }]) => ({ id, file }))
      .filter(({ id }) => !present.has(id) && !this.#staysAsItIs(id))
      .filter((document) => problemOf(document) === null)
      .map(({ id }) => id)
    if (gone.length > 0) await this.#build.remove(gone)
    return gone.length
  }

  #staysAsItIs(id: string): boolean {
    const { only } = this.#options
    return only !== undefined && !only.has(id)
  }

  #findChanged(): SourceFile[] {
    const changed: SourceFile[] = []
    for (const [file, { hash, bytes }] of this.#hashes) {
      if (!this.#isChanged(file, hash)) continue
      changed.push(file)
      this.#totalBytes += bytes
    }
    return changed
  }

  async #indexAll(files: readonly SourceFile[]): Promise<void> {
    if (files.length === 0) return
    // The models load while the first document is parsed.
    this.#options.inference().catch(() => {})
    this.#dimensions = await dimensionsIn(this.#build)
    if (this.#totalBytes > 0) this.#report(0)
    const waiting = files.values()
    const lanes = Array.from({ length: LANES }, async () => {
      for (const file of waiting) await this.#index(file)
    })
    // All lanes end before the build is closed.
    const failed = (await Promise.allSettled(lanes)).find((lane) => lane.status === 'rejected')
    if (failed) throw failed.reason
  }

  async #index(file: SourceFile): Promise<void> {
    this.#options.signal?.throwIfAborted()
    const read = await this.#noteProblem(file, null, () => readSourceFile(file))
    if (!read || !this.#isChanged(file, read.hash)) return
    const { bytes, hash } = read
    const { parseTimeoutMs = PARSE_TIMEOUT_MS } = this.#options
    const document = await this.#noteProblem(file, hash, () =>
      this.#untilEnded(parseInWorker(file, read, parseTimeoutMs)),
    )
    this.#options.signal?.throwIfAborted()
    if (!document) return this.#report(bytes.length)
    await this.#build.put(document, await this.#vectorsOf(document, bytes.length))
    this.#changed += 1
  }

  /** One vector for each sentence. Those of passages that the index already has are used again. */
  async #vectorsOf(document: Document, bytes: number): Promise<Float32Array[]> {
    const texts = document.passages.map(({ start, end, sentences }) =>
      passageTextOf(document.title, { text: document.text.slice(start, end), start, sentences }),
    )
    const known = await knownVectors(this.#build, document.id)
    const missing = new Map(texts.map((text) => [keyOf(text), text]))
    for (const key of known.keys()) missing.delete(key)
    const bytesOf = (passages: readonly PassageText[]) =>
      (bytes * sentencesIn(passages)) / Math.max(sentencesIn(texts), 1)
    const { isBackground = false, signal } = this.#options
    // Each batch that waits listens. Node warns of more than ten.
    if (signal) setMaxListeners(0, signal)
    const embedBatch = async (batch: readonly PassageText[]) => {
      const inference = await this.#options.inference()
      const options = { isBackground, ...(signal && { signal }) }
      const vectors = await inference.embedSentences(batch, options)
      this.#checkDimensions(vectors.flat())
      this.#embedded += sentencesIn(batch)
      this.#report(bytesOf(batch))
      return vectors
    }
    const size = isBackground ? BACKGROUND_BATCH_SENTENCES : BATCH_SENTENCES
    const batches = batchesOf([...missing.values()], size)
    const made = (await Promise.all(batches.map(embedBatch))).flat()
    const vectors = new Map([
      ...known,
      ...Array.from(missing.keys(), (key, i) => [key, made[i] ?? []] as const),
    ])
    this.#report(bytes - bytesOf([...missing.values()]))
    return texts.flatMap((text) => {
      const ofPassage = vectors.get(keyOf(text))
      if (ofPassage?.length !== text.sentences.length)
        throw new Error('a sentence without a vector')
      return ofPassage
    })
  }

  /** Throws where a vector has not as many numbers as those of the index. Searches would fail on it, or compare nonsense. */
  #checkDimensions(vectors: readonly Float32Array[]): void {
    for (const { length } of vectors) {
      this.#dimensions ??= length
      if (length === this.#dimensions) continue
      throw new FootnoteError(
        'inference-failed',
        `The embedding model gave a vector of ${length} numbers; the others in the index have ${this.#dimensions}. Nothing was published. Compare the models with SHA256SUMS, on each machine that runs them, and build again; with --force if the index is what is wrong.`,
      )
    }
  }

  /** Whether a file with this hash is to be parsed: it changed since it became a document, or turned out to be none. */
  #isChanged(file: SourceFile, hash: string): boolean {
    if (this.#sources.get(file.id)?.hash === hash) return false
    // To parse it again would give the same, and may take a minute.
    const known = this.#knownProblems.get(file.name)
    if (known?.hash !== hash) return true
    this.#problems.push(known)
    return false
  }

  /** What `work` gives; null where it throws, which is then a problem of the file with this hash. */
  async #noteProblem<T>(
    file: SourceFile,
    hash: string | null,
    work: () => Promise<T>,
  ): Promise<T | null> {
    try {
      return await work()
    } catch (error) {
      this.#problems.push(asProblem(file, hash, error))
      return null
    }
  }

  /** What the work gives; rejects as soon as the build is to end, because parsing may take a minute and changes nothing. */
  async #untilEnded<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.#options
    if (!signal) return work
    const listening = new AbortController()
    const aborted = once(signal, 'abort', { signal: listening.signal }).then(() => {
      throw signal.reason
    })
    try {
      return await Promise.race([work, aborted])
    } finally {
      listening.abort()
    }
  }

  #report(bytes: number): void {
    this.#doneBytes += bytes
    // Shares of a file add up to the file but for rounding.
    this.#options.onProgress?.({
      doneBytes: Math.round(this.#doneBytes),
      totalBytes: this.#totalBytes,
    })
  }
}

/** How many numbers the vectors have that a generation has already; null where it has none. */
async function dimensionsIn(build: StoreBuild): Promise<number | null> {
  for (const id of (await build.sources()).keys()) {
    const [sentence] = (await build.passagesOf(id)).flatMap(({ sentences }) => sentences)
    const [vector] = sentence ? await build.vectors([sentence.id]) : []
    if (vector) return vector.length
  }
  return null
}

/** The vectors that a document has in the index: of each passage those of its sentences, by its text. */
async function knownVectors(build: StoreBuild, id: string): Promise<Map<string, Float32Array[]>> {
  const passages = await build.passagesOf(id)
  const ids = passages.flatMap(({ sentences }) => sentences.map((sentence) => sentence.id))
  const vectors = await build.vectors(ids)
  const known = new Map<string, Float32Array[]>()
  let start = 0
  for (const passage of passages) {
    const end = start + passage.sentences.length
    known.set(keyOf(passageTextOf(passage.document.title, passage)), vectors.slice(start, end))
    start = end
  }
  return known
}

function keyOf({ title, sentences }: PassageText): string {
  return JSON.stringify([title, ...sentences])
}

function sentencesIn(passages: readonly PassageText[]): number {
  return passages.reduce((sum, { sentences }) => sum + sentences.length, 0)
}

/** Divides passages into batches of at least `size` sentences, but for the last one. */
function batchesOf(passages: readonly PassageText[], size: number): PassageText[][] {
  const batches: PassageText[][] = []
  let free = 0
  for (const passage of passages) {
    if (free <= 0) {
      batches.push([])
      free = size
    }
    batches.at(-1)?.push(passage)
    free -= passage.sentences.length
  }
  return batches
}
