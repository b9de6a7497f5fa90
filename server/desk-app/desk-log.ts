import { html, nothing, type TemplateResult } from 'lit'
import { call, withQuery } from './api.ts'
import { DeskElement } from './desk-element.ts'
import type { LogEntry } from './shapes.ts'
import { time } from './shown.ts'

interface State {
  /** Those that have come, the latest first; null before. */
  readonly entries: readonly LogEntry[] | null
  /** Where the next ones begin; null where there are no more. */
  readonly next: string | null
}

/** The element `<desk-log>`: who did what, the latest first. */
export class DeskLog extends DeskElement<State> {
  constructor() {
    super({ entries: null, next: null })
  }

  override connectedCallback(): void {
    super.connectedCallback()
    void this.#load()
  }

  protected override content(): TemplateResult {
    const { entries, next } = this.state
    if (entries === null) return html`<p class="fact">Loading…</p>`
    if (entries.length === 0) return html`<p>Nothing was done yet.</p>`
    return html`<table class="cards">
        <caption class="visually-hidden">
          What was done, the latest first
        </caption>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Of what</th>
            <th scope="col">Who</th>
            <th scope="col">When</th>
          </tr>
        </thead>
        <tbody>
          ${entries.map(
            ({ at, by, action, subject }) =>
              html`<tr tabindex="-1">
                <th scope="row">${action}</th>
                <td data-label="Of what"><bdi>${subject}</bdi></td>
                <td data-label="Who"><bdi>${by}</bdi></td>
                <td data-label="When"><time datetime=${at}>${time(at)}</time></td>
              </tr>`,
          )}
        </tbody>
      </table>
      ${
        next === null
          ? nothing
          : html`<p>
              <button type="button" class="quiet" @click=${() => void this.#loadMore()}>
                Show earlier ones
              </button>
            </p>`
      }`
  }

  /** Shows the earlier ones, with the focus on the first of them. */
  async #loadMore(): Promise<void> {
    const shown = this.state.entries?.length ?? 0
    await this.#load()
    await this.focusOn(`tbody tr:nth-child(${shown + 1})`)
  }

  async #load(): Promise<void> {
    const { entries, next } = this.state
    try {
      const path = withQuery('/desk/api/log', { before: next })
      const { items, before } = await call<{ items: LogEntry[]; before: string | null }>(path)
      this.set({ entries: [...(entries ?? []), ...items], next: before })
    } catch (error) {
      this.tellProblem(error)
    }
  }
}
