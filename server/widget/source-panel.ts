import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { Citation } from '../answer/answer-schema.ts'
import type { Source } from './source-view.ts'

/**
 * Opens documents beside a chat, one at a time. When one is closed, the focus returns to where it
 * was.
 */
export class SourcePanel implements ReactiveController {
  /** The open document; null where none is open. */
  source: Source | null = null
  readonly #host: ReactiveControllerHost & { readonly renderRoot: ParentNode }
  #opener: HTMLElement | null = null

  constructor(host: ReactiveControllerHost & { readonly renderRoot: ParentNode }) {
    this.#host = host
    host.addController(this)
  }

  hostConnected(): void {
    addEventListener('message', this.#onMessage)
  }

  hostDisconnected(): void {
    removeEventListener('message', this.#onMessage)
  }

  /** Opens the document of a citation at `url`, unless the click asks for a new tab or window. */
  async open(event: MouseEvent, { title }: Citation, url: string): Promise<void> {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    this.#opener = event.currentTarget instanceof HTMLElement ? event.currentTarget : null
    await this.#show({ title, url })
    this.#host.renderRoot
      .querySelector<HTMLElement>('.source button')
      ?.focus({ preventScroll: true })
  }

  /** Closes the document, and returns the focus to the citation that opened it. */
  async close(): Promise<void> {
    await this.#show(null)
    this.#opener?.focus({ preventScroll: true })
  }

  /** Closes the document without moving the focus. */
  drop(): void {
    void this.#show(null)
  }

  async #show(source: Source | null): Promise<void> {
    this.source = source
    this.#host.requestUpdate()
    await this.#host.updateComplete
  }

  /** The page in the frame sends a message when Escape is pressed in it. */
  readonly #onMessage = (event: MessageEvent): void => {
    const frame = this.#host.renderRoot.querySelector('iframe')
    if (frame && event.source === frame.contentWindow && event.data === 'footnote:close') {
      void this.close()
    }
  }
}
