import { loadModel } from './model-session.js'
import { MAX_TOKENS, sequencesOf } from './tokens.js'

/** What an embedding model gives: the vectors of its tokens, one after the other. */
const STATES = 'last_hidden_state'

/**
 * @param {import('./types.ts').ProcessOptions} options
 * @returns {Promise<import('./types.ts').Models['embed']>}
 */
export async function loadEmbedder(options) {
  const { pooling, questionPrefix } = options.embedding
  const embed = await loadTextEmbedder(options, pooling)
  return (text) => embed(questionPrefix + text)
}

/**
 * The vectors of the sentences of a passage: by the passage model where there is one, or else one after the other by the embedding
 * model.
 *
 * @param {import('./types.ts').ProcessOptions} options
 * @returns {Promise<import('./types.ts').Models['embedSentences']>}
 */
export async function loadSentenceEmbedder(options) {
  const { pooling, textPrefix, passageModel } = options.embedding
  if (passageModel !== null) return loadPassageEmbedder(options, passageModel)
  const embed = await loadTextEmbedder(options, pooling)
  return async ({ title, sentences }) => {
    const vectors = []
    for (const [i, sentence] of sentences.entries()) {
      // The sentence before is left out where the model could not read both.
      const before = sentences[i - 1] ?? ''
      const isShort = before.length + sentence.length < MAX_PAIR_LENGTH
      const text = isShort ? `${before} ${sentence}`.trim() : sentence
      vectors.push(await embed(`${textPrefix}${title}: ${text}`))
    }
    return vectors
  }
}

/** The longest two sentences that are embedded together, in UTF-16 code units: the model reads 512 tokens. */
const MAX_PAIR_LENGTH = 2000

/** How many tokens of a title the passage model reads. The text needs the others. */
const MAX_TITLE_TOKENS = 64

/**
 * @param {import('./types.ts').ModelOptions} options
 * @param {string} passageModel
 * @returns {Promise<import('./types.ts').Models['embedSentences']>}
 */
async function loadPassageEmbedder(options, passageModel) {
  const model = await loadModel(options, passageModel, [STATES])
  const { classifier, separator, idsOf } = sequencesOf(model.tokenizer)
  return async ({ title, sentences }) => {
    const titled = [classifier, ...idsOf(`${title}: `).slice(0, MAX_TITLE_TOKENS)]
    const room = MAX_TOKENS - titled.length - 1
    const vectors = []
    for (const { context, tokens } of windowsOf(sentences.map(idsOf), room)) {
      const ids = [...titled, ...context, ...tokens.flat(), separator]
      const { [STATES]: states = new Float32Array() } = await model.run(ids)
      let start = titled.length + context.length
      for (const { length } of tokens) {
        vectors.push(meanVector(states, ids.length, { start, end: start + length }))
        start += length
      }
    }
    return vectors
  }
}

/**
 * Divides sentences, given by their tokens, into windows of at most `room` tokens, each with the sentence before it as context where
 * that leaves room. A sentence that is longer alone is cut.
 *
 * @param {readonly (readonly number[])[]} sentences
 * @param {number} room
 */
export function windowsOf(sentences, room) {
  /** @type {{ context: readonly number[], tokens: (readonly number[])[] }[]} */
  const windows = []
  let free = 0
  for (const [i, whole] of sentences.entries()) {
    const sentence = whole.slice(0, room)
    if (sentence.length > free || windows.length === 0) {
      const before = sentences[i - 1] ?? []
      const context = before.length + sentence.length <= room ? before : []
      windows.push({ context, tokens: [] })
      free = room - context.length
    }
    windows.at(-1)?.tokens.push(sentence)
    free -= sentence.length
  }
  return windows
}

/**
 * @param {import('./types.ts').ModelOptions} options
 * @param {import('./types.ts').EmbeddingManifest['pooling']} pooling
 * @returns {Promise<(text: string) => Promise<Float32Array>>}
 */
async function loadTextEmbedder(options, pooling) {
  const model = await loadModel(options, options.embeddingModel, [STATES])
  const { classifier, separator, idsOf } = sequencesOf(model.tokenizer)
  return async (text) => {
    const ids = [classifier, ...idsOf(text).slice(0, MAX_TOKENS - 2), separator]
    const { [STATES]: states = new Float32Array() } = await model.run(ids)
    const end = pooling === 'cls' ? 1 : ids.length
    return meanVector(states, ids.length, { start: 0, end })
  }
}

/**
 * The normalised mean of the vectors of some tokens; that of the first token where there are none.
 *
 * @param {Float32Array} states
 * @param {number} tokens how many tokens there are vectors of
 * @param {import('../span.ts').Span} span the tokens
 */
function meanVector(states, tokens, { start, end }) {
  const dimensions = states.length / tokens
  const vector = new Float32Array(dimensions)
  const [first, last] = start < end ? [start, end] : [0, 1]
  for (let i = first * dimensions; i < last * dimensions; i += 1) {
    vector[i % dimensions] = Number(vector[i % dimensions]) + Number(states[i])
  }
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
  return vector.map((value) => value / length)
}
