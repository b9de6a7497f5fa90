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

/** What is sent to a model process, one at a time. */
export type InferenceTask =
  | { readonly kind: 'load' }
  | { readonly kind: 'embed'; readonly texts: readonly string[] }
  | { readonly kind: 'score'; readonly question: string; readonly texts: readonly string[] }

export interface InferenceResult {
  load: true
  embed: Float32Array[]
  score: number[]
}

/** What a model process sends back: the result, or why there is none. */
export type InferenceReply<T extends InferenceTask = InferenceTask> =
  | { readonly result: InferenceResult[T['kind']] }
  | { readonly error: string }
