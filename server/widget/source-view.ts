import { html, type TemplateResult } from 'lit'
import { icons } from './icons.ts'
import type { Words } from './words.ts'

/** A document that is open at a quote. */
export interface Source {
  readonly title: string
  /** Of its page, with the quote's place. */
  readonly url: string
}

/** A document's own page in a frame, with the ways out of it. */
export function sourceView(
  { title, url }: Source,
  { words, onClose }: { words: Words; onClose: () => void },
): TemplateResult {
  return html`<section class="source" part="source" aria-label=${words.source}>
    <header>
      <p class="heading"><bdi>${title}</bdi></p>
      <a
        class="plain"
        href="${url}#quote"
        target="_blank"
        rel="noopener"
        aria-label=${words.newTab}
        title=${words.newTab}
        >${icons.newTab}</a
      >
      <button
        type="button"
        class="plain close-source"
        aria-label=${words.closeSource}
        title=${words.closeSource}
        @click=${onClose}
      >
        ${icons.close}
      </button>
    </header>
    <iframe part="document" title=${title} src=${url}></iframe>
  </section>`
}
