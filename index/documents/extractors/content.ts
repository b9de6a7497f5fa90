/** What a document says, one thing after another, before it is laid out as text. Format-specific code makes it. */
export type Content = HeadingContent | TextContent | ItemContent | TableContent | PageContent

export interface HeadingContent {
  readonly kind: 'heading'
  readonly level: number
  readonly text: string
}

/** In texts, a line feed is a line that ends where the author ended it. `code` keeps all its white space. */
export interface TextContent {
  readonly kind: 'paragraph' | 'quotation' | 'code' | 'note'
  readonly text: string
}

/** A paragraph in a list. Items one after another are one list. */
export interface ItemContent {
  readonly kind: 'item'
  /** 0 for the outermost list. */
  readonly depth: number
  /** What stands before it, such as "-" or "3."; empty where the item above goes on. */
  readonly marker: string
  readonly text: string
}

export interface TableContent {
  readonly kind: 'table'
  readonly rows: readonly TableRow[]
  /** Whether the file says that the table only arranges its contents. */
  readonly isLayout: boolean
}

export interface TableRow {
  /** Whether the file says that the row has the names of the columns. */
  readonly isHeader: boolean
  readonly cells: readonly TableCell[]
}

export interface TableCell {
  readonly contents: readonly Content[]
  /** Whether the file says that the cell names its column or row. */
  readonly isHeader: boolean
  readonly isBold: boolean
  /** How many columns and rows it takes. */
  readonly columns: number
  readonly rows: number
}

/** Here a page begins, and ends the one before. Where that is in the middle of a text, it has a `pageMark`. */
export interface PageContent {
  readonly kind: 'page'
  readonly number: number
  readonly label: string | null
}

/** Begins and ends the mark of a page in a text. Neither XML nor parse5 gives this character. */
export const MARK = '\0'

/** What divides a text where pages begin in it: the texts, and between them the numbers of the pages. */
export const PAGE_MARKS = new RegExp(`${MARK}(\\d+)${MARK}`, 'g')

/** What stands in a text where a page begins in the middle of it. */
export function pageMark(page: number): string {
  return `${MARK}${page}${MARK}`
}

/** What a note says: its paragraphs and items become notes. */
export function asNotes(contents: readonly Content[]): Content[] {
  return contents.map((content) =>
    content.kind === 'paragraph' || content.kind === 'item'
      ? { kind: 'note', text: content.text }
      : content,
  )
}
