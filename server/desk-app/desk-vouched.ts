import { html, nothing, type TemplateResult } from 'lit'
import { call } from './api.ts'
import { DeskElement } from './desk-element.ts'
import { dialogView } from './dialog.ts'
import { readFilters, writeFilters } from './filters.ts'
import { quoteView } from './place-view.ts'
import { quoteFinderView } from './quote-finder-view.ts'
import { QuoteFinder } from './quote-finder.ts'
import type { Place, VouchedAnswer } from './shapes.ts'
import { counted, time } from './shown.ts'

/** As many characters as a question may have. */
const MAX_QUESTION = 1000

/** As many quotes as an answer may have. */
const MAX_QUOTES = 10

/** An answer that is being written. */
interface Draft {
  /** Null for a new one. */
  readonly id: string | null
  readonly question: string
  /** In the order in which they are shown. */
  readonly quotes: readonly Place[]
}

interface State {
  /** Null until they have come. */
  readonly answers: readonly VouchedAnswer[] | null
  /** From which probability that it asks for the same a question gets a vouched answer; null until it has come. */
  readonly threshold: number | null
  readonly draft: Draft
  readonly removed: VouchedAnswer | null
}

const EMPTY: Draft = { id: null, question: '', quotes: [] }

/** The element `<desk-vouched>`: answers that people vouch for, made of quotes that they choose. */
export class DeskVouched extends DeskElement<State> {
  readonly #finder = new QuoteFinder()

  constructor() {
    const { question } = readFilters({ question: '' })
    super({ answers: null, threshold: null, draft: { ...EMPTY, question }, removed: null })
  }

  override connectedCallback(): void {
    super.connectedCallback()
    void this.#show()
  }

  protected override content(): TemplateResult {
    const { answers, threshold, removed } = this.state
    return html`
      <p class="lead">
        Where people ask what stands here, they get the quotes that you choose, before all others.
        ${
          threshold === null
            ? nothing
            : html`A question counts as the same from a probability of
              ${Math.round(threshold * 100)} % on.`
        }
      </p>
      ${this.#editor()}
      <section aria-labelledby="list">
        <h2 id="list" tabindex="-1">
          ${answers === null ? 'Vouched answers' : counted(answers.length, 'vouched answer')}
        </h2>
        ${this.#answerList(answers)}
      </section>
      ${removed === null ? nothing : this.#removeDialog(removed)}
    `
  }

  #editor(): TemplateResult {
    const { id, question, quotes } = this.state.draft
    const isNew = id === null
    return html`<section class="editor" aria-labelledby="edit">
      <h2 id="edit">${isNew ? 'Vouch for an answer' : 'Change an answer'}</h2>
      <label class="field"
        >Question
        <textarea
          id="question"
          rows="2"
          maxlength=${MAX_QUESTION}
          dir="auto"
          .value=${question}
          @input=${({ currentTarget }: Event) => {
            if (currentTarget instanceof HTMLTextAreaElement) {
              this.#draft({ question: currentTarget.value })
            }
          }}
        ></textarea>
      </label>
      ${quoteFinderView({
        finder: this.#finder,
        isBusy: this.isBusy,
        isChosen: (place) => this.state.draft.quotes.some((quote) => isSame(quote, place)),
        onChoose: (place, isChosen) => this.#choose(place, isChosen),
        onAsk: () => void this.#ask(),
        onFindDocuments: (search) => void this.act(() => this.#finder.findDocuments(search)),
        onOpen: (documentId) => void this.#open(documentId),
        onSearch: (words) => this.tell(this.#finder.search(words)),
      })}
      <h3 id="chosen" tabindex="-1">Chosen quotes</h3>
      ${
        quotes.length === 0
          ? html`<p class="hint">None yet. Tick quotes above.</p>`
          : html`<ol class="entries">
              ${quotes.map((quote) => this.#chosenView(quote))}
            </ol>`
      }
      <p class="buttons">
        <button type="button" ?disabled=${this.isBusy} @click=${() => void this.#save()}>
          ${isNew ? 'Vouch for this answer' : 'Save the change'}
        </button>
        ${
          isNew
            ? nothing
            : html`<button type="button" class="quiet" @click=${() => void this.#stop()}>
                Do not change it
              </button>`
        }
      </p>
    </section>`
  }

  #chosenView(quote: Place): TemplateResult {
    return html`<li>
      ${quoteView(quote)}
      <button
        type="button"
        class="quiet"
        aria-label="Take out: ${quote.text}"
        @click=${() => {
          this.#choose(quote, false)
          void this.focusOn('#chosen')
        }}
      >
        Take out
      </button>
    </li>`
  }

  #answerList(answers: State['answers']): TemplateResult {
    if (answers === null) return this.waitingView(() => void this.#show())
    if (answers.length === 0) return html`<p>There are none yet.</p>`
    return html`<ul class="entries">
      ${answers.map((answer) => this.#answerView(answer))}
    </ul>`
  }

  #answerView(answer: VouchedAnswer): TemplateResult {
    const { question, quotes, by, at, state } = answer
    return html`<li>
      <h3 dir="auto">${question}</h3>
      <p class="facts">
        <span>Vouched for by <bdi>${by}</bdi></span> <span>${time(at)}</span>
      </p>
      <p>${stateView(state)}</p>
      ${quotes.map((quote) => quoteView(quote))}
      <p class="buttons">
        <button
          type="button"
          class="quiet"
          aria-label="Change: ${question}"
          @click=${() => void this.#change(answer)}
        >
          Change
        </button>
        <button
          type="button"
          class="quiet"
          aria-label="Remove: ${question}"
          @click=${() => this.set({ removed: answer })}
        >
          Remove
        </button>
      </p>
    </li>`
  }

  #removeDialog({ id, question }: VouchedAnswer): TemplateResult {
    return dialogView({
      heading: 'Remove this vouched answer?',
      body: html`<p dir="auto">“${question}”</p>
        <p>The question is then answered from the documents again, as any other.</p>`,
      action: 'Remove',
      isRemoval: true,
      onAction: () => void this.#remove(id),
      onClose: () => this.set({ removed: null }),
    })
  }

  #draft(change: Partial<Draft>): void {
    this.set({ draft: { ...this.state.draft, ...change } })
  }

  #choose(place: Place, isChosen: boolean): void {
    const others = this.state.draft.quotes.filter((quote) => !isSame(quote, place))
    this.#draft({ quotes: isChosen ? [...others, place] : others })
    this.tell(`${counted(this.state.draft.quotes.length, 'quote')} chosen.`)
  }

  async #ask(): Promise<void> {
    const question = this.state.draft.question.trim()
    if (question === '') return this.#missQuestion()
    await this.act(() => this.#finder.ask(question))
  }

  async #open(documentId: string): Promise<void> {
    if (await this.act(() => this.#finder.openDocument(documentId))) {
      await this.focusOn('#open-document')
    }
  }

  async #save(): Promise<void> {
    const { id, question, quotes } = this.state.draft
    const asked = question.trim()
    if (asked === '') return this.#missQuestion()
    if (quotes.length === 0) {
      this.tell('Choose a quote first.')
      return this.focusOn('#chosen')
    }
    if (quotes.length > MAX_QUOTES) {
      this.tell(`At most ${MAX_QUOTES} quotes can be chosen. Take some out.`)
      return this.focusOn('#chosen')
    }
    const places = quotes.map(({ documentId, start, end }) => ({ documentId, start, end }))
    const isSaved = await this.act(async () => {
      const path = id === null ? '/desk/api/vouched' : pathOf(id)
      const method = id === null ? 'POST' : 'PUT'
      await call(path, { method, body: { question: asked, quotes: places } })
      await this.#load()
      return `Saved: “${asked}” gets ${counted(quotes.length, 'quote')} now.`
    })
    if (isSaved) await this.#stop()
    return undefined
  }

  /** Ends writing, and moves the focus to the list. */
  async #stop(): Promise<void> {
    this.#finder.clear()
    writeFilters({})
    this.set({ draft: EMPTY })
    await this.focusOn('#list')
  }

  async #change({ id, question, quotes }: VouchedAnswer): Promise<void> {
    this.#finder.clear()
    this.set({ draft: { id, question, quotes } })
    await this.focusOn('#question')
  }

  async #remove(id: string): Promise<void> {
    const isRemoved = await this.act(async () => {
      await call(pathOf(id), { method: 'DELETE' })
      await this.#load()
      return 'The vouched answer is removed.'
    })
    if (!isRemoved) return
    if (this.state.draft.id === id) this.set({ draft: EMPTY })
    await this.focusOn('#list')
  }

  #missQuestion(): Promise<void> {
    this.tell('Enter the question first.')
    return this.focusOn('#question')
  }

  async #show(): Promise<void> {
    try {
      await this.#load()
    } catch (error) {
      this.tellProblem(error)
    }
  }

  async #load(): Promise<void> {
    this.set(await call<Pick<State, 'answers' | 'threshold'>>('/desk/api/vouched'))
  }
}

function isSame(a: Place, b: Place): boolean {
  return a.documentId === b.documentId && a.start === b.start && a.end === b.end
}

function pathOf(id: string): string {
  return `/desk/api/vouched/${encodeURIComponent(id)}`
}

function stateView(state: VouchedAnswer['state']): TemplateResult {
  switch (state) {
    case 'stands':
      return html`<span class="state good">Given</span>`
    case 'moved':
      return html`<span class="state good">Given</span>
        <span class="fact">A document has changed. Its words stand at another place now.</span>`
    case 'stale':
      return html`<span class="state bad">Not given</span>
        <span class="fact"
          >A document no longer has these words. Choose others, or remove this answer.</span
        >`
    case 'gone':
      return html`<span class="state bad">Not given</span>
        <span class="fact">A document is gone. Choose other quotes, or remove this answer.</span>`
    default:
      return state satisfies never
  }
}
