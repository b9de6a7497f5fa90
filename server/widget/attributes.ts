import { type Words, wordsOf } from './words.ts'

/** The address of the folder that the script was loaded from. */
const SCRIPT_FOLDER = new URL(
  '.',
  document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : location.href,
).href

/**
 * The address of the server, with a `/` at its end: the `endpoint` attribute, or where the script
 * came from.
 */
export function addressOf(endpoint: string | null | undefined): string {
  return new URL(endpoint ?? SCRIPT_FOLDER, document.baseURI).href.replace(/\/?$/, '/')
}

/** The items of a list attribute, without the white space around them. */
export function listOf(value: string | null | undefined, separator: string): string[] {
  return (value ?? '').split(separator).flatMap((item) => item.trim() || [])
}

/** The words in the language of an element: its own `lang`, or that of the page around it. */
export function wordsFor(element: HTMLElement): Words {
  return wordsOf(element.lang || (element.closest<HTMLElement>('[lang]')?.lang ?? ''))
}

/** The theme that the `theme` attribute names; otherwise that of the user's system. */
export function themeOf(theme: string | null | undefined): 'dark' | 'light' {
  if (theme === 'light' || theme === 'dark') return theme
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}
