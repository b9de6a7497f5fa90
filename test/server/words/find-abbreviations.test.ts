import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { english } from '../../../index/language/en.ts'
import { languageOf } from '../../../index/language/languages.ts'
import { findAbbreviations } from '../../../server/words/find-abbreviations.ts'

/** What a text defines, and where. */
function defined(text: string, language = english) {
  return findAbbreviations(text, language).map(({ short, long, start, end }) => {
    return { [short]: long, place: text.slice(start, end) }
  })
}

test.each([
  ['Some Popular Mobilization Forces (PMF) left.', 'PMF', 'Popular Mobilization Forces'],
  ['The PMF (Popular Mobilization Forces) left.', 'PMF', 'Popular Mobilization Forces'],
  [
    'The PMF (the Popular Mobilization Forces, in Iraq) left.',
    'PMF',
    'Popular Mobilization Forces',
  ],
  ['Popular Mobilization\nForces ("PMF") left.', 'PMF', 'Popular Mobilization Forces'],
  ['The “Army of Islam” (the “AOI”) left.', 'AOI', 'Army of Islam'],
  ['The Army of Islam (hereinafter AOI; in Arabic Jaysh) left.', 'AOI', 'Army of Islam'],
  ['Some non-governmental organizations (NGOs) left.', 'NGO', 'non-governmental organizations'],
  ['Set it to high-definition television (HDTV).', 'HDTV', 'high-definition television'],
  ['an École polytechnique fédérale (EPF)', 'EPF', 'École polytechnique fédérale'],
  [
    'U.S. Agency for International Development (USAID)',
    'USAID',
    'U.S. Agency for International Development',
  ],
  ['Research and Development (R&D) grew.', 'R&D', 'Research and Development'],
])('an abbreviation is found in "%s"', (text, short, long) => {
  expect(findAbbreviations(text, english)).toMatchObject([{ short, long }])
})

test.each([
  'They left (in NATO).',
  'They left (2003) at night (see below).',
  'The second Industrial Initiative (II) failed.',
  'It was a plan of Ann. Meanwhile Otto (AMO) left.',
  'The Prime Minister of the (East) German state left.',
  'Some of the Sun (OTS) is hot.',
  'The PMF (which had many fighters) left.',
  'Popular Mobilization Forces\n\n(PMF)',
  'PMF (PMF)',
  'Popular Mobilization Forces (PMF',
  '(PMF)',
  '()',
])('nothing is found in "%s"', (text) => {
  expect(defined(text)).toEqual([])
})

test('the place of a definition has both forms and the brackets', () => {
  const text = 'Long ago, Gulf Cooperation Council (GCC) states and the UN (United Nations) met.'
  expect(defined(text)).toEqual([
    { GCC: 'Gulf Cooperation Council', place: 'Gulf Cooperation Council (GCC)' },
    { UN: 'United Nations', place: 'UN (United Nations)' },
  ])
})

test('abbreviations are found in a language without rules of its own', () => {
  const text = 'Die Allgemeine Elektrizitäts-Gesellschaft (AEG) wuchs.'
  expect(defined(text, languageOf('de'))).toEqual([
    {
      AEG: 'Allgemeine Elektrizitäts-Gesellschaft',
      place: 'Allgemeine Elektrizitäts-Gesellschaft (AEG)',
    },
  ])
})

test('what is found stands at its place, whatever the text', () => {
  const part = fc.constantFrom(
    '(',
    ')',
    'AB',
    'Aa Bb',
    ' ',
    '\n',
    '“',
    '”',
    '.',
    'a',
    'İ',
    '𝔸',
    ',',
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
      const text = parts.join('')
      for (const { short, start, end } of findAbbreviations(text, english)) {
        const place = text.slice(start, end)
        expect(place).toContain(short)
        expect(place.endsWith(')')).toBe(true)
        expect(start).toBeGreaterThanOrEqual(0)
      }
    }),
  )
})

/** How much a text is read: how many of its characters are asked for, by any method. */
function readsOf(text: string): number {
  let reads = 0
  const counted = new Proxy(new String(text), {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key)
      if (typeof value !== 'function') return value
      return (...given: number[]) => {
        const result: unknown = Reflect.apply(value, text, given)
        reads += typeof result === 'string' ? result.length : 0
        return result
      }
    },
  })
  // @ts-expect-error a String object stands for a string, so that what is taken of it can be counted
  findAbbreviations(counted, english)
  return reads
}

test.each(['(', '()', '(AB)', 'AB (AB) ', 'A b (AB) ', 'AB (Aa Bb) ', '" (AB)'])(
  'of a text of nothing but "%s", a fixed number of characters is read for each bracket',
  (part) => {
    const [once, twice] = [2000, 4000].map((times) => readsOf(part.repeat(times)))
    expect(twice).toBeLessThan((once ?? 0) * 2.1)
    expect(once).toBeGreaterThan(0)
  },
)
