import { embeddingDigest } from './inference/model-files.ts'
import { EMBEDDED_TEXT_VERSION } from './passage-texts.ts'
import type { ModelOptions } from './inference/types.ts'
import { LANGUAGE_VERSION } from './language/languages.ts'
import { SPLITTING_VERSION } from './splitting/split.ts'

/**
 * What an index is made with, besides its documents and its tables: the embedding model's files, the rules of languages,
 * how texts are split and embedded. An index that was made with anything else is stale, and is never searched.
 */
export async function indexRecipe(models: ModelOptions): Promise<string> {
  const versions = [LANGUAGE_VERSION, SPLITTING_VERSION, EMBEDDED_TEXT_VERSION]
  return JSON.stringify([...versions, await digestOfEmbedding(models)])
}

async function digestOfEmbedding(models: ModelOptions): Promise<string> {
  const { remote } = models
  if (!remote) return embeddingDigest(models)
  const { remoteIdentity } = await import('./inference/remote/remote-identity.ts')
  return (await remoteIdentity(remote)).embedding
}
