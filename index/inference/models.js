import {
  AutoModelForSequenceClassification,
  AutoTokenizer,
  env,
  pipeline,
} from '@xenova/transformers'

/**
 * Loads both models into this process; onnxruntime allows one thread of a process only.
 *
 * @param {import('./types.ts').ModelOptions} options
 * @returns {Promise<import('./types.ts').Models>}
 */
export async function loadModels(options) {
  env.localModelPath = options.modelsDir
  env.cacheDir = options.modelsDir
  env.allowRemoteModels = options.allowDownload
  const extract = await pipeline('feature-extraction', options.embeddingModel)
  const tokenize = await AutoTokenizer.from_pretrained(options.rerankerModel)
  const crossEncode = await AutoModelForSequenceClassification.from_pretrained(
    options.rerankerModel,
  )
  return {
    async embed(text) {
      const { data } = await extract(text, { pooling: 'cls', normalize: true })
      return Float32Array.from(data, Number)
    },
    async score(question, text) {
      const inputs = tokenize(question, { text_pair: text, truncation: true })
      const { logits } = await crossEncode(inputs)
      return Number(logits.data[0])
    },
  }
}
