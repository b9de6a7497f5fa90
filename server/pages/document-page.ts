import { html } from 'hono/html'
import type { Span } from '../../index/span.ts'
import type { Heading } from '../../index/documents/extractors/extractor.ts'
import type { Outline, StoredDocument } from '../../index/storage/storage.ts'
import { type Html, page } from './page.ts'
import { isMarkedOn, pageFigure, type PagePicture, query } from './page-picture.ts'

/** What is marked in a document. */
interface Marks {
  /** The place to mark; null: none. */
  readonly quote: Span | null
  /** The words in it that answer; null: not known. */
  readonly words: Span | null
}

export interface DocumentPage extends Marks {
  readonly document: StoredDocument
  readonly outline: Outline
  /** The page to show as it is printed; null: none. */
  readonly picture: PagePicture | null
  /** A message above the document; null: none. */
  readonly notice: string | null
  /** The signature that the page was opened with, for its links: a query without a `?`; empty where there is none. */
  readonly signature: string
}

/** Makes the page of a document: its headings, its paragraphs numbered in the margin, and the quote marked. */
export function documentPage({
  document,
  outline,
  picture,
  notice,
  signature,
  ...marks
}: DocumentPage): Html {
  const { quote } = marks
  const isMarked = outline.paragraphs.some(
    ({ start, end }) => quote && start < quote.end && quote.start < end,
  )
  const nothingMarked =
    quote && !isMarked ? 'The place that the link marks contains no text that can be quoted.' : null
  const message = notice ?? nothingMarked
  return page(
    document.title,
    html`<article>
      <header>
        <h1 dir="auto">${document.title}</h1>
        ${byline(document)}
      </header>
      ${message !== null && html`<p class="notice">${message}</p>`}
      ${picture && pageFigure(picture, signature)}
      ${bodyOf(document, outline, marks, { isPictured: picture !== null && isMarkedOn(picture), signature })}
      <footer>
        <a href="/">All documents</a>
        <a href="/documents/${document.id}/text${query(signature)}">The text that is quoted from</a>
        <a href="/documents/${document.id}/file${query(signature)}">The file</a>
      </footer>
    </article>`,
    { scripts: ['/assets/document.js'] },
  )
}

function byline({ author, date, publisher, source }: StoredDocument): Html {
  const facts = [author, date, publisher].flatMap((fact) => (fact === null ? [] : [fact]))
  return html`<p class="byline">
    ${facts.map((fact) => html`<bdi>${fact}</bdi>`)}
    ${source !== null && html`<a href="${source}" rel="noopener noreferrer">${source}</a>`}
  </p>`
}

/** The paragraphs, each under the headings that stand before it, with a mark where a page begins. */
function bodyOf(
  { text, title }: StoredDocument,
  { paragraphs, headings, pages }: Outline,
  marks: Marks,
  { isPictured, signature }: { readonly isPictured: boolean; readonly signature: string },
): Html[] {
  let level = 1
  let isMarked = false
  return paragraphs.flatMap((paragraph, i) => {
    const after = paragraphs[i - 1]?.end ?? -1
    const above = headings.filter(({ start }) => after < start && start < paragraph.start)
    const shown = above.filter((heading: Heading) => heading.text !== title || i > 0)
    const begun = pages.filter(({ start }) => after <= start && start < paragraph.end)
    const pagesInside = begun.filter(({ start }) => start > paragraph.start)
    const markId = isPictured ? 'quoted-text' : 'quote'
    const paged = { text, pages: pagesInside, signature }
    const marked = markedText(paged, paragraph, marks, isMarked ? null : markId)
    isMarked ||= marked.isMarked
    return [
      ...begun
        .filter((start) => !pagesInside.includes(start))
        .map((start) => pageMark(start, signature)),
      ...shown.map((heading) => {
        // A level that is left out ("#", then "###") would hide what follows from screen readers.
        level = Math.min(Math.max(heading.level, 2), level + 1)
        return headingOf(level, heading.text)
      }),
      html`<div class="paragraph" id="p${paragraph.paragraph}">
        <a
          class="number"
          href="#p${paragraph.paragraph}"
          aria-label="Paragraph ${paragraph.paragraph}"
          >${paragraph.paragraph}</a
        >
        <p dir="auto">${marked.content}</p>
      </div>`,
    ]
  })
}

type PageStart = Outline['pages'][number]

/** Says that a page begins. A page that has a size has a picture, which the mark opens. */
function pageMark({ number, label, size }: PageStart, signature: string): Html {
  const name = `Page ${label ?? number}`
  return size
    ? html`<a class="page-mark" href="?page=${number}${signature && `&${signature}`}#page"
        >${name}</a
      >`
    : html`<span class="page-mark">${name}</span>`
}

function headingOf(level: number, text: string): Html {
  const inside = html`<span dir="auto">${text}</span>`
  switch (level) {
    case 2:
      return html`<h2>${inside}</h2>`
    case 3:
      return html`<h3>${inside}</h3>`
    case 4:
      return html`<h4>${inside}</h4>`
    case 5:
      return html`<h5>${inside}</h5>`
    default:
      return html`<h6>${inside}</h6>`
  }
}

/** A text, and the pages that begin in a paragraph of it. */
interface PagedText {
  readonly text: string
  readonly pages: readonly PageStart[]
  /** See {@link DocumentPage}. */
  readonly signature: string
}

/**
 * A paragraph's text with its part of the quote marked. The first mark gets an id: the page opens at `quote`, which is on the
 * picture of a page where there is one.
 */
function markedText(
  paged: PagedText,
  { start, end }: Span,
  { quote, words }: Marks,
  id: 'quote' | 'quoted-text' | null,
): { content: Html | string; isMarked: boolean } {
  const from = Math.max(start, quote?.start ?? end)
  const to = Math.min(end, quote?.end ?? start)
  if (from >= to) return { content: withPageMarks(paged, { start, end }), isMarked: false }
  const inside = withStrongWords(paged, { start: from, end: to }, words)
  // Where the address has no fragment and scripts are off, the focus brings the mark into view.
  const mark = id
    ? html`<mark id="${id}" tabindex="-1" ${id === 'quote' ? 'autofocus' : ''}>${inside}</mark>`
    : html`<mark>${inside}</mark>`
  const before = withPageMarks(paged, { start, end: from })
  const after = withPageMarks(paged, { start: to, end })
  return { content: html`${before}${mark}${after}`, isMarked: true }
}

/** The text of a span, with its part of the words that answer set off. */
function withStrongWords(
  paged: PagedText,
  { start, end }: Span,
  words: Span | null,
): Html | string {
  const from = Math.max(start, words?.start ?? end)
  const to = Math.min(end, words?.end ?? start)
  if (from >= to) return withPageMarks(paged, { start, end })
  const strong = html`<strong>${withPageMarks(paged, { start: from, end: to })}</strong>`
  const before = withPageMarks(paged, { start, end: from })
  const after = withPageMarks(paged, { start: to, end })
  return html`${before}${strong}${after}`
}

/** The text of a span, with a mark where a page begins. */
function withPageMarks({ text, pages, signature }: PagedText, { start, end }: Span): Html | string {
  const inside = pages.filter((begun) => start <= begun.start && begun.start < end)
  if (inside.length === 0) return text.slice(start, end)
  const [first = end] = inside.map((begun) => begun.start)
  const parts = inside.map((begun, i) => {
    return html`${pageMark(begun, signature)}${text.slice(begun.start, inside[i + 1]?.start ?? end)}`
  })
  return html`${text.slice(start, first)}${parts}`
}
