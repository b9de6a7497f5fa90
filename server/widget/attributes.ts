import { type Words, wordsOf } from './words.ts'

/** The server that the script came from. */
const HOME = new URL(
  '.',
  document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : location.href,
).href

/** The server's address that an `endpoint` names, with a `/` at its end. */
export function addressOf(endpoint: string | null | undefined): string {
  return new URL(endpoint ?? HOME, document.baseURI).href.replace(/\/?$/, '/')
}

/** What a list holds whose items are separated so. */
export function listOf(value: string | null | undefined, separator: string): string[] {
  return (value ?? '').split(separator).flatMap((item) => item.trim() || [])
}

/** The words of an element's language: its own, or that of the page around it. */
export function wordsFor(element: HTMLElement): Words {
  return wordsOf(element.lang || (element.closest<HTMLElement>('[lang]')?.lang ?? ''))
}

/** The theme that a `theme` names; without one, what the reader's system is set to. */
export function themeOf(theme: string | null | undefined): 'dark' | 'light' {
  if (theme === 'light' || theme === 'dark') return theme
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}
