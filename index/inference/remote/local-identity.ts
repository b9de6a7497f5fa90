import { createHash } from 'node:crypto'
import { modelDigest } from '../model-files.ts'
import type { ModelOptions } from '../types.ts'
import { digestedParts, type Identity } from './wire.ts'

/** What this machine says of its models to those that use them. */
export async function localIdentity(options: ModelOptions): Promise<Identity> {
  const { modelsDir, embeddingModel, rerankerModel, readerModel } = options
  const names = [embeddingModel, rerankerModel, readerModel]
  const digests = await Promise.all(names.map((name) => modelDigest(modelsDir, name)))
  const models = createHash('sha256').update(digestedParts(digests)).digest('hex')
  return { models, embedding: digests[0] ?? '' }
}
