import { createHash } from 'node:crypto'
import { EMBEDDED_TEXT_VERSION } from './embedded-texts.ts'
import { embeddingModelDigest } from './inference/model-files.ts'
import type { ModelOptions } from './inference/types.ts'
import { SPLITTING_VERSION } from './splitting/split.ts'
import { SCHEMA_VERSION } from './storage/embedded/sqlite-schema.ts'

/**
 * What an index depends on besides its documents: the embedding model's files, how texts are split and
 * embedded, the tables. An index with another fingerprint is stale, and never searched.
 */
export async function indexFingerprint(models: ModelOptions): Promise<string> {
  return createHash('sha256')
    .update(JSON.stringify([SPLITTING_VERSION, EMBEDDED_TEXT_VERSION, SCHEMA_VERSION]))
    .update(await embeddingModelDigest(models))
    .digest('hex')
}
