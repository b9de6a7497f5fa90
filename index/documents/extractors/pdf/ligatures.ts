import type { Glyph } from './glyphs.ts'

/** Accents that stand alone, and those that stand on a letter. */
const ACCENTS: Readonly<Record<string, string>> = {
  '¨': '\u0308',
  '´': '\u0301',
  '`': '\u0300',
  ˆ: '\u0302',
  '˜': '\u0303',
  ˇ: '\u030C',
  '˚': '\u030A',
  '¸': '\u0327',
}

const ALEF = /^[آأإا]$/
const LAM = 'ل'

/**
 * Gives each letter of a ligature its share of the place, and puts accents on their letters. PDFium gives the letters of a
 * ligature one after the other, all in the place of the whole.
 */
export function foldLigatures(glyphs: readonly Glyph[]): Glyph[] {
  return withAccents(shareLigatures(glyphs))
}

function shareLigatures(glyphs: readonly Glyph[]): Glyph[] {
  const shared: Glyph[] = []
  for (let start = 0; start < glyphs.length;) {
    let end = start + 1
    while (inSamePlace(glyphs[start], glyphs[end])) end++
    shared.push(...lettersOf(glyphs.slice(start, end)))
    start = end
  }
  return shared
}

function inSamePlace(one: Glyph | undefined, other: Glyph | undefined): boolean {
  if (!one || !other || one.left === one.right) return false
  return one.left === other.left && one.right === other.right && one.baseline === other.baseline
}

/** The letters of one ligature. PDFium turns the Arabic one of lam and alef round. */
function lettersOf(letters: readonly Glyph[]): Glyph[] {
  const [first, second] = letters
  if (!first || !second) return [...letters]
  const isLamAlef = ALEF.test(first.text) && second.text === LAM
  const ordered = isLamAlef ? [second, first, ...letters.slice(2)] : letters
  const step = (first.right - first.left) / letters.length
  return Array.from(ordered, (letter, i) => {
    const left = first.left + step * (isRightToLeft(letter.text) ? letters.length - 1 - i : i)
    return { ...letter, left, right: left + step, spaceBefore: i === 0 && first.spaceBefore }
  })
}

/** Whether a character is of a script that runs to the left. */
export function isRightToLeft(text: string): boolean {
  return /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u.test(
    text,
  )
}

function withAccents(glyphs: readonly Glyph[]): Glyph[] {
  const combined: Glyph[] = []
  for (const glyph of glyphs) {
    const before = combined.at(-1)
    const together = before && combine(before, glyph)
    if (together) combined[combined.length - 1] = together
    else combined.push(glyph)
  }
  return combined
}

/** A letter and an accent on it, in either order; null where they are something else. */
function combine(first: Glyph, second: Glyph): Glyph | null {
  if (/^\p{M}$/u.test(second.text) && !second.spaceBefore) {
    return { ...first, text: (first.text + second.text).normalize('NFC') }
  }
  const overlap = Math.min(first.right, second.right) - Math.max(first.left, second.left)
  const narrower = Math.min(first.right - first.left, second.right - second.left)
  if (overlap < 0.3 * narrower || Math.abs(first.baseline - second.baseline) > first.size / 2) {
    return null
  }
  const leading = ACCENTS[first.text]
  if (leading !== undefined && isLetter(second)) {
    const letter = second.text === 'ı' ? 'i' : second.text
    const { spaceBefore } = first
    return { ...second, text: (letter + leading).normalize('NFC'), spaceBefore }
  }
  const following = ACCENTS[second.text]
  if (following === undefined || !isLetter(first)) return null
  return { ...first, text: (first.text + following).normalize('NFC') }
}

function isLetter({ text }: Glyph): boolean {
  return /^\p{L}/u.test(text)
}
