import { loadModel } from './model-session.js'
import { MAX_TOKENS, sequencesOf, tokensOf } from './tokens.js'

/** How many tokens of a question the reader reads, as in its training. */
const MAX_QUESTION_TOKENS = 64

const NO_LOGITS = new Float32Array()

/**
 * @param {import('./types.ts').ModelOptions} options
 * @returns {Promise<import('./types.ts').Models['read']>}
 */
export async function loadReader(options) {
  const model = await loadModel(options, options.readerModel, ['start', 'end', 'evidence'])
  const { classifier, separator, idsOf } = sequencesOf(model.tokenizer)
  return async (question, text) => {
    const ofQuestion = tokensOf(question, idsOf, MAX_QUESTION_TOKENS)
    const asked = [classifier, ...ofQuestion.tokens, separator]
    const { tokens, places } = tokensOf(text, idsOf, MAX_TOKENS - asked.length - 1)
    const outputs = await model.run([...asked, ...tokens, separator], asked.length)
    const { start = NO_LOGITS, end = NO_LOGITS, evidence = NO_LOGITS } = outputs
    /** @type {(logits: Float32Array) => Float32Array} */
    const ofText = (logits) => logits.slice(asked.length, asked.length + tokens.length)
    return {
      places,
      starts: ofText(start),
      ends: ofText(end),
      evidence: ofText(evidence),
      notHere: Number(start[0]) + Number(end[0]),
    }
  }
}
