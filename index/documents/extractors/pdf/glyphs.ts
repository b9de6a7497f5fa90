/** A character as it is drawn. Lengths are in points, from the top left corner of a page on which its text runs from left to right. */
export interface Glyph {
  /** One character, perhaps with accents on it; never white space. */
  readonly text: string
  readonly left: number
  readonly right: number
  readonly baseline: number
  /** Of its font, as it is displayed. */
  readonly size: number
  readonly bold: boolean
  readonly italic: boolean
  /** Whether all letters of its font are equally wide. */
  readonly monospaced: boolean
  /** Whether white space stands before it, as far as PDFium can tell. */
  readonly spaceBefore: boolean
}

/** How the text of a page is turned against the page as it is displayed, in degrees clockwise. */
export type Turn = 0 | 90 | 180 | 270

/** The glyphs of a page that are turned alike, in the order of the file. */
export interface TurnedGlyphs {
  readonly turn: Turn
  /** Of the page, turned back so that the text runs from left to right. */
  readonly width: number
  readonly height: number
  readonly glyphs: readonly Glyph[]
}

/** A page as it is displayed. */
export interface PdfPage {
  /** 1-based. */
  readonly number: number
  readonly label: string | null
  readonly width: number
  readonly height: number
  /** Those with most glyphs first. */
  readonly texts: readonly TurnedGlyphs[]
}

/** A run of text that PDFium gives one font: what it says holds for all of its characters. */
export interface Style {
  readonly size: number
  readonly bold: boolean
  readonly italic: boolean
  readonly monospaced: boolean
  /** Null where the text is slanted. */
  readonly turn: Turn | null
  readonly visible: boolean
}
