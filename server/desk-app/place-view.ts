import { html, type TemplateResult } from 'lit'
import type { Place } from './shapes.ts'

/** The address that opens a document at words of it. */
export function placeUrl({ documentId, start, end }: Omit<Place, 'title' | 'text'>): string {
  return `/documents/${encodeURIComponent(documentId)}?start=${start}&end=${end}#quote`
}

/** Words of a document, with a link to their place. */
export function quoteView(place: Place): TemplateResult {
  return html`<figure class="quoted">
    <blockquote dir="auto">${place.text}</blockquote>
    <figcaption>
      <a href=${placeUrl(place)}><bdi>${place.title ?? place.documentId}</bdi></a>
    </figcaption>
  </figure>`
}
