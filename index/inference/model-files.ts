import path from 'node:path'
import { FootnoteError } from '../errors.ts'
import { exists, hashFile } from '../files.ts'
import { MANIFEST, readEmbeddingManifest } from './embedding-manifest.ts'
import type { ModelOptions } from './types.ts'

const FILES = [
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'onnx/model_quantized.onnx',
]

/** Throws `model-missing`, with the missing files and what to do, unless all models are there or may be downloaded. */
export async function checkModelFiles(options: ModelOptions): Promise<void> {
  if (options.remote || options.allowDownload) return
  const { modelsDir, embeddingModel, rerankerModel, readerModel } = options
  // One after the other: where several models are missing, the message is the same each time.
  await findModel(modelsDir, embeddingModel, 'EMBEDDING_MODEL')
  const { passageModel } = await readEmbeddingManifest(options)
  if (passageModel !== null) await findModel(modelsDir, passageModel, 'EMBEDDING_MODEL')
  await findModel(modelsDir, rerankerModel, 'RERANKER_MODEL')
  await findModel(modelsDir, readerModel, 'READER_MODEL')
}

/** A digest of the files of a model in `modelsDir`. */
export function modelDigest(modelsDir: string, model: string): Promise<string> {
  return digestOf(FILES.map((file) => path.join(modelsDir, model, file)))
}

/** A digest of all that decides which vectors the embedding model gives for questions and for sentences. */
export async function embeddingDigest(options: ModelOptions): Promise<string> {
  const { modelsDir, embeddingModel } = options
  const { passageModel } = await readEmbeddingManifest(options)
  const manifest = await digestOf([path.join(modelsDir, embeddingModel, MANIFEST)])
  const models = [embeddingModel, ...(passageModel === null ? [] : [passageModel])]
  const digests = await Promise.all(models.map((model) => modelDigest(modelsDir, model)))
  return [manifest, ...digests].join(' ')
}

async function digestOf(files: readonly string[]): Promise<string> {
  const digests = await Promise.all(files.map((file) => hashFile(file)))
  return digests.join(' ')
}

async function findModel(modelsDir: string, model: string, setting: string): Promise<void> {
  const folder = path.join(modelsDir, model)
  const found = await Promise.all(FILES.map((file) => exists(path.join(folder, file))))
  const missing = FILES.filter((_, i) => !found[i])
  if (missing.length === 0) return
  throw new FootnoteError(
    'model-missing',
    `The model ${model} lacks ${missing.join(', ')} in ${folder}. Restore it, or set MODELS_DIR or ${setting}; ALLOW_MODEL_DOWNLOAD=1 lets it be fetched.`,
  )
}
