import type { Glyph, PdfPage, Style, Turn, TurnedGlyphs } from './glyphs.ts'
import { foldLigatures } from './ligatures.ts'
import type { Pdfium } from './pdfium.js'
import { readString } from './strings.ts'
import { StyleReader } from './styles.ts'

/** How many characters a page has, and how many of them have no Unicode. Spaces that PDFium adds do not count. */
export interface CharacterCounts {
  readonly characters: number
  readonly unreadable: number
}

/** A character at its place in the page's own coordinates: points, upwards and to the right. */
interface Character {
  readonly text: string
  readonly style: Style
  readonly box: Box
  readonly origin: Point
  readonly spaceBefore: boolean
}

interface Point {
  readonly x: number
  readonly y: number
}

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** The part of the page's own coordinates that is displayed, and how far it is turned for that. */
interface Frame {
  readonly box: Box
  readonly turn: Turn
}

const TURNS: readonly Turn[] = [0, 90, 180, 270]

/** PDFium's mark for a hyphen at the end of a line. */
const LINE_END_HYPHEN = 0x02

/** Room for what PDFium writes: a rectangle or a point of at most 4 numbers of 8 bytes. */
const SCRATCH_BYTES = 32

/** Reads one page, and counts its characters. */
export function readPage(
  pdfium: Pdfium,
  document: number,
  index: number,
): { page: PdfPage; counts: CharacterCounts } {
  const { call } = pdfium
  const handle = call.FPDF_LoadPage(document, index)
  if (handle === 0) return { page: emptyPage(index), counts: { characters: 0, unreadable: 0 } }
  const text = call.FPDFText_LoadPage(handle)
  try {
    const frame = frameOf(pdfium, handle)
    const { characters, counts } = readCharacters(pdfium, text, frame)
    const page: PdfPage = {
      number: index + 1,
      label: readString(pdfium, (address, size) =>
        call.FPDF_GetPageLabel(document, index, address, size),
      ),
      width: call.FPDF_GetPageWidthF(handle),
      height: call.FPDF_GetPageHeightF(handle),
      texts: turnedGlyphs(characters, frame),
    }
    return { page, counts }
  } finally {
    call.FPDFText_ClosePage(text)
    call.FPDF_ClosePage(handle)
  }
}

function emptyPage(index: number): PdfPage {
  return { number: index + 1, label: null, width: 0, height: 0, texts: [] }
}

function frameOf(pdfium: Pdfium, page: number): Frame {
  const address = pdfium.allocate(SCRATCH_BYTES)
  try {
    pdfium.call.FPDF_GetPageBoundingBox(page, address)
    const turn = TURNS[pdfium.call.FPDFPage_GetRotation(page)] ?? 0
    return { box: readBox(pdfium.memory(), address), turn }
  } finally {
    pdfium.free(address)
  }
}

/** What PDFium calls a rectangle: left, top, right and bottom. */
function readBox(memory: DataView, address: number): Box {
  const left = memory.getFloat32(address, true)
  const top = memory.getFloat32(address + 4, true)
  const right = memory.getFloat32(address + 8, true)
  const bottom = memory.getFloat32(address + 12, true)
  return {
    left: Math.min(left, right),
    right: Math.max(left, right),
    top: Math.max(top, bottom),
    bottom: Math.min(top, bottom),
  }
}

/** The characters that a reader sees. Invisible text is kept only where a page has hardly any other: then it is what OCR read. */
function readCharacters(
  pdfium: Pdfium,
  text: number,
  frame: Frame,
): { characters: Character[]; counts: CharacterCounts } {
  const { call, callFast } = pdfium
  const styles = new StyleReader(pdfium, text, frame.turn)
  const address = pdfium.allocate(SCRATCH_BYTES)
  const found: Character[] = []
  let unreadable = 0
  let spaceBefore = false
  const count = call.FPDFText_CountChars(text)
  for (let i = 0; i < count; i++) {
    const code = callFast.FPDFText_GetUnicode(text, i)
    const character = code === LINE_END_HYPHEN ? '-' : textOf(code)
    if (/^\s$/.test(character) || callFast.FPDFText_IsGenerated(text, i) === 1) {
      spaceBefore = true
      continue
    }
    if (isUnreadable(code) || callFast.FPDFText_HasUnicodeMapError(text, i) === 1) unreadable += 1
    if (character === '') continue
    callFast.FPDFText_GetLooseCharBox(text, i, address)
    const box = readBox(pdfium.memory(), address)
    callFast.FPDFText_GetCharOrigin(text, i, address, address + 8)
    const memory = pdfium.memory()
    const origin = { x: memory.getFloat64(address, true), y: memory.getFloat64(address + 8, true) }
    found.push({ text: character, style: styles.of(i), box, origin, spaceBefore })
    spaceBefore = false
  }
  pdfium.free(address)
  const counts = { characters: found.length, unreadable }
  return { characters: visible(found.filter((one) => isOnPage(one, frame.box))), counts }
}

function textOf(code: number): string {
  // PDFium gives a character beyond the first 65,536 as its two halves on some systems; half a character is none.
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return '\uFFFD'
  const isControl = code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d
  return isControl || code === 0xfeff ? '' : String.fromCodePoint(code)
}

/** Whether a code stands for no character: none at all, or one of the places that fonts use as they like. */
function isUnreadable(code: number): boolean {
  return code === 0 || code === 0xfffd || code === 0xffff
}

function isOnPage({ box }: Character, page: Box): boolean {
  const x = (box.left + box.right) / 2
  const y = (box.top + box.bottom) / 2
  return x >= page.left && x <= page.right && y >= page.bottom && y <= page.top
}

function visible(characters: readonly Character[]): Character[] {
  const seen = characters.filter(({ style }) => style.visible)
  return seen.length * 4 < characters.length ? [...characters] : seen
}

function turnedGlyphs(characters: readonly Character[], frame: Frame): TurnedGlyphs[] {
  return TURNS.flatMap((turn) => {
    const group = characters.filter(({ style }) => style.turn === turn)
    if (group.length === 0) return []
    const width = frame.box.right - frame.box.left
    const height = frame.box.top - frame.box.bottom
    const sideways = (turn + frame.turn) % 180 !== 0
    const place = placeIn(frame, turn)
    return [
      {
        turn,
        width: sideways ? height : width,
        height: sideways ? width : height,
        glyphs: foldLigatures(group.map((character) => toGlyph(character, place))),
      },
    ]
  }).toSorted((a, b) => b.glyphs.length - a.glyphs.length)
}

function toGlyph(
  { text, style, box, origin, spaceBefore }: Character,
  place: (point: Point) => Point,
): Glyph {
  const a = place({ x: box.left, y: box.top })
  const b = place({ x: box.right, y: box.bottom })
  const { size, bold, italic, monospaced } = style
  return {
    text,
    left: Math.min(a.x, b.x),
    right: Math.max(a.x, b.x),
    baseline: place(origin).y,
    size,
    bold,
    italic,
    monospaced,
    spaceBefore,
  }
}

/**
 * From the page's own coordinates to those in which text of a turn runs from left to right: down and to the right, from the
 * corner that is then top left.
 */
function placeIn({ box, turn }: Frame, textTurn: Turn): (point: Point) => Point {
  // Text that is turned with its page is turned back with it.
  switch ((turn - textTurn + 360) % 360) {
    case 90:
      return ({ x, y }) => ({ x: y - box.bottom, y: x - box.left })
    case 180:
      return ({ x, y }) => ({ x: box.right - x, y: y - box.bottom })
    case 270:
      return ({ x, y }) => ({ x: box.top - y, y: box.right - x })
    default:
      return ({ x, y }) => ({ x: x - box.left, y: box.top - y })
  }
}
