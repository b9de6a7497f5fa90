import { MARK } from './content.ts'

// Soft hyphens, zero-width characters but the joiners that scripts need, directions, and control characters: none of them is seen.
const INVISIBLE = /[\u00AD\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF\p{Cc}]/gu
const WHITE_SPACE = '\t\n\v\f\r'
const SPACES = /[^\S\n]+/g

/** A text with single spaces and without invisible characters. Its line feeds are kept, without spaces around them. */
export function tidied(text: string): string {
  return text
    .replace(INVISIBLE, kept)
    .replace(SPACES, ' ')
    .replace(/ ?\n ?/g, '\n')
    .trim()
}

/** A text on one line. */
export function singleSpaced(text: string): string {
  return tidied(text).replace(/\n+/g, ' ')
}

/** The lines of a program: without invisible characters, white space at their ends, and blank lines around them. */
export function tidiedLines(text: string): string {
  const lines = text
    .replace(INVISIBLE, kept)
    .replaceAll('\u00A0', ' ')
    .split(/\r\n|\r|\n/)
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/^\n+/, '')
    .trimEnd()
}

function kept(character: string): string {
  return character === MARK || WHITE_SPACE.includes(character) ? character : ''
}
