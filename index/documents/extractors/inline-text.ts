const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ'
const LOWERED = '₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₙᵢ'
const PLAIN = '0123456789+-−=()ni'

/** A raised text in a formula: "²", "ⁿ⁺¹", or else "^k" and "^(k+j)". */
export function superscript(text: string): string {
  return mapped(text, RAISED) ?? marked(text, '^')
}

/** A lowered text in a formula: "₂", or else "_k" and "_(k+j)". */
export function subscript(text: string): string {
  return mapped(text, LOWERED) ?? marked(text, '_')
}

/** How a text stands beside the others on its line. */
export type Position = 'base' | 'raised' | 'lowered'

/** The text of one paragraph as its pieces come; what is raised or lowered is written as such. */
export class InlineText {
  #text = ''
  #moved = ''
  #position: Position = 'base'

  add(text: string, position: Position = 'base'): void {
    if (position !== this.#position) this.#settle()
    this.#position = position
    if (position === 'base') this.#text += text
    else this.#moved += text
  }

  /** All of it; what is added next begins anew. */
  take(): string {
    this.#settle()
    const text = this.#text
    this.#text = ''
    return text
  }

  // The figures of "10⁻⁶" often come in pieces, so they are looked at together.
  #settle(): void {
    const forms = this.#position === 'raised' ? superscript : subscript
    this.#text += isFormula(this.#moved) ? forms(this.#moved) : this.#moved
    this.#moved = ''
    this.#position = 'base'
  }
}

/** A longer text that is raised is not an exponent. */
const MAX_FORMULA_LENGTH = 40

// "10⁶", "xⁿ⁺¹" and "word¹,²" need their form. "19th", "1er" and "Mme" are read as they stand.
const FIGURES = /^[\s\d+\-−=(),;–.]*\d[\s\d+\-−=(),;–.]*$/
const VARIABLE = /^\s*[b-cf-np-qt-zA-Zα-ω]\s*$/u
const TERM = /^[\s\d\p{L}()]*[+\-−*/][\s\d\p{L}()]+$/u

function isFormula(text: string): boolean {
  if (text.length > MAX_FORMULA_LENGTH) return false
  return FIGURES.test(text) || VARIABLE.test(text) || (text.length <= 12 && TERM.test(text))
}

function mapped(text: string, forms: string): string | null {
  let result = ''
  for (const character of text) {
    const at = PLAIN.indexOf(character)
    if (at === -1 && !' ,;.–'.includes(character)) return null
    result += forms[at] ?? character
  }
  return result
}

function marked(text: string, mark: string): string {
  const inner = text.trim()
  if (inner === '') return ''
  return /^.$|^[′″‴*†‡]+$/u.test(inner) ? `${mark}${inner}` : `${mark}(${inner})`
}
