import {
  AutoModel,
  AutoModelForSequenceClassification,
  AutoTokenizer,
  env,
  pipeline,
  Tensor,
} from '@xenova/transformers'

/** How many tokens the reader reads, of a question and a text together. */
const MAX_TOKENS = 512

/** How many tokens of a question the reader reads, as in its training. */
const MAX_QUESTION_TOKENS = 64

/**
 * The words and the punctuation marks of a text, at which the tokenizer cuts it: their tokens are those of the whole text.
 * It cuts at every punctuation mark of Unicode, and at every other character of ASCII that is neither letter nor digit.
 */
const WORD_OR_MARK = /[^\s\p{P}$+<=>^`|~]+|[\p{P}$+<=>^`|~]/gu

/** What the reader gives for each token. */
const OUTPUTS = ['start', 'end', 'evidence']

/**
 * Loads all models into this process; onnxruntime allows one thread of a process only.
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
  const read = await loadReader(options)
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
    read,
  }
}

/**
 * @param {import('./types.ts').ModelOptions} options
 * @returns {Promise<import('./types.ts').Models['read']>}
 */
async function loadReader({ readerModel }) {
  const tokenizer = await AutoTokenizer.from_pretrained(readerModel)
  const run = await AutoModel.from_pretrained(readerModel)
  const missing = OUTPUTS.filter((name) => !run.session.outputNames.includes(name))
  if (missing.length > 0) throw new Error(`${readerModel} has no output ${missing.join(', ')}.`)
  /** @type {(text: string) => number[]} */
  const idsOf = (text) => tokenizer.encode(text, null, { add_special_tokens: false })
  // "[CLS]" stands first and "[SEP]" last in every sequence.
  const [classifier = 0, separator = 0] = tokenizer.encode('')
  return async (question, text) => {
    const ofQuestion = tokensOf(question, idsOf, MAX_QUESTION_TOKENS)
    const asked = [classifier, ...ofQuestion.tokens, separator]
    const { tokens, places } = tokensOf(text, idsOf, MAX_TOKENS - asked.length - 1)
    const ids = [...asked, ...tokens, separator]
    const dims = [1, ids.length]
    /** @type {(values: readonly number[]) => Tensor} */
    const tensor = (values) => new Tensor('int64', BigInt64Array.from(values, BigInt), dims)
    const { start, end, evidence } = await run({
      input_ids: tensor(ids),
      attention_mask: tensor(ids.map(() => 1)),
      token_type_ids: tensor(ids.map((_, i) => Number(i >= asked.length))),
    })
    /** @type {(logits: Float32Array) => Float32Array} */
    const ofText = (logits) => logits.slice(asked.length, asked.length + tokens.length)
    return {
      places,
      starts: ofText(start.data),
      ends: ofText(end.data),
      evidence: ofText(evidence.data),
      notHere: start.data[0] + end.data[0],
    }
  }
}

/**
 * The tokens of a text, at most `limit`, each with the place of its word or mark. The tokenizer itself gives no places.
 *
 * @param {string} text
 * @param {(text: string) => number[]} idsOf
 * @param {number} limit
 */
export function tokensOf(text, idsOf, limit) {
  /** @type {number[]} */
  const tokens = []
  /** @type {import('../span.ts').Span[]} */
  const places = []
  for (const { 0: word, index } of text.matchAll(WORD_OR_MARK)) {
    for (const id of idsOf(word)) {
      if (tokens.length === limit) return { tokens, places }
      tokens.push(id)
      places.push({ start: index, end: index + word.length })
    }
  }
  return { tokens, places }
}
