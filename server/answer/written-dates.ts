import type { Language } from '../../index/language/language.ts'
import { wordsOf } from '../../index/language/stems.ts'

/** A calendar date; the day, or the month and the day, may be unknown. */
interface CalendarDate {
  readonly year: number
  readonly month: number | null
  readonly day: number | null
}

/** The words of a date stand within this many words: "22 de julio de 2020". */
const DATE_LENGTH = 5

/** A shorter beginning of a month's name is no abbreviation of it. */
const MIN_MONTH_LETTERS = 3

/**
 * Whether a text has a date in any form that its language writes it in: "2020-07-22" is in "July 22, 2020". A value that
 * is no date is compared word for word.
 */
export function hasDate(text: string, value: string, language: Language): boolean {
  const words = wordsOf(text, language)
  const valueWords = wordsOf(value, language)
  if (valueWords.length === 0) return false
  if (hasWords(text, valueWords, language)) return true
  const months = monthNames(language)
  const date = readDate(valueWords, months)
  if (date === null) return false
  return words.some((_, at) => isDate(words.slice(at, at + DATE_LENGTH), date, months))
}

/** Whether a text has these folded words one after the other. */
export function hasWords(text: string, words: readonly string[], language: Language): boolean {
  return ` ${wordsOf(text, language).join(' ')} `.includes(` ${words.join(' ')} `)
}

/** The folded names of the months as they stand in dates, January first. */
function monthNames(language: Language): string[] {
  const format = new Intl.DateTimeFormat(language.tag, {
    calendar: 'gregory',
    timeZone: 'UTC',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  })
  return Array.from({ length: 12 }, (_, month) => {
    const parts = format.formatToParts(Date.UTC(2020, month, 1))
    return language.fold(parts.find(({ type }) => type === 'month')?.value ?? '')
  })
}

/**
 * Reads a date in the order of ISO 8601, or with the name of its month. Null for "07/08/2020", which does not say which
 * number is the month.
 */
function readDate(words: readonly string[], months: readonly string[]): CalendarDate | null {
  const [first = '', second, third] = words
  const isIso = /^\d{4}$/u.test(first)
  if (isIso && (second === undefined || /^\d{1,2}$/u.test(second))) {
    const day = third === undefined ? null : dayOf(third)
    return { year: Number(first), month: second === undefined ? null : Number(second), day }
  }
  const year = words.find((word) => /^\d{4}$/u.test(word))
  const name = words.find((word) => monthOf(word, months) !== null)
  if (year === undefined || name === undefined) return null
  const day = words.map(dayOf).find((number) => number !== null) ?? null
  return { year: Number(year), month: monthOf(name, months), day }
}

/** Whether words have the year, the month and the day of a date, in any order. A month alone must be named. */
function isDate(
  words: readonly string[],
  { year, month, day }: CalendarDate,
  months: readonly string[],
): boolean {
  const rest = [...words]
  const take = (isIt: (word: string) => boolean) => {
    const at = rest.findIndex(isIt)
    if (at !== -1) rest.splice(at, 1)
    return at !== -1
  }
  if (!take((word) => word === String(year))) return false
  if (month === null) return true
  const isNamed = take((word) => monthOf(word, months) === month)
  if (day === null) return isNamed
  return (isNamed || take((word) => dayOf(word) === month)) && take((word) => dayOf(word) === day)
}

/** The number of the month, from 1, that a word names or abbreviates ("July", "Sept"); null where it is none. */
function monthOf(word: string, months: readonly string[]): number | null {
  if (word.length < MIN_MONTH_LETTERS || /^\d/u.test(word)) return null
  const at = months.findIndex((name) => name.startsWith(word))
  return at === -1 ? null : at + 1
}

/** The number of a day or a month: "22", "07", "22nd". */
function dayOf(word: string): number | null {
  const [, digits] = /^(\d{1,2})(?:\p{L}{2})?$/u.exec(word) ?? []
  return digits === undefined ? null : Number(digits)
}
