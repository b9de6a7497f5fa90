import { html, type TemplateResult } from 'lit'
import { keyed } from 'lit/directives/keyed.js'
import { iconButton } from './chat-view.ts'
import { icons } from './icons.ts'
import type { Words } from './words.ts'

/** A document that is open at a quote. */
export interface Source {
  readonly title: string
  /** The URL of the document's page, with the offsets of the quote. */
  readonly url: string
}

/** Shows the page of a document in a frame, with buttons that open it in a new tab and close it. */
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
      // Each URL gets a new frame: another URL in the same frame would add an entry to the history
      // of the page.
      html`<iframe
        part="document"
        title=${title}
        src=${url}
        @load=${({ currentTarget: frame }: Event) => sendTheme(frame, theme)}
      ></iframe>`,
    )}
  </section>`
}

/** A page in a frame does not know the theme of the page around it, so it is sent a message. */
function sendTheme(frame: EventTarget | null, theme: string): void {
  if (frame instanceof HTMLIFrameElement) frame.contentWindow?.postMessage(`footnote:${theme}`, '*')
}
