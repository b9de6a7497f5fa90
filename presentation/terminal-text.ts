import { foldSpace } from './fold-space.ts'

/**
 * Control characters and line separators, which can drive a terminal, and characters that change
 * the text's direction.
 */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu

/**
 * Makes text from a document or a user safe for a terminal, on one line; unprintable characters
 * become U+FFFD.
 */
export function printable(text: string): string {
  return withoutControls(foldSpace(text))
}

/** Replaces the unprintable characters of a text, which is on one line already, by U+FFFD. */
export function withoutControls(text: string): string {
  return text.replace(UNPRINTABLE, '\uFFFD')
}

/**
 * Makes a file's name safe for a terminal. Unprintable characters are escaped, so that the file can
 * still be identified.
 */
export function escapeUnprintable(text: string): string {
  return text.replace(UNPRINTABLE, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`)
}
