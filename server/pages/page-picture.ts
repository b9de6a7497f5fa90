import { html } from 'hono/html'
import type { Span } from '../../index/span.ts'
import type { PagePlace, PageRectangle } from '../answer/page-place.ts'
import type { DocumentWithOutline } from '../service.ts'
import type { Html } from './page.ts'

/** A page of a document as it is printed, with a quote on it. */
export interface PagePicture {
  readonly documentId: string
  readonly title: string
  /** 1-based. */
  readonly number: number
  /** As it is printed on the page; null where nothing is. */
  readonly label: string | null
  /** The number of pages. */
  readonly count: number
  /** In points. */
  readonly size: { readonly width: number; readonly height: number }
  /** The quote that is marked; null: none. */
  readonly quote: Span | null
  /** Where the quote stands on its pages. */
  readonly rects: readonly PageRectangle[]
}

/** The page of a document as a picture; null where it has no such page, or its pages have no sizes. */
export function pictureOf(
  { document, outline }: DocumentWithOutline,
  number: number,
  quote: Span | null,
  place: PagePlace | null,
): PagePicture | null {
  const page = outline.pages.find((each) => each.number === number)
  if (!page?.size) return null
  return {
    documentId: document.id,
    title: document.title,
    number,
    label: page.label,
    count: outline.pages.length,
    size: page.size,
    quote,
    rects: place?.rects ?? [],
  }
}

/** How far a mark reaches beyond the letters, in points. */
const MARGIN = 1

/** Whether a part of the quote stands on the page. */
export function isMarkedOn({ number, rects }: PagePicture): boolean {
  return rects.some(({ page }) => page === number)
}

/**
 * A page as a figure: its picture with the quote marked, and links to the pages beside it. `signature` is a query without a `?` that its
 * addresses need; empty for none.
 */
export function pageFigure(picture: PagePicture, signature: string): Html {
  const { documentId, number, label, count, quote } = picture
  const range = quote ? `start=${quote.start}&end=${quote.end}&` : ''
  const name = label === null || label === String(number) ? `Page ${number}` : `Page ${label}`
  const link = (to: number, rel: string, text: string) =>
    to >= 1 &&
    to <= count &&
    html`<a rel="${rel}" href="?${range}page=${to}${signature && `&${signature}`}#page">${text}</a>`
  return html`<figure class="page" id="page" tabindex="-1" autofocus>
    ${drawing(picture, `/documents/${documentId}/pages/${number}${query(signature)}`, name)}
    <figcaption>
      <span>${name}${name !== `Page ${number}` && ` (${number} of ${count})`}</span>
      ${link(number - 1, 'prev', 'Previous page')} ${link(number + 1, 'next', 'Next page')}
      ${quote && html`<a href="#quoted-text">The quote in the text</a>`}
      <a href="/documents/${documentId}/file${query(signature)}#page=${number}">The file</a>
    </figcaption>
  </figure>`
}

/** A query as a part of an address; empty where it is. */
export function query(parameters: string): string {
  return parameters && `?${parameters}`
}

/** A page as a picture of its own: SVG, with the PNG of the page inside it. */
export function pageDrawing(picture: PagePicture, png: Uint8Array): Html {
  const address = `data:image/png;base64,${Buffer.from(png).toString('base64')}`
  return drawing(picture, address, `Page ${picture.number}`)
}

function drawing({ title, number, size, rects }: PagePicture, address: string, name: string): Html {
  const { width, height } = size
  const marks = rects.filter(({ page }) => page === number)
  const what = marks.length === 0 ? name : `${name}, with the quote marked`
  return html`<svg
    xmlns="http://www.w3.org/2000/svg"
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-label="${what}: ${title}"
  >
    <image href="${address}" width="${width}" height="${height}" />
    ${marks.map(
      ({ x, y, width: markWidth, height: markHeight }, i) =>
        html`<rect
          ${i === 0 ? html`id="quote"` : ''}
          x="${x - MARGIN}"
          y="${y - MARGIN}"
          width="${markWidth + 2 * MARGIN}"
          height="${markHeight + 2 * MARGIN}"
          fill="#ffd400"
          fill-opacity="0.4"
        />`,
    )}
  </svg>`
}
