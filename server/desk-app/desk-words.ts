import { html, nothing, type TemplateResult } from 'lit'
import { call } from './api.ts'
import { DeskElement } from './desk-element.ts'
import { dialogView } from './dialog.ts'
import { quoteView } from './place-view.ts'
import type { HouseWord, ProposedWord } from './shapes.ts'
import { time } from './shown.ts'

interface State {
  /** Null until they have come. */
  readonly words: readonly HouseWord[] | null
  readonly proposals: readonly ProposedWord[]
  readonly removed: HouseWord | null
}

/** The element `<desk-words>`: which words mean the same in these documents. */
export class DeskWords extends DeskElement<State> {
  constructor() {
    super({ words: null, proposals: [], removed: null })
  }

  override connectedCallback(): void {
    super.connectedCallback()
    void this.#load().catch((error: unknown) => this.tellProblem(error))
  }

  protected override content(): TemplateResult {
    const { words, proposals, removed } = this.state
    return html`
      <p class="lead">
        A question that has one of these forms also finds what is written with the others.
      </p>
      <section aria-labelledby="enter">
        <h2 id="enter">Enter words that mean the same</h2>
        <form class="stacked" @submit=${(event: SubmitEvent) => void this.#enter(event)}>
          <label class="field"
            >Forms, one a line
            <textarea name="forms" rows="3" required aria-describedby="forms-hint"></textarea>
          </label>
          <p class="hint" id="forms-hint">
            Such as “PMF” and “Popular Mobilization Forces”. Two forms at least.
          </p>
          <button ?disabled=${this.isBusy}>Save</button>
        </form>
      </section>
      <section aria-labelledby="proposals">
        <h2 id="proposals" tabindex="-1">Proposed by the documents</h2>
        ${
          proposals.length === 0
            ? html`<p>${words === null ? 'Loading…' : 'There are no proposals.'}</p>`
            : html`<ul class="entries">
                ${proposals.map((proposal) => this.#proposalView(proposal))}
              </ul>`
        }
      </section>
      <section aria-labelledby="list">
        <h2 id="list" tabindex="-1">Words in use</h2>
        ${this.#wordList(words)}
      </section>
      ${removed === null ? nothing : this.#removeDialog(removed)}
    `
  }

  #wordList(words: State['words']): TemplateResult {
    if (words === null) return html`<p class="fact">Loading…</p>`
    if (words.length === 0) return html`<p>There are none yet.</p>`
    return html`<table class="cards">
      <caption class="visually-hidden">
        Words in use
      </caption>
      <thead>
        <tr>
          <th scope="col">Forms</th>
          <th scope="col">Entered by</th>
          <th scope="col">When</th>
          <th scope="col">Actions</th>
        </tr>
      </thead>
      <tbody>
        ${words.map(
          (word) =>
            html`<tr>
              <th scope="row">${formsView(word.forms)}</th>
              <td data-label="Entered by"><bdi>${word.by}</bdi></td>
              <td data-label="When">${time(word.at)}</td>
              <td>
                <button
                  type="button"
                  class="quiet"
                  aria-label="Remove ${word.forms.join(' = ')}"
                  @click=${() => this.set({ removed: word })}
                >
                  Remove
                </button>
              </td>
            </tr>`,
        )}
      </tbody>
    </table>`
  }

  #proposalView({ forms, citation }: ProposedWord): TemplateResult {
    const named = forms.join(' = ')
    return html`<li>
      <h3>${formsView(forms)}</h3>
      ${quoteView(citation)}
      <p class="buttons">
        <button
          type="button"
          aria-label="Accept ${named}"
          ?disabled=${this.isBusy}
          @click=${() => void this.#decide(forms, 'accepted')}
        >
          Accept
        </button>
        <button
          type="button"
          class="quiet"
          aria-label="Reject ${named}"
          ?disabled=${this.isBusy}
          @click=${() => void this.#decide(forms, 'rejected')}
        >
          Reject
        </button>
      </p>
    </li>`
  }

  #removeDialog({ id, forms }: HouseWord): TemplateResult {
    const named = forms.join(' = ')
    return dialogView({
      heading: `Remove ${named}?`,
      body: html`<p>Questions with one form then no longer find the others.</p>`,
      action: 'Remove',
      isRemoval: true,
      onAction: () => void this.#remove(id, named),
      onClose: () => this.set({ removed: null }),
    })
  }

  async #enter(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const { currentTarget: form } = event
    if (!(form instanceof HTMLFormElement)) return
    const lines = String(new FormData(form).get('forms')).split('\n')
    const forms = lines.map((line) => line.trim()).filter((line) => line !== '')
    if (await this.#save(forms, 'accepted')) form.reset()
  }

  /** Accepts or rejects a proposal. Its buttons go away, so the focus moves to the heading above. */
  async #decide(forms: readonly string[], state: 'accepted' | 'rejected'): Promise<void> {
    if (await this.#save(forms, state)) await this.focusOn('#proposals')
  }

  #save(forms: readonly string[], state: 'accepted' | 'rejected'): Promise<boolean> {
    return this.act(async () => {
      await call('/desk/api/words', { method: 'POST', body: { forms, state } })
      await this.#load()
      const named = forms.join(' = ')
      return state === 'accepted' ? `${named}: in use now.` : `${named}: not proposed again.`
    })
  }

  async #remove(id: string, named: string): Promise<void> {
    const isRemoved = await this.act(async () => {
      await call(`/desk/api/words/${encodeURIComponent(id)}`, { method: 'DELETE' })
      await this.#load()
      return `${named}: removed.`
    })
    if (isRemoved) await this.focusOn('#list')
  }

  async #load(): Promise<void> {
    this.set(await call<Pick<State, 'words' | 'proposals'>>('/desk/api/words'))
  }
}

function formsView(forms: readonly string[]): TemplateResult {
  return html`${forms.map((form, index) => html`${index === 0 ? nothing : ' = '}<bdi>${form}</bdi>`)}`
}
