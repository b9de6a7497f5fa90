import { loadCrossEncoder } from './cross-encoder.js'
import { loadEmbedder, loadSentenceEmbedder } from './embedder.js'
import { loadReader } from './reader.js'

/**
 * The models of this process, each loaded when it is first used; onnxruntime allows one thread of a process only.
 *
 * @param {import('./types.ts').ProcessOptions} options
 * @returns {import('./types.ts').LazyModels}
 */
export function lazyModels(options) {
  return {
    embed: once(() => loadEmbedder(options)),
    embedSentences: once(() => loadSentenceEmbedder(options)),
    score: once(() => loadCrossEncoder(options)),
    read: once(() => loadReader(options)),
  }
}

/**
 * @template T
 * @param {() => Promise<T>} load
 */
function once(load) {
  /** @type {Promise<T> | undefined} */
  let loading
  return () => (loading ??= load())
}
