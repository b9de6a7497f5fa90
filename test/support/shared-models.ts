import { cp } from 'node:fs/promises'
import { inject } from 'vitest'
import type { Inference } from '../../index/inference/inference.ts'
import { connectInference } from '../../index/inference/remote/remote-inference.ts'

/** Three times what a text takes on a busy machine. */
const TIMEOUT_PER_TEXT_MS = 3000

/**
 * The real models, in one process that all test files share: nothing to wait for, and nothing to
 * close. A test about the processes themselves starts its own with `startInference`.
 */
export async function sharedInference(): Promise<Inference> {
  const remote = { addresses: [modelsUrl()], key: null }
  return connectInference(remote, { processes: 1, timeoutPerTextMs: TIMEOUT_PER_TEXT_MS })
}

/** The folder of an index of the shipped documents, which all test files share: only read it. */
export async function shippedIndexFolder(): Promise<string> {
  const response = await fetch(`${modelsUrl()}/shipped-index`)
  if (response.ok) return response.text()
  throw new Error(`The models server answered ${response.status}: ${await response.text()}`)
}

/** Copies the index of the shipped documents into a folder, for a server that has it to itself. */
export async function copyShippedIndex(folder: string): Promise<void> {
  await cp(await shippedIndexFolder(), folder, { recursive: true })
}

function modelsUrl(): string {
  const url = inject('modelsUrl')
  if (url !== undefined) return url
  throw new Error('Only files named *.models.test.ts have the models. Rename the test file.')
}
