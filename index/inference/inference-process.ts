import { loadModels, type ModelOptions } from './models.ts'

/** What the pool sends; the answer is what {@link InferenceResult} says for each. */
export type InferenceTask =
  | { readonly kind: 'load' }
  | { readonly kind: 'embed'; readonly texts: readonly string[] }
  | { readonly kind: 'score'; readonly question: string; readonly texts: readonly string[] }

export interface InferenceResult {
  load: true
  embed: Float32Array[]
  score: number[]
}

// transformers.js prints an error with its stack before it throws it.
console.warn = () => {}

const options: ModelOptions = JSON.parse(process.argv[2] ?? '{}')
let models: ReturnType<typeof loadModels> | undefined
let running = 0

// Ctrl-C reaches the whole process group, and service managers signal every process of a service:
// what runs is finished, since the parent waits for it. A parent that is gone waits for nothing.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {
  if (running === 0) process.exit(0)
})
process.on('disconnect', () => process.exit(0))

/** One task, its texts one after the other: a batch padded to its longest text takes longer. */
export default async function run(task: InferenceTask): Promise<InferenceResult[typeof task.kind]> {
  running += 1
  try {
    // Not at import time: a pool whose process dies before its first task never says why.
    models ??= loadModels(options)
    const { embed, score } = await models
    switch (task.kind) {
      case 'load':
        return true
      case 'embed':
        return await inTurn(task.texts, embed)
      case 'score':
        return await inTurn(task.texts, (text) => score(task.question, text))
    }
  } finally {
    running -= 1
  }
}

async function inTurn<T>(texts: readonly string[], call: (text: string) => Promise<T>) {
  const results: T[] = []
  for (const text of texts) results.push(await call(text))
  return results
}
