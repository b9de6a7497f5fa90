import type { Span } from '../span.ts'

/** The models to load, and where they are. */
export interface ModelOptions {
  /** The folder with one folder for each model, in the layout of transformers.js. */
  readonly modelsDir: string
  readonly embeddingModel: string
  readonly rerankerModel: string
  readonly readerModel: string
  /** Whether a model that is not in `modelsDir` may be downloaded into it from a hub. */
  readonly allowDownload: boolean
  /** Machines that run the models; null: this one, and only then the fields above matter. */
  readonly remote: RemoteModels | null
}

/** How an embedding model is used: what stands in `embedding.json` in its folder. */
export interface EmbeddingManifest {
  /** What of a text's tokens is its vector: that of the first token, or the mean of all. */
  readonly pooling: 'cls' | 'mean'
  /** What stands before a question. */
  readonly questionPrefix: string
  /** What stands before a text that is searched. */
  readonly textPrefix: string
  /**
   * The folder of a model that embeds all sentences of a passage in one pass, each as the mean of its tokens, into the same space as
   * the questions; null: the embedding model embeds each sentence alone.
   */
  readonly passageModel: string | null
}

/** What a model process gets. */
export interface ProcessOptions extends ModelOptions {
  readonly embedding: EmbeddingManifest
}

/** A passage to be embedded, with white space folded. */
export interface PassageText {
  readonly title: string
  /** The texts of its sentences, in order. */
  readonly sentences: readonly string[]
}

/** Where other machines run the models, each started with `--inference-only`. */
export interface RemoteModels {
  /** Their addresses, at least one, without a `/` at the end. They are used in turn. */
  readonly addresses: readonly string[]
  /** The key that they ask for; null: none. */
  readonly key: string | null
}

/**
 * What the reader made of a text, token by token. Differences of logits are log odds. The place of a token is that of its
 * whole word or punctuation mark, in UTF-16 code units, so that no highlight cuts a word.
 */
export interface Reading {
  readonly places: readonly Span[]
  /** That the words that answer start at this token. */
  readonly starts: Float32Array
  /** That they end with this token. */
  readonly ends: Float32Array
  /** That this token belongs to a sentence that answers. */
  readonly evidence: Float32Array
  /** That nothing in the text answers: to be compared with the sum of a start and an end. */
  readonly notHere: number
}

/** The models in one process. All calls block the thread while they compute. Each model reads 512 tokens. */
export interface Models {
  /** The normalised embedding of a question, or of a text that is searched for. */
  readonly embed: (text: string) => Promise<Float32Array>
  /** The normalised embedding of each sentence of a passage. */
  readonly embedSentences: (passage: PassageText) => Promise<Float32Array[]>
  /** The cross-encoder's logit for "does `text` answer `question`": about +7 for yes, -11 for no. */
  readonly score: (question: string, text: string) => Promise<number>
  /** Reads a text for the words that answer. It takes at most 64 tokens of the question. */
  readonly read: (question: string, text: string) => Promise<Reading>
}

/** The name of a model's function. */
export type ModelName = keyof Models

/** Functions that give the models, and load each at the first call. */
export type LazyModels = { readonly [Name in ModelName]: () => Promise<Models[Name]> }

/** A task for a model process, which gets one at a time. */
export type InferenceTask =
  | { readonly kind: 'load'; readonly models: readonly ModelName[] }
  | { readonly kind: 'embed'; readonly texts: readonly string[] }
  | { readonly kind: 'embedSentences'; readonly passages: readonly PassageText[] }
  | { readonly kind: 'score'; readonly question: string; readonly texts: readonly string[] }
  | { readonly kind: 'read'; readonly question: string; readonly texts: readonly string[] }

export interface InferenceResult {
  load: true
  embed: Float32Array[]
  embedSentences: Float32Array[][]
  score: number[]
  read: Reading[]
}

/** The reply of a model process: the result, or why there is none. */
export type InferenceReply<T extends InferenceTask = InferenceTask> =
  | { readonly result: InferenceResult[T['kind']] }
  | { readonly error: string }
