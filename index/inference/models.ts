import {
  AutoModelForSequenceClassification,
  AutoTokenizer,
  env,
  pipeline,
  type Tensor,
} from '@xenova/transformers'

/** Where models are and which to take. */
export interface ModelOptions {
  /** Folder with one folder a model, laid out as transformers.js reads them. */
  readonly modelsDir: string
  readonly embeddingModel: string
  readonly rerankerModel: string
  /** Whether a model that is not in `modelsDir` may be fetched from a hub, into `modelsDir`. */
  readonly allowDownload: boolean
}

/** The bare models of one process. Both calls block the thread while they compute. */
export interface Models {
  /** The normalised embedding of a text; what is past 512 tokens is not read. */
  readonly embed: (text: string) => Promise<Float32Array>
  /** The cross-encoder's logit for "does `text` answer `question`": about +7 for yes, -11 for no. */
  readonly score: (question: string, text: string) => Promise<number>
}

/** Loads both models into this process; onnxruntime allows one thread of a process only. */
export async function loadModels(options: ModelOptions): Promise<Models> {
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
      const inputs: unknown = tokenize(question, { text_pair: text, truncation: true })
      const { logits }: { logits: Tensor } = await crossEncode(inputs)
      return Number(logits.data[0])
    },
  }
}
