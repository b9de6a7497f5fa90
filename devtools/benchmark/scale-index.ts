import { mkdir, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Inference } from '../../index/inference/inference.ts'
import {
  currentGeneration,
  HNSW_FILE,
  SQLITE_FILE,
} from '../../index/storage/embedded/generations.ts'
import type { Config } from '../../server/config.ts'
import { buildWithProgress } from '../../scripts/build.ts'
import type { EvaluationDocument } from '../evaluation/dataset.ts'

/** An index of many passages, as `npm start` would find it. */
export interface ScaleIndex {
  readonly documentsDir: string
  readonly indexDir: string
  readonly sqliteFile: string
  readonly hnswFile: string
  /** In bytes. */
  readonly sqliteSize: number
  readonly hnswSize: number
  /** What its build took without making the vectors, in ms. */
  readonly buildTime: number
}

/** Writes the documents to files below `folder` and builds their index, with vectors of `embed`. */
export async function buildScaleIndex(
  folder: string,
  documents: Iterable<EvaluationDocument>,
  embed: (text: string) => Float32Array,
  config: Config,
): Promise<ScaleIndex> {
  const documentsDir = path.join(folder, 'documents')
  const indexDir = path.join(folder, 'built')
  for (const { file, content } of documents) {
    const target = path.join(documentsDir, file)
    await mkdir(path.dirname(target), { recursive: true })
    await writeFile(target, content)
  }
  let embedTime = 0
  const inference = standIn((text) => {
    const started = performance.now()
    const vector = embed(text)
    embedTime += performance.now() - started
    return vector
  })
  const started = performance.now()
  await buildWithProgress({ ...config, documentsDir, indexDir }, async () => inference)
  const buildTime = performance.now() - started - embedTime
  const generation = path.join(indexDir, (await currentGeneration(indexDir)) ?? '')
  const sqliteFile = path.join(generation, SQLITE_FILE)
  const hnswFile = path.join(generation, HNSW_FILE)
  return {
    documentsDir,
    indexDir,
    sqliteFile,
    hnswFile,
    sqliteSize: (await stat(sqliteFile)).size,
    hnswSize: (await stat(hnswFile)).size,
    buildTime,
  }
}

/** Inference that only embeds, and so. */
export function standIn(embed: (text: string) => Float32Array): Inference {
  return {
    embed: async (texts) => texts.map(embed),
    score: () => Promise.reject(new Error('there is no cross-encoder in a scale run')),
    onLoss: () => {},
    close: async () => {},
  }
}
