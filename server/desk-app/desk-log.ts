import { html, nothing, type TemplateResult } from 'lit'
import { call, withQuery } from './api.ts'
import { DeskElement } from './desk-element.ts'
import type { LogEntries, LogEntry } from './shapes.ts'
import { counted, time } from './shown.ts'

interface State {
  /** Those that have come, the latest first; null before. */
  readonly entries: readonly LogEntry[] | null
  /** Whether there are earlier ones. */
  readonly hasMore: boolean
}

const NOUNS: Readonly<Record<string, string>> = { vouched: 'Vouched answer' }

/** The element `<desk-log>`: who did what, the latest first. */
export class DeskLog extends DeskElement<State> {
  constructor() {
    super({ entries: null, hasMore: false })
  }

  override connectedCallback(): void {
    super.connectedCallback()
    void this.#load()
  }

  protected override content(): TemplateResult {
    const { entries, hasMore } = this.state
    if (entries === null) return this.waitingView(() => void this.#load())
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
                <th scope="row">${wordsFor(action)}</th>
                <td data-label="Of what"><bdi>${subject}</bdi></td>
                <td data-label="Who"><bdi>${by}</bdi></td>
                <td data-label="When"><time datetime=${at}>${time(at)}</time></td>
              </tr>`,
          )}
        </tbody>
      </table>
      ${
        hasMore
          ? html`<p>
              <button type="button" class="quiet" @click=${() => void this.#loadMore()}>
                Show earlier ones
              </button>
            </p>`
          : nothing
      }`
  }

  /** Shows the earlier ones, with the focus on the first of them. */
  async #loadMore(): Promise<void> {
    const shown = this.state.entries?.length ?? 0
    await this.#load()
    await this.focusOn(`tbody tr:nth-child(${shown + 1})`)
  }

  async #load(): Promise<void> {
    const shown = this.state.entries ?? []
    try {
      const before = shown.at(-1)?.number ?? null
      const { entries, hasMore } = await call<LogEntries>(withQuery('/desk/api/log', { before }))
      this.set({ entries: [...shown, ...entries], hasMore })
      if (shown.length > 0)
        this.tell(`${counted(entries.length, 'earlier entry', 'earlier entries')}.`)
    } catch (error) {
      this.tellProblem(error)
    }
  }
}

/** The code of an action in words: "Document removed" for `document.removed`. */
function wordsFor(action: string): string {
  const [noun = '', verb = ''] = action.split('.')
  const named = NOUNS[noun] ?? noun.charAt(0).toUpperCase() + noun.slice(1)
  return `${named} ${verb}`
}
