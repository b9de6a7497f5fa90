import type { Style, Turn } from './glyphs.ts'
import type { Pdfium } from './pdfium.js'

/** How far text may lean from a right angle, in degrees. What leans more is a watermark. */
const MAX_LEAN = 10

/** Text in smaller letters is hidden, in points. */
const MIN_SIZE = 1

/** From this weight on a font is bold. PDFium takes it from the width of the font's stems. */
const BOLD_WEIGHT = 600

const BOLD_NAME = /bold|black|heavy|cmbx|demi/i
const ITALIC_NAME = /italic|oblique|cmti|cmsl|slanted/i
const LIGHT_NAME = /regular|roman|light|book|medium|italic|oblique|cmr\d/i
const MONOSPACED_NAME = /mono|courier|typewriter|consolas|menlo|cmtt|cmsltt|cmtcsc/i

/** Flags of a font's descriptor. */
const FIXED_PITCH = 1
const ITALIC = 64

/** How text is drawn: neither filled nor outlined, only for searching or as an outline that cuts other things. */
const INVISIBLE_MODES = new Set([3, 7])

const NAME_BYTES = 256

/** Reads the styles of a page's text, once for each of its runs. */
export class StyleReader {
  readonly #pdfium: Pdfium
  readonly #text: number
  readonly #pageTurn: Turn
  readonly #known = new Map<number, Style>()

  constructor(pdfium: Pdfium, text: number, pageTurn: Turn) {
    this.#pdfium = pdfium
    this.#text = text
    this.#pageTurn = pageTurn
  }

  /** The style of the page's character at `index`. */
  of(index: number): Style {
    const run = this.#pdfium.callFast.FPDFText_GetTextObject(this.#text, index)
    const known = this.#known.get(run)
    if (known) return known
    const style = this.#read(index, run)
    this.#known.set(run, style)
    return style
  }

  #read(index: number, run: number): Style {
    const { call } = this.#pdfium
    const [a = 1, b = 0, c = 0, d = 1] = this.#matrixOf(index)
    const size = call.FPDFText_GetFontSize(this.#text, index) * Math.hypot(c, d)
    const { name, flags } = this.#fontOf(index)
    const weight = call.FPDFText_GetFontWeight(this.#text, index)
    return {
      size,
      bold: BOLD_NAME.test(name) || (weight >= BOLD_WEIGHT && !LIGHT_NAME.test(name)),
      italic: (flags & ITALIC) !== 0 || ITALIC_NAME.test(name),
      monospaced: (flags & FIXED_PITCH) !== 0 || MONOSPACED_NAME.test(name),
      turn: turnOf(a, b, this.#pageTurn),
      visible: !INVISIBLE_MODES.has(call.FPDFTextObj_GetTextRenderMode(run)) && size >= MIN_SIZE,
    }
  }

  #matrixOf(index: number): number[] {
    const address = this.#pdfium.allocate(24)
    this.#pdfium.call.FPDFText_GetMatrix(this.#text, index, address)
    const memory = this.#pdfium.memory()
    const matrix = [0, 4, 8, 12].map((offset) => memory.getFloat32(address + offset, true))
    this.#pdfium.free(address)
    return matrix
  }

  #fontOf(index: number): { name: string; flags: number } {
    const address = this.#pdfium.allocate(NAME_BYTES + 4)
    const flagsAt = address + NAME_BYTES
    const length = this.#pdfium.call.FPDFText_GetFontInfo(
      this.#text,
      index,
      address,
      NAME_BYTES,
      flagsAt,
    )
    const memory = this.#pdfium.memory()
    const known = length > 1 && length <= NAME_BYTES
    const bytes = new Uint8Array(memory.buffer, address, known ? length - 1 : 0)
    const font = {
      name: new TextDecoder().decode(bytes),
      flags: known ? memory.getInt32(flagsAt, true) : 0,
    }
    this.#pdfium.free(address)
    return font
  }
}

/** Which way text runs as it is displayed; null where it leans. A matrix's first column is where a step to the right goes. */
function turnOf(a: number, b: number, pageTurn: Turn): Turn | null {
  const clockwise = (Math.atan2(-b, a) * 180) / Math.PI + pageTurn + 360
  const nearest = Math.round(clockwise / 90) * 90
  if (Math.abs(clockwise - nearest) > MAX_LEAN) return null
  return TURNS[(nearest / 90) % 4] ?? 0
}

const TURNS: readonly Turn[] = [0, 90, 180, 270]
