/** The models to load, and where they are. */
export interface ModelOptions {
  /** The folder with one folder for each model, in the layout of transformers.js. */
  readonly modelsDir: string
  readonly embeddingModel: string
  readonly rerankerModel: string
  /** Whether a model that is not in `modelsDir` may be downloaded into it from a hub. */
  readonly allowDownload: boolean
}

/** The models in one process. Both calls block the thread while they compute. */
export interface Models {
  /** The normalised embedding of a text. The model reads the first 512 tokens. */
  readonly embed: (text: string) => Promise<Float32Array>
  /** The cross-encoder's logit for "does `text` answer `question`": about +7 for yes, -11 for no. */
  readonly score: (question: string, text: string) => Promise<number>
}

/** A task for a model process, which gets one at a time. */
export type InferenceTask =
  | { readonly kind: 'load' }
  | { readonly kind: 'embed'; readonly texts: readonly string[] }
  | { readonly kind: 'score'; readonly question: string; readonly texts: readonly string[] }

export interface InferenceResult {
  load: true
  embed: Float32Array[]
  score: number[]
}

/** The reply of a model process: the result, or why there is none. */
export type InferenceReply<T extends InferenceTask = InferenceTask> =
  | { readonly result: InferenceResult[T['kind']] }
  | { readonly error: string }
