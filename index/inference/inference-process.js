// JavaScript, with its types in comments: as TypeScript it would need a loader, which costs every
// start 0.3 s and every process 20 MB.
import { loadModels } from './models.js'

/** @typedef {import('./types.ts').InferenceTask} InferenceTask */
/** @typedef {import('./types.ts').InferenceResult} InferenceResult */

// transformers.js prints an error with its stack before it throws it.
console.warn = () => {}

/** @type {import('./types.ts').ModelOptions} */
const options = JSON.parse(process.argv[2] ?? '{}')
/** @type {ReturnType<typeof loadModels> | undefined} */
let models
let running = 0

// Ctrl-C reaches the whole process group, and service managers signal every process of a service:
// what runs is finished, since the parent waits for it. A parent that is gone waits for nothing.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {
  if (running === 0) process.exit(0)
})
process.on('disconnect', () => process.exit(0))

/**
 * One task, its texts one after the other: a batch padded to its longest text takes longer.
 *
 * @param {InferenceTask} task
 * @returns {Promise<InferenceResult[InferenceTask['kind']]>}
 */
export default async function run(task) {
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

/**
 * @template T
 * @param {readonly string[]} texts
 * @param {(text: string) => Promise<T>} call
 */
async function inTurn(texts, call) {
  const results = []
  for (const text of texts) results.push(await call(text))
  return results
}
