import { foldSpace } from '../presentation/fold-space.ts'
import type { Span } from './span.ts'

/** A text that a model reads, made of a piece of a document, in which every character keeps its place. */
export interface ModelText {
  readonly text: string
  /** The offset in the document of each UTF-16 code unit of `text`; -1 for a code unit of the context. */
  readonly offsets: Int32Array
}

const NOT_OF_THE_DOCUMENT = -1

/**
 * A piece of a document as models read it: after its context, such as its title, with every run of white space folded to
 * one space. `start` is where the piece starts in the document.
 */
export function modelText(context: string, piece: string, start: number): ModelText {
  const prefix = `${foldSpace(context)}: `
  const parts: string[] = [prefix]
  const offsets: number[] = Array.from({ length: prefix.length }, () => NOT_OF_THE_DOCUMENT)
  const firstWord = start + piece.length - piece.trimStart().length
  for (const { 0: run, index } of piece.trim().matchAll(/\s+|\S+/g)) {
    const isSpace = /^\s/.test(run)
    parts.push(isSpace ? ' ' : run)
    const from = firstWord + index
    for (let i = 0; i < (isSpace ? 1 : run.length); i += 1) offsets.push(from + i)
  }
  return { text: parts.join(''), offsets: Int32Array.from(offsets) }
}

/** The place in the document of a span of a model's text; null where nothing of the span is of the document. */
export function documentSpan({ offsets }: ModelText, { start, end }: Span): Span | null {
  const places = offsets.subarray(start, end).filter((offset) => offset !== NOT_OF_THE_DOCUMENT)
  const [first] = places
  const last = places.at(-1)
  return first === undefined || last === undefined ? null : { start: first, end: last + 1 }
}
