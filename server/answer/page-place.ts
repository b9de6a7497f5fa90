import { decodePlaces, type Rectangle, rectanglesOf } from '../../index/documents/places.ts'
import type { Page } from '../../index/documents/extractors/extractor.ts'
import type { Span } from '../../index/span.ts'
import type { Store } from '../../index/storage/storage.ts'

/** Where a span of a document stands on its pages. */
export interface PagePlace {
  readonly page: {
    /** 1-based. */
    readonly first: number
    readonly last: number
    /** As it is printed on the first page, such as "iii"; null where nothing is. */
    readonly label: string | null
  }
  /** From the top down; empty where the format has no rectangles. */
  readonly rects: PageRectangle[]
}

export interface PageRectangle extends Rectangle {
  readonly page: number
}

/** Where a span of a document stands on its pages; null where the document's format has no pages. */
export async function pagePlaceOf(
  documentId: string,
  span: Span,
  store: Store,
): Promise<PagePlace | null> {
  const pages = await store.pagesAt(documentId, span)
  const rects = pages.flatMap((page) => rectanglesOn(page, span))
  // The spans of pages may overlap. Where rectangles are known, they decide.
  const numbers =
    rects.length > 0 ? rects.map(({ page }) => page) : pages.map((page) => page.number)
  const first = pages.find(({ number }) => number === Math.min(...numbers))
  if (!first) return null
  const page = { first: first.number, last: Math.max(...numbers), label: first.label }
  return { page, rects }
}

function rectanglesOn({ number, places }: Page, span: Span): PageRectangle[] {
  if (!places) return []
  return Array.from(rectanglesOf(decodePlaces(places), span), (rectangle) => {
    return { page: number, ...rectangle }
  })
}
