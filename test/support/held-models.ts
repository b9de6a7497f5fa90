import type { Inference } from '../../index/inference/inference.ts'
import { wordVectors } from './word-vectors.ts'

/** A gate that calls wait at until it is opened. */
export function gate(): { readonly passed: Promise<void>; open(): void } {
  let open = () => {}
  const passed = new Promise<void>((resolve) => {
    open = resolve
  })
  return { passed, open: () => open() }
}

/** Word vectors whose search waits: nothing is found until `passed` resolves. */
export function heldModels(passed: Promise<void>): Inference {
  const models = wordVectors()
  return {
    ...models,
    embed: async (texts) => {
      await passed
      return models.embed(texts)
    },
  }
}
