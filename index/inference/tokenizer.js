import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Tokenizer } from '@huggingface/tokenizers'

/** Tokenizers by what they were made of, because models share them, and each takes 13 MB. @type {Map<string, Tokenizer>} */
const tokenizers = new Map()

/**
 * The tokenizer in a model's folder. Two that differ only in where they cut texts, and in how they fill them up, are one: Footnote
 * cuts texts itself, and fills none up.
 *
 * @param {string} folder
 */
export async function loadTokenizer(folder) {
  const { truncation: _, padding: __, ...settings } = await readJson(folder, 'tokenizer.json')
  // Without added tokens, "[SEP]" in a text is a word in brackets, and never the token that separates texts.
  const vocabulary = { ...settings, added_tokens: [] }
  // All that encoding needs of the second file.
  const { remove_space, do_lowercase_and_remove_accent } = await readJson(
    folder,
    'tokenizer_config.json',
  )
  const config = { remove_space, do_lowercase_and_remove_accent }
  const key = createHash('sha256')
    .update(JSON.stringify([vocabulary, config]))
    .digest('base64url')
  const tokenizer = tokenizers.get(key) ?? new Tokenizer(vocabulary, config)
  tokenizers.set(key, tokenizer)
  return tokenizer
}

/**
 * @param {string} folder
 * @param {string} file
 */
async function readJson(folder, file) {
  return JSON.parse(await readFile(path.join(folder, file), 'utf8'))
}
