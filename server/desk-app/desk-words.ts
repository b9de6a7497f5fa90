import { html, nothing, type TemplateResult } from 'lit'
import { call } from './api.ts'
import { DeskElement } from './desk-element.ts'
import { dialogView } from './dialog.ts'
import { entered } from './filters.ts'
import { quoteView } from './place-view.ts'
import type { Expansion, HouseWord, HouseWords, ProposedWord } from './shapes.ts'
import { counted, time, times } from './shown.ts'

interface State {
  /** Null until they have come. */
  readonly words: HouseWords | null
  readonly removed: HouseWord | null
}

/** The element `<desk-words>`: which words mean the same in these documents. */
export class DeskWords extends DeskElement<State> {
  constructor() {
    super({ words: null, removed: null })
  }

  override connectedCallback(): void {
    super.connectedCallback()
    void this.#show()
  }

  protected override content(): TemplateResult {
    const { words, removed } = this.state
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
      ${words === null ? this.waitingView(() => void this.#show()) : this.#listView(words)}
      ${removed === null ? nothing : this.#removeDialog(removed)}
    `
  }

  #listView({ accepted, rejected, proposals, moreProposals }: HouseWords): TemplateResult {
    return html`<section aria-labelledby="proposals">
        <h2 id="proposals" tabindex="-1">Proposed by the documents</h2>
        ${
          proposals.length === 0
            ? html`<p>There are no proposals.</p>`
            : html`<ul class="entries">
                ${proposals.map((proposal) => this.#proposalView(proposal))}
              </ul>`
        }
        ${
          moreProposals === 0
            ? nothing
            : html`<p class="hint">${counted(moreProposals, 'more follows', 'more follow')}.</p>`
        }
      </section>
      <section aria-labelledby="list">
        <h2 id="list" tabindex="-1">Words in use</h2>
        ${accepted.length === 0 ? html`<p>There are none yet.</p>` : this.#wordTable(accepted)}
      </section>
      ${
        rejected.length === 0
          ? nothing
          : html`<section aria-labelledby="rejected">
              <h2 id="rejected">Not proposed again</h2>
              ${this.#wordTable(rejected)}
            </section>`
      }`
  }

  #wordTable(words: readonly HouseWord[]): TemplateResult {
    return html`<table class="cards">
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
                  aria-label="Remove ${namedBy(word.forms)}"
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

  #proposalView({ short, expansions }: ProposedWord): TemplateResult {
    return html`<li>
      <h3><bdi>${short}</bdi></h3>
      ${
        expansions.length > 1
          ? html`<p class="hint">The documents say that it stands for several things.</p>`
          : nothing
      }
      ${expansions.map((expansion) => this.#expansionView(short, expansion))}
    </li>`
  }

  #expansionView(short: string, { long, times: count, places }: Expansion): TemplateResult {
    const forms = [short, long]
    const button = (words: string, state: 'accepted' | 'rejected') =>
      html`<button
        type="button"
        class="quiet"
        aria-label="${words} ${namedBy(forms)}"
        ?disabled=${this.isBusy}
        @click=${() => void this.#decide(forms, state)}
      >
        ${words}
      </button>`
    return html`<p class="facts">
        <span><bdi>${long}</bdi></span>
        <span>defined ${times(count)}</span>
      </p>
      ${places.map((place) => quoteView(place))}
      <p class="buttons">${button('Accept', 'accepted')} ${button('Reject', 'rejected')}</p>`
  }

  #removeDialog({ id, forms }: HouseWord): TemplateResult {
    const named = namedBy(forms)
    return dialogView({
      heading: `Remove ${named}?`,
      body: html`<p>
        What was entered is forgotten: the forms no longer find each other, and may be proposed
        again.
      </p>`,
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
    const lines = entered(new FormData(form), 'forms').split('\n')
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
      const named = namedBy(forms)
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

  async #show(): Promise<void> {
    try {
      await this.#load()
    } catch (error) {
      this.tellProblem(error)
    }
  }

  async #load(): Promise<void> {
    this.set({ words: await call<HouseWords>('/desk/api/words') })
  }
}

function formsView(forms: readonly string[]): TemplateResult {
  return html`${forms.map((form, index) => html`${index === 0 ? nothing : ' = '}<bdi>${form}</bdi>`)}`
}

function namedBy(forms: readonly string[]): string {
  return forms.join(' = ')
}
