import { html } from 'hono/html'
import { citationParts, ENGLISH_PLACES, placePart } from '../../presentation/citation.ts'
import { VERDICTS } from '../../presentation/verdicts.ts'
import type { Citation, QuoteJson } from '../answer/answer-schema.ts'
import type { Span } from '../../index/span.ts'
import type { Judged, Mark } from './draft-marks.ts'
import { type Html, spoken } from './page.ts'

type Difference = Judged['differences'][number]

/** The note on a sentence or a quotation: the place in the document, its words, and what differs. */
export function noteOf({ number, kind, judged }: Mark): Html {
  const { verdict, quotes, differences } = judged
  const [first, ...others] = quotes
  const { sign, words } = VERDICTS[verdict]
  const label = html`<span aria-hidden="true">${sign} </span>${number} ${spoken(kind)} ${words}`
  const back = html`<a class="sign ${verdict}" href="#mark-${number}">${label}</a>`
  if (!first) return html`<p>${back} No document has these words, nor nearly these.</p>`
  return html`<p>${back} ${linkTo(first.citation)}</p>
    ${
      differences.length > 0 &&
      html`<ul class="differences">
        ${differences.map(differenceItem)}
      </ul>`
    }
    ${verdict === 'quoted' ? contextOf(first) : sourceOf(first, differences)}
    ${others.length > 0 && placesOf(others)}`
}

function differenceItem({ draft, source }: Difference): Html {
  const ours = draft && html`<del>${draft.text}</del>`
  const theirs = source && html`<ins>${source.text}</ins>`
  if (!theirs) return html`<li>The draft adds ${ours}</li>`
  if (!ours) return html`<li>The draft leaves out ${theirs}</li>`
  return html`<li>The draft says ${ours}, the source says ${theirs}</li>`
}

/** The words of the document. */
function sourceOf(quote: QuoteJson, differences: readonly Difference[]): Html {
  return html`<figure>
    <blockquote dir="auto">${wordsOf(quote, differences)}</blockquote>
    <figcaption class="byline">
      ${citationParts(quote.citation)
        .slice(1)
        .map((part) => html`<bdi>${part}</bdi>`)}
    </figcaption>
  </figure>`
}

/** The paragraph around quoted words, which may give them another meaning. */
function contextOf({ passage, ...quote }: QuoteJson): Html {
  const citation = { ...quote.citation, start: passage.start, end: passage.end }
  return html`<details>
    <summary>Read it in its paragraph</summary>
    ${sourceOf({ ...quote, passage, text: passage.text, citation }, [])}
  </details>`
}

function placesOf(quotes: readonly QuoteJson[]): Html {
  return html`<details>
    <summary>${quotes.length === 1 ? 'Another place' : `${quotes.length} more places`}</summary>
    <ul class="places">
      ${quotes.map(({ citation }) => html`<li>${linkTo(citation)}</li>`)}
    </ul>
  </details>`
}

function linkTo(citation: Citation): Html {
  return html`<a href="${citation.url}#quote"
    ><bdi>${citation.title}</bdi>, ${placeOf(citation)}</a
  >`
}

function placeOf(citation: Citation): string {
  return placePart(citation, ENGLISH_PLACES)
}

/** The text of a quote: the words that were found stand out, and in them those that the draft does not have. */
function wordsOf(quote: QuoteJson, differences: readonly Difference[]): Html {
  const { start, end } = quote.citation
  const found = quote.highlight ?? { start, end }
  const cut = (span: Span) => quote.text.slice(span.start - start, span.end - start)
  const parts: Html[] = []
  let from = found.start
  for (const { source } of differences) {
    if (!source || source.start < from || source.end > found.end) continue
    parts.push(html`${cut({ start: from, end: source.start })}`)
    parts.push(html`<ins>${spoken('[the source says: ')}${cut(source)}${spoken(']')}</ins>`)
    from = source.end
  }
  const rest = cut({ start: from, end: found.end })
  const before = cut({ start, end: found.start })
  const after = cut({ start: found.end, end })
  return html`${before && html`<span class="around">${before}</span>`}${parts}${rest}${after && html`<span class="around">${after}</span>`}`
}
