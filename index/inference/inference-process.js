// JavaScript, with its types in comments: as TypeScript it would need a loader, which costs every
// start 0.3 s and every process 20 MB.
import { loadModels } from './models.js'

/** @typedef {import('./types.ts').InferenceTask} InferenceTask */
/** @typedef {import('./types.ts').InferenceResult} InferenceResult */
/** @typedef {import('./types.ts').InferenceReply} InferenceReply */

// transformers.js prints an error with its stack before it throws it.
console.warn = () => {}

/** @type {import('./types.ts').ModelOptions} */
const options = JSON.parse(process.argv[2] ?? '{}')
const models = loadModels(options)
// Each task says so, the first of them too.
models.catch(() => {})
let isRunning = false

// Ctrl-C reaches the whole process group, and service managers signal every process of a service:
// what runs is finished, since the parent waits for it. A parent that is gone waits for nothing.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {
  if (!isRunning) process.exit(0)
})
process.on('disconnect', () => process.exit(0))
process.on('message', (/** @type {InferenceTask} */ task) => void reply(task))

/** @param {InferenceTask} task */
async function reply(task) {
  isRunning = true
  /** @type {InferenceReply} */
  const answer = await run(task).then(
    (result) => ({ result }),
    (error) => ({ error: String(error) }),
  )
  isRunning = false
  // Without a callback a parent that is gone would be an error, printed where nobody expects it.
  process.send?.(answer, undefined, undefined, () => {})
}

/**
 * One task, its texts one after the other: a batch padded to its longest text takes longer.
 *
 * @param {InferenceTask} task
 * @returns {Promise<InferenceResult[InferenceTask['kind']]>}
 */
async function run(task) {
  const { embed, score } = await models
  switch (task.kind) {
    case 'load':
      return true
    case 'embed':
      return inTurn(task.texts, embed)
    case 'score':
      return inTurn(task.texts, (text) => score(task.question, text))
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
