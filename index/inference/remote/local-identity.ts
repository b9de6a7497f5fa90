import { createHash } from 'node:crypto'
import type { Inference } from '../inference.ts'
import { embeddingDigest, modelDigest } from '../model-files.ts'
import type { ModelOptions } from '../types.ts'
import { digestedParts, type Identity } from './wire.ts'

/** What this machine says of its models to those that use them. `inference` runs them. Rejects as its calls do. */
export async function localIdentity(
  options: ModelOptions,
  inference: Pick<Inference, 'embed'>,
): Promise<Identity> {
  const { modelsDir, rerankerModel, readerModel } = options
  const embedding = await embeddingDigest(options)
  const others = [rerankerModel, readerModel]
  const digests = await Promise.all(others.map((name) => modelDigest(modelsDir, name)))
  const models = createHash('sha256')
    .update(digestedParts([embedding, ...digests]))
    .digest('hex')
  // Not from config.json, where each kind of model has another name for it.
  const [vector] = await inference.embed(['How many dimensions has an embedding?'])
  return { models, embedding, dimensions: vector?.length ?? 0 }
}
