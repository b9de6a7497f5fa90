import type { Line } from './lines.ts'

const WORD = /[\p{L}\p{N}]+(?:[-‐][\p{L}\p{N}]+)*/gu
const HYPHEN = /[-‐\u00AD]$/
const BEFORE_HYPHEN = /[\p{L}\p{N}]*\p{L}(?=[-‐\u00AD]$)/u
const FIRST_WORD = /^\p{L}[\p{L}\p{N}]*/u

/** The address of a page at the end of a line: it may have started on the line before. Its last character may be its end, or not. */
const ADDRESS_END = /(?:https?:|www\.|%[\dA-F]{2})\S*([-_=&?.%])$/

/** What stands between two lines of one paragraph. */
export type Junction = 'space' | 'nothing' | 'no hyphen'

/** Knows how the lines of a document go together: what its words show about hyphens. */
export class Junctions {
  readonly #words = new Map<string, number>()

  constructor(lines: readonly Line[]) {
    for (const { text } of lines) {
      const words = text.match(WORD) ?? []
      // The last word of a line with a hyphen at its end is a part of one.
      const whole = HYPHEN.test(text) ? words.slice(0, -1) : words
      for (const word of whole) this.#count(word)
    }
  }

  #count(word: string): void {
    const key = keyOf(word)
    this.#words.set(key, (this.#words.get(key) ?? 0) + 1)
  }

  /** What stands between the end of one line and the beginning of the next. */
  between(line: string, next: string): Junction {
    if (line.endsWith('\u00AD')) return 'no hyphen'
    if (isCutAddress(line, next)) return 'nothing'
    const before = BEFORE_HYPHEN.exec(line)?.[0]
    const after = FIRST_WORD.exec(next)?.[0]
    if (before !== undefined && after !== undefined && this.#isOneWord(before, after)) {
      return 'no hyphen'
    }
    return goesOnWithoutSpace(line, next) ? 'nothing' : 'space'
  }

  /** Whether a hyphen between two parts only divides a word at the end of a line. */
  #isOneWord(before: string, after: string): boolean {
    const isName = /^\p{Lu}/u.test(after) && !(isUpperCase(before) && isUpperCase(after))
    if (isName) return false
    const joined = this.#words.get(keyOf(before + after)) ?? 0
    const hyphenated = this.#words.get(keyOf(`${before}-${after}`)) ?? 0
    return joined > 0 || hyphenated === 0
  }
}

function keyOf(word: string): string {
  return word.toLowerCase().replaceAll('‐', '-')
}

function isUpperCase(text: string): boolean {
  return text.length > 1 && text === text.toUpperCase()
}

/** Whether the end of a line cuts an address. Its hyphens are its own. */
function isCutAddress(line: string, next: string): boolean {
  const end = ADDRESS_END.exec(line)?.[1]
  if (end === undefined) return false
  return end === '-' ? /^[\p{L}\p{N}%]/u.test(next) : /^[\p{Ll}\p{N}%]/u.test(next)
}

/** Whether the end of a line cuts something that is written without a space: a range, a path, Chinese. */
function goesOnWithoutSpace(line: string, next: string): boolean {
  if (/[\p{L}\p{N}][-‐‑–—]$/u.test(line) && /^[\p{L}\p{N}]/u.test(next)) return true
  if (/\S[/@]$/.test(line) && /^[\p{L}\p{N}._~]/u.test(next)) return true
  const chinese = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}、。，]/u
  return chinese.test(line.slice(-1)) && chinese.test(next.slice(0, 1))
}
