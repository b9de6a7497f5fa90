import { loadModel } from './model-session.js'
import { MAX_TOKENS, sequencesOf } from './tokens.js'

/** How many tokens of a question the cross-encoder reads: half of all, so that the text has as many. */
const MAX_QUESTION_TOKENS = MAX_TOKENS / 2

/**
 * @param {import('./types.ts').ModelOptions} options
 * @returns {Promise<import('./types.ts').Models['score']>}
 */
export async function loadCrossEncoder(options) {
  const model = await loadModel(options, options.rerankerModel, ['logits'])
  const { classifier, separator, idsOf } = sequencesOf(model.tokenizer)
  return async (question, text) => {
    const asked = [classifier, ...idsOf(question).slice(0, MAX_QUESTION_TOKENS), separator]
    const tokens = idsOf(text).slice(0, MAX_TOKENS - asked.length - 1)
    const { logits } = await model.run([...asked, ...tokens, separator], asked.length)
    return Number(logits?.[0])
  }
}
