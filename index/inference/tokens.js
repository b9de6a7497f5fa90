/** How many tokens the models read. */
export const MAX_TOKENS = 512

/**
 * The words and the punctuation marks of a text, at which the tokenizer cuts it: their tokens are those of the whole text.
 * It cuts at every punctuation mark of Unicode, and at every other character of ASCII that is neither letter nor digit.
 */
const WORD_OR_MARK = /[^\s\p{P}$+<=>^`|~]+|[\p{P}$+<=>^`|~]/gu

/**
 * A tokenizer's functions for sequences, in which one token stands first and one after each text.
 *
 * @param {import('@huggingface/tokenizers').Tokenizer} tokenizer
 */
export function sequencesOf(tokenizer) {
  // "[CLS]" stands first and "[SEP]" last in every sequence.
  const [classifier = 0, separator = 0] = tokenizer.encode('').ids
  return {
    classifier,
    separator,
    /** @type {(text: string) => number[]} The tokens of a text alone. */
    idsOf: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids,
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
