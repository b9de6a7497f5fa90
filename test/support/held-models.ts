import { EventEmitter, once } from 'node:events'
import type { Inference } from '../../index/inference/inference.ts'
import { wordVectors } from './word-vectors.ts'

/** A gate: `passed` resolves when `open` is called. */
export interface Gate {
  readonly passed: Promise<unknown>
  readonly open: () => void
}

/** A closed gate. */
export function gate(): Gate {
  const opening = new EventEmitter()
  return { passed: once(opening, 'open'), open: () => void opening.emit('open') }
}

/** Word vectors that read nothing until the gate is open: what is searched for is known then, and no answer. */
export function heldModels({ passed }: Gate): Inference {
  const models = wordVectors()
  return {
    ...models,
    read: async (question, texts) => {
      await passed
      return models.read(question, texts)
    },
  }
}
