const INNER_APOSTROPHE = /(?<=\p{L})['’ʼʻʿʾ`](?=\p{L})/gu
const WORD = /[\p{L}\p{N}]+/gu
const COMPOUND = /[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)+/gu

/**
 * A text in lower case, without accents, and without apostrophes inside a word ("Kata'ib" is "kataib"). What `ending`
 * matches, such as the possessive of English, is left out.
 */
export function foldText(text: string, ending: RegExp | null = null): string {
  const bare = text.normalize('NFKD').replace(/\p{M}/gu, '')
  const cut = ending === null ? bare : bare.replace(ending, '')
  return cut.replace(INNER_APOSTROPHE, '').toLowerCase()
}

/** The words of a folded text, in order. */
export function foldedWords(folded: string): string[] {
  return folded.match(WORD) ?? []
}

/** The hyphenated words of a folded text, each written as one word ("al-kadhimi" is "alkadhimi"). */
export function foldedCompounds(folded: string): string[] {
  return (folded.match(COMPOUND) ?? []).map((compound) => compound.replaceAll('-', ''))
}
