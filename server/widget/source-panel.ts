import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { QuoteJson } from '../answer/answer-schema.ts'
import type { Source } from './source-view.ts'

/** Opens documents beside a chat, one at a time, and gives the focus back where it came from. */
export class SourcePanel implements ReactiveController {
  /** Null where none is open. */
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

  /** Opens what a citation leads to, at `url`, unless it is asked for in a tab or window of its own. */
  async open(event: MouseEvent, { citation }: QuoteJson, url: string): Promise<void> {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    this.#opener = event.currentTarget instanceof HTMLElement ? event.currentTarget : null
    await this.#show({ title: citation.title, url })
    this.#host.renderRoot
      .querySelector<HTMLElement>('.source button')
      ?.focus({ preventScroll: true })
  }

  async close(): Promise<void> {
    await this.#show(null)
    this.#opener?.focus({ preventScroll: true })
  }

  /** Closes it where the focus is not to move. */
  drop(): void {
    void this.#show(null)
  }

  async #show(source: Source | null): Promise<void> {
    this.source = source
    this.#host.requestUpdate()
    await this.#host.updateComplete
  }

  /** A document in the frame says that Escape was pressed there. */
  readonly #onMessage = (event: MessageEvent): void => {
    const frame = this.#host.renderRoot.querySelector('iframe')
    if (frame && event.source === frame.contentWindow && event.data === 'footnote:close') {
      void this.close()
    }
  }
}
