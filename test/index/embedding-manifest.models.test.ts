import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { cosine } from '../../index/cosine.ts'
import { startInference } from '../../index/inference/inference.ts'
import type { EmbeddingManifest } from '../../index/inference/types.ts'
import { indexRecipe } from '../../index/recipe.ts'
import { MODELS } from '../support/project.ts'
import { temporaryFolder } from '../support/temporary.ts'

const PASSAGE = { title: 'Cats', sentences: ['Cats sleep all day.', 'They hunt at night.'] }

/** The models that ship, with another manifest of the embedding model; none if it is null. */
async function modelsWith(manifest: Partial<EmbeddingManifest> | string | null) {
  const modelsDir = await temporaryFolder()
  const model = MODELS.embeddingModel
  for (const name of await readdir(MODELS.modelsDir)) {
    if (name === model) await mkdir(path.join(modelsDir, name))
    else await symlink(path.join(MODELS.modelsDir, name), path.join(modelsDir, name))
  }
  for (const name of await readdir(path.join(MODELS.modelsDir, model))) {
    if (name === 'embedding.json') continue
    await symlink(path.join(MODELS.modelsDir, model, name), path.join(modelsDir, model, name))
  }
  const file = path.join(modelsDir, model, 'embedding.json')
  const shipped = await readFile(path.join(MODELS.modelsDir, model, 'embedding.json'), 'utf8')
  if (typeof manifest === 'string') await writeFile(file, manifest)
  else if (manifest) await writeFile(file, JSON.stringify({ ...JSON.parse(shipped), ...manifest }))
  return { ...MODELS, modelsDir, processes: 1 }
}

async function startWith(manifest: Partial<EmbeddingManifest>) {
  const inference = await startInference(await modelsWith(manifest))
  onTestFinished(() => inference.close())
  return inference
}

async function embedded(manifest: Partial<EmbeddingManifest>) {
  const inference = await startWith(manifest)
  const [question = new Float32Array()] = await inference.embed(['When do cats hunt?'])
  const [[, sentence = new Float32Array()] = []] = await inference.embedSentences([PASSAGE])
  return { question, sentence }
}

test('without a passage model, the embedding model embeds each sentence with the one before it', async () => {
  const [together, alone] = [await embedded({}), await embedded({ passageModel: null })]
  expect(alone.question).toEqual(together.question)
  expect(cosine(alone.sentence, together.sentence)).toBeGreaterThan(0.8)
  expect(alone.sentence).not.toEqual(together.sentence)
  const inference = await startWith({ passageModel: null })
  const [likeThat] = await inference.embed(['Cats: Cats sleep all day. They hunt at night.'])
  expect(likeThat).toEqual(alone.sentence)
})

test('the pooling and the prefixes are those of the manifest', async () => {
  const plain = await embedded({ passageModel: null })
  const mean = await embedded({ passageModel: null, pooling: 'mean' })
  expect(cosine(mean.question, mean.question)).toBeCloseTo(1, 5)
  expect(mean.question).not.toEqual(plain.question)
  const prefixed = await embedded({ passageModel: null, questionPrefix: 'query: ' })
  expect(prefixed.question).not.toEqual(plain.question)
  expect(prefixed.sentence).toEqual(plain.sentence)
})

test('another manifest makes another index', async () => {
  const recipes = await Promise.all(
    [{}, { pooling: 'mean' as const }].map(async (manifest) =>
      indexRecipe(await modelsWith(manifest)),
    ),
  )
  expect(new Set(recipes).size).toBe(2)
})

test.each([
  null,
  '',
  '{}',
  '{"pooling":"max","questionPrefix":"","textPrefix":"","passageModel":null}',
  '{"pooling":"cls","questionPrefix":"","textPrefix":"","passageModel":"../elsewhere"}',
])('a manifest that does not say how is refused, with an example: %s', async (manifest) => {
  await expect(startInference(await modelsWith(manifest))).rejects.toMatchObject({
    code: 'model-missing',
    message: expect.stringMatching(
      /embedding\.json does not say how .* embeds\..*"pooling":"mean"/,
    ),
  })
})
