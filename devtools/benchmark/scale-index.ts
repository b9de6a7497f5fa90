import { mkdir, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type BuildOptions, buildIndex } from '../../index/build.ts'
import { exists } from '../../index/files.ts'
import type { Inference } from '../../index/inference/inference.ts'
import {
  currentGeneration,
  HNSW_FILE,
  LISTS_FILE,
  SQLITE_FILE,
} from '../../index/storage/embedded/generations.ts'
import type { IndexStorage } from '../../index/storage/storage.ts'
import type { Config } from '../../server/config.ts'
import { embeddedEngine } from '../../server/engine.ts'
import type { EvaluationDocument } from '../evaluation/dataset.ts'

/** An index of many passages, as `npm start` finds it. */
export interface ScaleIndex {
  readonly documentsDir: string
  readonly indexDir: string
  readonly sqliteFile: string
  /** The graph or the lists of the vectors. */
  readonly vectorsFile: string
  readonly sqliteBytes: number
  readonly vectorsBytes: number
  /** The time of the build without the time for making vectors. */
  readonly buildMs: number
}

/**
 * Writes the documents to files below `folder` and builds their index, with the vectors that
 * `embed` gives.
 */
export async function buildScaleIndex(
  folder: string,
  documents: Iterable<EvaluationDocument>,
  embed: (text: string) => Float32Array,
  config: Config,
  onProgress: BuildOptions['onProgress'],
): Promise<ScaleIndex> {
  const documentsDir = path.join(folder, 'documents')
  const indexDir = path.join(folder, 'built')
  await writeDocuments(documentsDir, documents)
  const { storage } = embeddedEngine({ ...config, indexDir })
  const buildMs = await timeBuild({ ...config, documentsDir }, storage, embed, onProgress)
  const generation = path.join(indexDir, (await currentGeneration(indexDir)) ?? '')
  const sqliteFile = path.join(generation, SQLITE_FILE)
  const graphFile = path.join(generation, HNSW_FILE)
  const vectorsFile = (await exists(graphFile)) ? graphFile : path.join(generation, LISTS_FILE)
  return {
    documentsDir,
    indexDir,
    sqliteFile,
    vectorsFile,
    sqliteBytes: (await stat(sqliteFile)).size,
    vectorsBytes: (await stat(vectorsFile)).size,
    buildMs,
  }
}

/** Brings an index up to date with a folder. Gives how long it took without `embed`, in ms. */
export async function timeBuild(
  { documentsDir, inference: models }: Config,
  storage: IndexStorage,
  embed: (text: string) => Float32Array,
  onProgress?: BuildOptions['onProgress'],
): Promise<number> {
  let embeddingMs = 0
  const inference = embeddingOnly((text) => {
    const startedAt = performance.now()
    const vector = embed(text)
    embeddingMs += performance.now() - startedAt
    return vector
  })
  const startedAt = performance.now()
  await buildIndex({
    documentsDir,
    storage,
    models,
    inference: async () => inference,
    ...(onProgress && { onProgress }),
  })
  return performance.now() - startedAt - embeddingMs
}

async function writeDocuments(
  folder: string,
  documents: Iterable<EvaluationDocument>,
): Promise<void> {
  for (const { file, content } of documents) {
    const target = path.join(folder, file)
    await mkdir(path.dirname(target), { recursive: true })
    await writeFile(target, content)
  }
}

/** Inference that embeds with `embed` and cannot score. */
export function embeddingOnly(embed: (text: string) => Float32Array): Inference {
  return {
    embed: async (texts) => texts.map(embed),
    embedSentences: async (passages) =>
      passages.map(({ title, sentences }) =>
        sentences.map((sentence) => embed(`${title}: ${sentence}`)),
      ),
    score: () => Promise.reject(new Error('a scale run has no cross-encoder')),
    read: () => Promise.reject(new Error('a scale run has no reader')),
    isAvailable: () => true,
    onProcessFailure: () => () => {},
    close: async () => {},
  }
}
