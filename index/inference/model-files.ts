import path from 'node:path'
import { FootnoteError } from '../errors.ts'
import { exists, hashFile } from '../files.ts'
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
  await findModel(modelsDir, rerankerModel, 'RERANKER_MODEL')
  await findModel(modelsDir, readerModel, 'READER_MODEL')
}

/** A digest of the files of a model in `modelsDir`. */
export async function modelDigest(modelsDir: string, model: string): Promise<string> {
  const folder = path.join(modelsDir, model)
  const digests = await Promise.all(FILES.map((file) => hashFile(path.join(folder, file))))
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
