import type { Span } from '../../index/span.ts'

/** What an id asks the tool `fetch` for. */
export interface Wanted {
  readonly documentId: string
  /** A place in the document; null where the document itself is wanted. */
  readonly place: Span | null
  /** The offset to read from if no place is wanted, in UTF-16 code units. */
  readonly from: number
}

/** With at most 15 digits, every offset is a safe integer. */
const FORM = /^([a-z0-9-]+)(?::(\d{1,15})-(\d{1,15})?)?$/

/** The id that fetches a place of a document with its paragraphs; without an end, the text from the start on. */
export function fetchId(
  documentId: string,
  { start, end }: { start: number; end?: number },
): string {
  return `${documentId}:${start}-${end ?? ''}`
}

/** Reads an id: `DOCUMENT`, `DOCUMENT:START-END` or `DOCUMENT:START-`; null if it has none of these forms. */
export function readFetchId(id: string): Wanted | null {
  const [, documentId, start, end] = FORM.exec(id) ?? []
  if (documentId === undefined) return null
  const from = Number(start ?? 0)
  return { documentId, from, place: end === undefined ? null : { start: from, end: Number(end) } }
}
