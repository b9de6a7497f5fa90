import { cp } from 'node:fs/promises'
import { deserialize, serialize } from 'node:v8'
import { inject } from 'vitest'
import { FootnoteError } from '../../index/errors.ts'
import type { Inference } from '../../index/inference/inference.ts'
import type { InferenceReply, InferenceTask } from '../../index/inference/types.ts'

/**
 * The real models, in one process that all test files share: nothing to wait for, and nothing to
 * close. A test about the processes themselves starts its own with `startInference`.
 */
export function sharedInference(): Inference {
  return {
    embed: (texts) => run({ kind: 'embed', texts }),
    score: (question, texts) => run({ kind: 'score', question, texts }),
    read: (question, texts) => run({ kind: 'read', question, texts }),
    isAvailable: () => true,
    onProcessFailure: () => () => {},
    async close() {},
  }
}

/** The folder of an index of the shipped documents, which all test files share: only read it. */
export async function shippedIndexFolder(): Promise<string> {
  return (await request('/shipped-index')).text()
}

/** Copies the index of the shipped documents into a folder, for a server that has it to itself. */
export async function copyShippedIndex(folder: string): Promise<void> {
  await cp(await shippedIndexFolder(), folder, { recursive: true })
}

async function run<T extends InferenceTask>(task: T) {
  const response = await request('/run', { method: 'POST', body: Uint8Array.from(serialize(task)) })
  const reply: InferenceReply<T> = deserialize(await response.bytes())
  if ('error' in reply) {
    throw new FootnoteError('inference-failed', `The shared models failed: ${reply.error}`)
  }
  return reply.result
}

async function request(route: string, init: RequestInit = {}): Promise<Response> {
  const url = inject('modelsUrl')
  if (url === undefined) {
    throw new Error('Only files named *.models.test.ts have the models. Rename the test file.')
  }
  const response = await fetch(`${url}${route}`, init)
  if (!response.ok) {
    throw new Error(`The models server answered ${response.status}: ${await response.text()}`)
  }
  return response
}
