import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { FootnoteError } from '../errors.ts'
import type { EmbeddingManifest, ModelOptions } from './types.ts'

/** The name of the file in the folder of an embedding model. */
export const MANIFEST = 'embedding.json'

const EXAMPLE: EmbeddingManifest = {
  pooling: 'mean',
  questionPrefix: '',
  textPrefix: '',
  passageModel: null,
}

const schema = z.strictObject({
  pooling: z.enum(['cls', 'mean']),
  questionPrefix: z.string(),
  textPrefix: z.string(),
  // The name of a folder beside the model's own.
  passageModel: z
    .string()
    .regex(/^[\w-][\w.-]*$/)
    .nullable(),
})

/**
 * How the embedding model is used. Throws `model-missing` where its folder does not say so: a wrong pooling gives vectors that find
 * little, and no error.
 */
export async function readEmbeddingManifest({
  modelsDir,
  embeddingModel,
}: Pick<ModelOptions, 'modelsDir' | 'embeddingModel'>): Promise<EmbeddingManifest> {
  const file = path.join(modelsDir, embeddingModel, MANIFEST)
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    throw new FootnoteError(
      'model-missing',
      `${file} does not say how ${embeddingModel} embeds. Write it with the pooling ("cls" or "mean") and the prefixes that the model was trained with, for example: ${JSON.stringify(EXAMPLE)}`,
      error,
    )
  }
}
