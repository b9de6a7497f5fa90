/** One thing that was changed in a sentence. */
export interface Alteration {
  readonly kind: 'number' | 'name' | 'date' | 'negation'
  readonly altered: string
  /** What was said; empty where something was added. */
  readonly before: string
  /** What is said instead; empty where something was left out. */
  readonly after: string
}

/** Gives a random whole number from 0 to below `below`. */
export type Choose = (below: number) => number

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const
const DATE = new RegExp(`\\b(?:${MONTHS.join('|')}|1[5-9]\\d\\d|20\\d\\d)\\b(?![.,:/]\\d)`, 'gu')
const NUMBER = /(?<![\p{L}\p{N}.,:/])\p{Nd}+(?:[.,]\p{Nd}+)*(?![\p{L}\p{N}]|[.,:/]\p{N})/gu
const NAME = /(?<=[\p{Ll},] )\p{Lu}\p{Ll}{2,}(?![\p{L}'’-])/gu
const NEGATION = / (?:not|never)\b/gu
const AUXILIARY =
  /\b(?:is|are|was|were|has|have|had|will|would|can|could|did|does|should|may|might|must)\b(?! not\b| never\b|['’]t)/gu

/** Changes one number, name, date or negation of a sentence, as `kind` says; null if it has none. A new name is one of `names`. */
export function alter(
  sentence: string,
  kind: Alteration['kind'],
  names: readonly string[],
  choose: Choose,
): Alteration | null {
  switch (kind) {
    case 'date':
      return replaceOne(sentence, kind, DATE, (date) => otherDate(date, choose), choose)
    case 'number':
      return replaceOne(sentence, kind, NUMBER, (number) => otherNumber(number, choose), choose)
    case 'name':
      return replaceOne(sentence, kind, NAME, (name) => otherOf(names, name, choose), choose)
    case 'negation':
      return (
        replaceOne(sentence, kind, NEGATION, () => '', choose) ??
        replaceOne(sentence, kind, AUXILIARY, (word) => `${word} not`, choose)
      )
  }
}

/** The names in sentences, for {@link alter}. */
export function namesIn(sentences: readonly string[]): string[] {
  return [...new Set(sentences.flatMap((sentence) => sentence.match(NAME) ?? []))]
}

function replaceOne(
  sentence: string,
  kind: Alteration['kind'],
  pattern: RegExp,
  replacement: (found: string) => string,
  choose: Choose,
): Alteration | null {
  const found = [...sentence.matchAll(pattern)]
  const match = found[choose(Math.max(1, found.length))]
  if (!match) return null
  const [before] = match
  const after = replacement(before)
  const altered =
    sentence.slice(0, match.index) + after + sentence.slice(match.index + before.length)
  const isAdded = after.startsWith(before)
  return {
    kind,
    altered,
    before: isAdded ? '' : before.trim(),
    after: (isAdded ? after.slice(before.length) : after).trim(),
  }
}

function otherDate(date: string, choose: Choose): string {
  if (/^\d/.test(date)) return String(Number(date) + 1 + choose(9))
  return otherOf(MONTHS, date, choose)
}

function otherNumber(number: string, choose: Choose): string {
  const digits = number.replace(/\p{Nd}$/u, '')
  const last = Number(number.at(-1))
  return digits + String((last + 1 + choose(9)) % 10)
}

function otherOf(all: readonly string[], but: string, choose: Choose): string {
  const others = all.filter((one) => one !== but)
  return others[choose(others.length)] ?? but
}
