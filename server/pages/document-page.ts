import { html } from 'hono/html'
import { readMarkdown } from '../../index/splitting/markdown-blocks.ts'
import type { Span } from '../../index/splitting/span.ts'
import type { Paragraph, StoredDocument } from '../../index/storage/storage.ts'
import { type Html, page } from './page.ts'

export interface DocumentPage {
  readonly document: StoredDocument
  /** All paragraphs of the document, in order. */
  readonly paragraphs: readonly Paragraph[]
  /** The place to mark; null: none. */
  readonly quote: Span | null
  /** A message above the document; null: none. */
  readonly notice: string | null
}

/** Makes the page of a document: its headings, its paragraphs numbered in the margin, and the quote marked. */
export function documentPage({ document, paragraphs, quote, notice }: DocumentPage): Html {
  const first = paragraphs.find(({ start, end }) => quote && start < quote.end && quote.start < end)
  const nothingMarked =
    quote && !first ? 'Nothing that can be quoted stands at the place that the link names.' : null
  const said = notice ?? nothingMarked
  return page(
    document.title,
    html`<article>
      <header>
        <h1 dir="auto">${document.title}</h1>
        ${byline(document)}
      </header>
      ${said !== null && html`<p class="notice">${said}</p>`} ${bodyOf(document, paragraphs, quote)}
      <footer>
        <a href="/">All documents</a>
        <a href="/documents/${document.id}/text">The text that is quoted from</a>
      </footer>
    </article>`,
    ['/assets/document.js'],
  )
}

function byline({ author, date, publisher, source }: StoredDocument): Html {
  const facts = [author, date, publisher].flatMap((fact) => (fact === null ? [] : [fact]))
  return html`<p class="byline">
    ${facts.map((fact) => html`<bdi>${fact}</bdi>`)}
    ${source !== null && html`<a href="${source}" rel="noopener noreferrer">${source}</a>`}
  </p>`
}

/**
 * How far before a paragraph its headings are looked for, in UTF-16 code units: 400 kB of link definitions took the
 * Markdown grammar 11 s.
 */
const HEADINGS_WITHIN = 10_000

/** The paragraphs, with the headings that stand between them. */
function bodyOf(
  { text, title }: StoredDocument,
  paragraphs: readonly Paragraph[],
  quote: Span | null,
): Html[] {
  let level = 1
  let isMarked = false
  return paragraphs.flatMap((paragraph, i) => {
    const end = paragraphs[i - 1]?.end ?? 0
    const between = text.slice(Math.max(end, paragraph.start - HEADINGS_WITHIN), paragraph.start)
    const headings = between.trim() === '' ? [] : readMarkdown(between).headings
    const shown = headings.filter((heading) => heading.text !== title || i > 0)
    const marked = markedText(text, paragraph, quote, !isMarked)
    isMarked ||= marked.isMarked
    return [
      ...shown.map((heading) => {
        // A level that is left out ("#", then "###") would hide what follows from those who go by levels.
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

/** A paragraph's text with its part of the quote marked. The page opens at the first mark. */
function markedText(
  text: string,
  { start, end }: Span,
  quote: Span | null,
  isFirst: boolean,
): { content: Html | string; isMarked: boolean } {
  const from = Math.max(start, quote?.start ?? end)
  const to = Math.min(end, quote?.end ?? start)
  if (from >= to) return { content: text.slice(start, end), isMarked: false }
  const inside = text.slice(from, to)
  // Where the address has no fragment and scripts are off, the focus brings the mark into view.
  const mark = isFirst
    ? html`<mark id="quote" tabindex="-1" autofocus>${inside}</mark>`
    : html`<mark>${inside}</mark>`
  const content = html`${text.slice(start, from)}${mark}${text.slice(to, end)}`
  return { content, isMarked: true }
}
