import { existsSync } from 'node:fs'
import path from 'node:path'
import onnxruntime from 'onnxruntime-node'
import { loadTokenizer } from './tokenizer.js'

const { InferenceSession, Tensor } = onnxruntime

/**
 * One thread for each model: two threads wait for each other several times in each layer, and on two cores two processes of one
 * thread embed 146 texts a second, one of two threads 104. Without its arena, onnxruntime gives memory back after each call: a process with
 * three models has 240 MB instead of 310, and is as fast.
 */
const SESSION_OPTIONS = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  enableCpuMemArena: false,
}

/**
 * The outputs of a model by their names: for each, the numbers of all tokens, one after the other.
 *
 * @typedef {Record<string, Float32Array>} Outputs
 */

/**
 * A model that is loaded.
 *
 * @typedef {object} ModelSession
 * @property {import('@huggingface/tokenizers').Tokenizer} tokenizer
 * @property {(ids: readonly number[], firstOfSecondText?: number) => Promise<Outputs>} run
 *   Runs one sequence of tokens. From `firstOfSecondText` on they are those of its second text; default: it has one text.
 */

/**
 * Loads a model of the folder. One that is missing is downloaded first, where that is allowed. Rejects where the model does not
 * have all of these outputs.
 *
 * @param {import('./types.ts').ModelOptions} options
 * @param {string} model
 * @param {readonly string[]} outputs
 * @returns {Promise<ModelSession>}
 */
export async function loadModel({ modelsDir, allowDownload }, model, outputs) {
  const folder = path.join(modelsDir, model)
  const file = path.join(folder, 'onnx', 'model_quantized.onnx')
  if (allowDownload && !existsSync(file)) await downloadModel(modelsDir, model)
  const tokenizer = await loadTokenizer(folder)
  const session = await InferenceSession.create(file, SESSION_OPTIONS)
  const missing = outputs.filter((name) => !session.outputNames.includes(name))
  if (missing.length > 0) throw new Error(`${model} has no output ${missing.join(', ')}.`)
  return {
    tokenizer,
    async run(ids, firstOfSecondText = ids.length) {
      /** @type {Record<string, BigInt64Array>} */
      const inputs = {
        input_ids: BigInt64Array.from(ids, BigInt),
        attention_mask: new BigInt64Array(ids.length).fill(1n),
        token_type_ids: new BigInt64Array(ids.length).fill(1n, firstOfSecondText),
      }
      const feeds = Object.entries(inputs)
        .filter(([name]) => session.inputNames.includes(name))
        .map(([name, values]) => [name, new Tensor('int64', values, [1, ids.length])])
      const results = await session.run(Object.fromEntries(feeds), outputs)
      return Object.fromEntries(
        Object.entries(results).map(([name, { data }]) => [name, floats(data)]),
      )
    },
  }
}

/**
 * Downloads a model from its hub. transformers.js is imported here, because it takes 0.15 s and 35 MB.
 *
 * @param {string} modelsDir
 * @param {string} model
 */
async function downloadModel(modelsDir, model) {
  const { AutoModel, AutoTokenizer, env } = await import('@xenova/transformers')
  env.localModelPath = modelsDir
  env.cacheDir = modelsDir
  await AutoTokenizer.from_pretrained(model)
  await (await AutoModel.from_pretrained(model)).dispose()
}

/**
 * @param {import('onnxruntime-node').Tensor['data']} data
 * @returns {Float32Array}
 */
function floats(data) {
  if (data instanceof Float32Array) return data
  throw new Error('The model gives no 32-bit floats.')
}
