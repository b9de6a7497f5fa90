// This is JavaScript with types in comments. TypeScript would need a loader, which costs every start 0.3 s and
// every process 20 MB.
import { lazyModels } from './models.js'

/** @typedef {import('./types.ts').InferenceTask} InferenceTask */
/** @typedef {import('./types.ts').InferenceResult} InferenceResult */
/** @typedef {import('./types.ts').InferenceReply} InferenceReply */

// transformers.js prints an error with its stack before it throws it.
console.warn = () => {}

/** @type {import('./types.ts').ProcessOptions} */
const options = JSON.parse(process.argv[2] ?? '{}')
const models = lazyModels(options)
let isRunning = false

// Ctrl-C and service managers signal this process too, not only its parent. A running task is finished, because
// the parent waits for it. If the parent is gone, nobody waits.
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
  // The callback keeps Node from printing an error if the parent is gone.
  process.send?.(answer, undefined, undefined, () => {})
}

/**
 * Runs one task, its texts one after the other: a batch padded to its longest text takes longer. Loads the models that it needs.
 *
 * @param {InferenceTask} task
 * @returns {Promise<InferenceResult[InferenceTask['kind']]>}
 */
async function run(task) {
  switch (task.kind) {
    case 'load':
      for (const name of task.models) await models[name]()
      return true
    case 'embed':
      return inTurn(task.texts, await models.embed())
    case 'embedSentences':
      return inTurn(task.passages, await models.embedSentences())
    case 'score': {
      const score = await models.score()
      return inTurn(task.texts, (text) => score(task.question, text))
    }
    case 'read': {
      const read = await models.read()
      return inTurn(task.texts, (text) => read(task.question, text))
    }
  }
}

/**
 * @template T, R
 * @param {readonly T[]} inputs
 * @param {(input: T) => Promise<R>} call
 */
async function inTurn(inputs, call) {
  const results = []
  for (const input of inputs) results.push(await call(input))
  return results
}
