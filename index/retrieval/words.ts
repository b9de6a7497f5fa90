import { stemmer } from 'stemmer'

/**
 * English words that say how a question is asked, not what about: BM25 over them costs time and finds
 * nothing.
 */
const STOP_WORDS = new Set(
  `a about above after again all also am an and any are as at be because been before being below between
  both but by can could did do does doing down during each few for from further had has have having he
  her here hers herself him himself his how i if in into is it its itself just let me more most my myself
  no nor not now of off on once only or other our ours ourselves out over own please same shall she should
  since so some such tell than that the their theirs them themselves then there these they this those
  through to too under until up us very was we were what when where whether which while who whom whose why
  will with would you your yours yourself yourselves s t d ll m re ve don`.split(/\s+/),
)

/**
 * Words that questions have and their answers need not: they say nothing of what a sentence is about.
 * Among them the verbs for which answers mostly have a better one ("let go" is "released").
 */
const FILLERS = new Set(
  `name names named called call calls known type types kind kinds many much long example examples term
  terms word happened happen cause caused find found given one made make really actually exactly possible
  people person anybody anyone anything somebody someone something nobody everybody everyone thing things
  know think want like need get got go going gone come came let say said mean meant put take took
  become became`
    .split(/\s+/)
    .map(stemmer),
)

const POSSESSIVE = /(?<=\p{L})['’]s(?![\p{L}\p{N}])/giu
const INNER_APOSTROPHE = /(?<=\p{L})['’ʼʻʿʾ`](?=\p{L})/gu
const WRITTEN_WORD = /[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu
const COMPOUND = /[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)+/gu

/**
 * A text's words as they are searched and compared: lower-cased runs of letters and digits, without
 * accents, apostrophes inside a word ("Kata'ib" is "kataib") and possessive endings.
 */
export function words(text: string): string[] {
  return fold(text).match(/[\p{L}\p{N}]+/gu) ?? []
}

/** The text to index for BM25: its words, and each hyphenated one written as one ("alkadhimi") as well. */
export function searchableText(text: string): string {
  return [...words(text), ...joinedCompounds(text)].join(' ')
}

/** The words to search for: each once, without stop words, unless there are no others. */
export function searchWords(question: string): string[] {
  return without(STOP_WORDS, [...new Set([...words(question), ...joinedCompounds(question)])])
}

/** The stems of the words that say what a question is about; each once. */
export function topicStems(question: string): string[] {
  const stems = without(STOP_WORDS, words(question)).map(stemmer)
  return without(FILLERS, [...new Set(stems)])
}

/**
 * The stems of a question's names and numbers: words with a capital that do not begin it, and those with a
 * digit. None where every word has a capital, which then tells nothing.
 */
export function nameStems(question: string): string[] {
  const [first = '', ...others] = question.match(WRITTEN_WORD) ?? []
  const isMarked = others.some((word) => /^\p{Ll}/u.test(word))
  const names = isMarked ? others.filter((word) => /^\p{Lu}/u.test(word)) : []
  const numbers = [first, ...others].filter((word) => /^\p{N}/u.test(word))
  return topicStems([...names, ...numbers].join(' '))
}

/** The stems of all words of a text, hyphenated ones written as one included. */
export function stemsOf(text: string): Set<string> {
  return new Set([...words(text), ...joinedCompounds(text)].map(stemmer))
}

function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(POSSESSIVE, '')
    .replace(INNER_APOSTROPHE, '')
    .toLowerCase()
}

function joinedCompounds(text: string): string[] {
  return (fold(text).match(COMPOUND) ?? []).map((compound) => compound.replaceAll('-', ''))
}

function without(dropped: ReadonlySet<string>, all: readonly string[]): string[] {
  const kept = all.filter((word) => !dropped.has(word))
  return kept.length > 0 ? kept : [...all]
}
