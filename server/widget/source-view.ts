import { html, type TemplateResult } from 'lit'
import { keyed } from 'lit/directives/keyed.js'
import { iconButton } from './chat-view.ts'
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
  { words, theme, onClose }: { words: Words; theme: string; onClose: () => void },
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
      ${iconButton(words.closeSource, icons.close, onClose)}
    </header>
    ${keyed(
      url,
      // A frame of its own: another address in the same one would be a step back for the page's reader.
      html`<iframe
        part="document"
        title=${title}
        src=${url}
        @load=${({ currentTarget: frame }: Event) => tellTheme(frame, theme)}
      ></iframe>`,
    )}
  </section>`
}

/** A frame does not take up the theme of what it is in. */
function tellTheme(frame: EventTarget | null, theme: string): void {
  if (frame instanceof HTMLIFrameElement) frame.contentWindow?.postMessage(`footnote:${theme}`, '*')
}
