import { foldSpace } from '../../presentation/fold-space.ts'
import type { Language } from '../../index/language/language.ts'
import type { Span } from '../../index/span.ts'
import { isFalseStop } from '../../index/splitting/false-stops.ts'

/** A place in a text that says what an abbreviation stands for. Its span has both, and the brackets. */
export interface Definition extends Span {
  /** "PMF" */
  readonly short: string
  /** "Popular Mobilization Forces", with white space folded. */
  readonly long: string
}

/** No more of a bracket is read, in UTF-16 code units. */
const MAX_BRACKET_LENGTH = 120

/** No more is read of what stands before a bracket, in UTF-16 code units. */
const MAX_BEFORE_LENGTH = 250

/** The limits of Schwartz and Hearst for the length of an abbreviation, in UTF-16 code units. */
const SHORT_LENGTH = { least: 2, most: 10 }

/** A word of letters, digits and a few marks between them: "PMF", "R&D", "U.S.", "COVID-19". */
const ABBREVIATION = /^[\p{L}\p{N}](?:[.&/-]?[\p{L}\p{N}])+\.?$/u

/** "II", "XIV": numbers far oftener than abbreviations. */
const ROMAN_NUMERAL = /^X{0,3}(?:IX|IV|V?I{0,3})$/

/** The plural of an abbreviation: "NGOs". */
const PLURAL_ENDING = /(?<=\p{Lu})s$/u

/** No name or term goes across one of these. */
const SEPARATOR = /^[\s\S]*(?:[()[\]{};:!?]|\n\s*\n)/u

const QUOTATION_MARKS = /["“”„«»]/gu

/** An abbreviation before a bracket, in quotation marks or not, to the end of the text. */
const LAST_WORD = /([^\s"“”„«»()]+)["“”„«»]*\s*$/u

/**
 * Finds the abbreviations that a text defines with brackets: "Popular Mobilization Forces (PMF)" and "PMF (Popular Mobilization
 * Forces)". After Schwartz and Hearst, "A simple algorithm for identifying abbreviation definitions in biomedical text"
 * (2003): the letters of the abbreviation stand in this order in the words beside it, the first one at the beginning of a word.
 *
 * Beyond that, an abbreviation has two capitals and is no Roman numeral, and what it stands for neither begins with a stop word
 * nor goes across the end of a sentence. Of each bracket, a fixed number of characters around it is read, so that the time
 * grows with the length of the text, whatever it has.
 */
export function findAbbreviations(text: string, language: Language): Definition[] {
  const found: Definition[] = []
  for (let open = text.indexOf('('); open !== -1; open = text.indexOf('(', open + 1)) {
    const inside = text.slice(open + 1, open + 1 + MAX_BRACKET_LENGTH)
    const length = inside.search(/[()]/)
    if (length < SHORT_LENGTH.least || inside[length] !== ')') continue
    const bracket = { start: open, end: open + length + 2 }
    const content = contentOf(inside.slice(0, length))
    const definition =
      shortInBracket(text, bracket, content, language) ??
      longInBracket(text, bracket, content, language)
    if (definition) found.push(definition)
  }
  return found
}

/** What a bracket says, without quotation marks and without what follows a comma: "PMF, in Arabic al-Hashd". */
function contentOf(inside: string): string {
  const [first = ''] = inside.replaceAll(QUOTATION_MARKS, '').split(/[,;:]/u)
  return foldSpace(first)
}

/** "Popular Mobilization Forces (PMF)", also "(the PMF)" and "(hereinafter PMF)". */
function shortInBracket(
  text: string,
  { start, end }: Span,
  content: string,
  language: Language,
): Definition | null {
  const words = content.split(' ')
  const short = abbreviationOf(words.at(-1) ?? '')
  if (short === null || words.slice(0, -1).some((word) => !/^\p{Ll}+$/u.test(word))) return null
  const before = text.slice(Math.max(0, start - MAX_BEFORE_LENGTH), start)
  const sameName = before.slice(SEPARATOR.exec(before)?.[0].length ?? 0)
  const near = lastWords(sameName.replace(/["“”„«»\s]+$/u, ''), mostWords(short))
  const at = matchFrom(short, near)
  const long = at === null ? null : near.slice(at).replace(/^[^\p{L}\p{N}]+/u, '')
  if (long === null || !isTerm(long, short, language)) return null
  const from = start - sameName.length + sameName.lastIndexOf(long)
  return { short, long: foldSpace(long), start: from, end }
}

/** "PMF (Popular Mobilization Forces)" */
function longInBracket(
  text: string,
  { start, end }: Span,
  content: string,
  language: Language,
): Definition | null {
  const before = LAST_WORD.exec(text.slice(Math.max(0, start - MAX_BEFORE_LENGTH), start))
  const short = abbreviationOf(before?.[1] ?? '')
  if (before === null || short === null) return null
  const words = content.split(' ')
  const long = words.slice(words.findIndex((word) => !isStopWord(word, language))).join(' ')
  const isWhole = matchFrom(short, long) === 0 && long.split(' ').length <= mostWords(short)
  if (!isWhole || !isTerm(long, short, language)) return null
  return { short, long, start: start - before[0].length, end }
}

/** The abbreviation that a word is, in the singular; null where it is none. */
function abbreviationOf(word: string): string | null {
  const singular = word.replace(PLURAL_ENDING, '')
  const { length } = singular
  if (length < SHORT_LENGTH.least || length > SHORT_LENGTH.most) return null
  const capitals = singular.match(/\p{Lu}/gu)?.length ?? 0
  return capitals >= 2 && ABBREVIATION.test(singular) && !ROMAN_NUMERAL.test(singular)
    ? singular
    : null
}

/** The most words that an abbreviation stands for, after Schwartz and Hearst. */
function mostWords({ length }: string): number {
  return Math.min(length + 5, length * 2)
}

/** The last words of a text, as they stand there. */
function lastWords(text: string, count: number): string {
  const first = [...text.matchAll(/\S+/gu)].at(-count)
  return text.slice(first?.index ?? 0).trimStart()
}

/**
 * Where the shortest end of a text begins that has the letters of an abbreviation, in their order, the first one at the beginning of a
 * word; null where there is none.
 */
function matchFrom(short: string, text: string): number | null {
  let at = text.length
  for (let i = short.length - 1; i >= 0; i -= 1) {
    const letter = short.charAt(i)
    if (isWordCharacter(letter)) at = lastBefore(text, at, letter, i === 0)
    if (at === -1) return null
  }
  return text.lastIndexOf(' ', at) + 1
}

/** The last place of a letter before another place; with `opensWord`, only at the beginning of a word. -1 where there is none. */
function lastBefore(text: string, before: number, letter: string, opensWord: boolean): number {
  const base = baseOf(letter)
  for (let at = before - 1; at >= 0; at -= 1) {
    const opens = !opensWord || !isWordCharacter(text.charAt(at - 1))
    if (opens && baseOf(text.charAt(at)) === base) return at
  }
  return -1
}

function isWordCharacter(character: string): boolean {
  return /[\p{L}\p{N}]/u.test(character)
}

/** A letter without accents, in lower case. */
function baseOf(character: string): string {
  return character.normalize('NFD').charAt(0).toLowerCase()
}

/** Whether an abbreviation may stand for a text. */
function isTerm(text: string, short: string, language: Language): boolean {
  const words = text.split(/\s+/u)
  if (text.length <= short.length || words.includes(short)) return false
  if (isStopWord(words[0] ?? '', language)) return false
  return [...text.matchAll(/\.["”’)]*\s+/gu)].every(({ 0: stop, index }) =>
    isFalseStop(text.slice(0, index + 1), text.slice(index + stop.length), language.abbreviations),
  )
}

function isStopWord(word: string, language: Language): boolean {
  return language.stopWords.has(word.toLowerCase())
}
