import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { QuoteJson } from '../answer/answer-schema.ts'
import { connect } from './api.ts'
import { addressOf, listOf, themeOf, wordsFor } from './attributes.ts'
import { chatView, isComposing } from './chat-view.ts'
import { fillsScreen, setWindow, watchScreen } from './chat-window.ts'
import { copyText } from './clipboard.ts'
import { Conversation, MAX_QUESTION, type Surroundings } from './conversation.ts'
import { icons } from './icons.ts'
import { SourcePanel } from './source-panel.ts'
import { sourceView } from './source-view.ts'
import { styles } from './styles.ts'
import { transcriptStore } from './transcript.ts'
import type { Words } from './words.ts'

declare global {
  interface HTMLElementTagNameMap {
    'footnote-chat': FootnoteChat
  }
}

/** `<footnote-chat>`: a chat that answers in quotations. It tells of all that happens by events that leave its shadow. */
export class FootnoteChat extends LitElement {
  static override styles = styles

  static override properties = {
    endpoint: {},
    heading: {},
    greeting: {},
    suggestions: {},
    documents: {},
    mode: { reflect: true },
    open: { type: Boolean, reflect: true },
    lang: { reflect: true },
    theme: { reflect: true },
  }

  /** The server's address; without it, where the script came from. */
  declare endpoint: string | null
  declare heading: string | null
  declare greeting: string | null
  /** Questions to begin with, separated by `|`. */
  declare suggestions: string | null
  /** Ids of the documents to answer from, separated by commas; without it, all of them. */
  declare documents: string | null
  /** `bubble` (as it is without it): a button that opens a window; `inline`: in its place on the page. */
  declare mode: string | null
  /** Whether the window of a bubble is open. */
  declare open: boolean
  /** `auto` (as it is without it), `light` or `dark`. */
  declare theme: string | null

  readonly #panel = new SourcePanel(this)
  #unwatchScreen = (): void => {}
  readonly #conversation = new Conversation(() => this.#surroundings())

  constructor() {
    super()
    this.open = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#unwatchScreen = watchScreen(() => this.#showWindow())
    // After a move on the page, what was modal is not.
    this.#showWindow()
    const kept = this.#conversation.exchanges.length > 0 ? null : this.#store().read()
    if (!kept) return
    this.#conversation.restore(kept)
    // A full screen over a page that was just opened is nothing that anybody asked for.
    this.open ||= kept.isOpen && !fillsScreen()
    void this.#showLast()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#unwatchScreen()
    // It may only be moved to another place.
    queueMicrotask(() => this.isConnected || this.#conversation.stop())
  }

  /** Opens the window of a bubble, and puts the cursor into its field. */
  async show(): Promise<void> {
    this.open = true
    await this.#showLast()
    this.#focus('textarea')
  }

  /** Closes the window of a bubble. */
  async hide(): Promise<void> {
    const hadFocus = this.shadowRoot?.activeElement != null
    this.open = false
    this.#panel.drop()
    await this.updateComplete
    if (hadFocus) this.#focus('.bubble')
  }

  /** Begins a new conversation. */
  reset(): void {
    this.#panel.drop()
    this.#conversation.reset()
  }

  /** Asks a question as if it had been typed; resolves when it is settled. Nothing happens while another is under way. */
  async ask(question: string): Promise<void> {
    const asked = question.trim().slice(0, MAX_QUESTION).trim()
    if (asked === '' || this.#conversation.isAsking) return
    if (this.mode !== 'inline') this.open = true
    await this.#follow(this.#conversation.ask(asked))
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('open') || changed.has('mode')) this.#showWindow()
    if (changed.has('open')) this.#keep()
  }

  protected override render(): TemplateResult {
    const words = wordsFor(this)
    const heading = this.heading ?? words.heading
    if (this.mode === 'inline') return this.#frame(heading, words)
    return html`<button
        type="button"
        class="bubble"
        part="bubble"
        aria-haspopup="dialog"
        aria-expanded=${this.open}
        aria-label=${words.open}
        title=${words.open}
        @click=${() => void (this.open ? this.hide() : this.show())}
      >
        ${icons.quote}
      </button>
      <dialog
        part="window"
        aria-label=${heading}
        class=${this.#panel.source ? 'wide' : ''}
        @cancel=${(event: Event) => this.#close(event)}
      >
        ${this.#frame(heading, words)}
      </dialog>`
  }

  #frame(heading: string, words: Words): TemplateResult {
    const { source } = this.#panel
    const conversation = this.#conversation
    const chat = chatView({
      heading,
      greeting: this.greeting ?? words.greeting,
      suggestions: listOf(this.suggestions, '|'),
      words,
      conversation,
      onClose: this.mode === 'inline' ? null : () => void this.hide(),
      onRestart: () => {
        this.reset()
        this.#focus('textarea')
      },
      onSubmit: (field) => this.#submit(field),
      onAsk: (question) => this.#askAndStay(() => this.ask(question)),
      onRetry: (exchange) => this.#askAndStay(() => this.#follow(conversation.retry(exchange))),
      urlOf: (quote) => this.#urlOf(quote),
      onOpen: (event, quote) => void this.#panel.open(event, quote, this.#urlOf(quote)),
      onCopy: (text) => void this.#copy(text),
      onFeedback: (...given) => void conversation.giveFeedback(...given),
    })
    const theme = themeOf(this.theme)
    return html`<div
      class="frame"
      lang=${words.language}
      dir=${words.direction}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === 'Escape' && !isComposing(event)) this.#close(event)
      }}
    >
      ${chat}
      ${source ? sourceView(source, { words, theme, onClose: () => void this.#panel.close() }) : nothing}
    </div>`
  }

  #surroundings(): Surroundings {
    return {
      api: connect(addressOf(this.endpoint)),
      documents: listOf(this.documents, ','),
      words: wordsFor(this),
      changed: () => {
        this.#keep()
        this.requestUpdate()
      },
      tell: (name, detail) => {
        this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }))
      },
    }
  }

  #store(): ReturnType<typeof transcriptStore> {
    const chats = [...document.querySelectorAll('footnote-chat')]
    return transcriptStore(`${addressOf(this.endpoint)} ${this.id || chats.indexOf(this)}`)
  }

  #keep(): void {
    const { id, exchanges } = this.#conversation
    this.#store().write({ conversationId: id, exchanges, isOpen: this.open })
  }

  #urlOf({ citation }: QuoteJson): string {
    return addressOf(this.endpoint) + citation.url.replace(/^\//, '')
  }

  #submit(field: HTMLTextAreaElement): void {
    void this.ask(field.value)
    field.value = ''
  }

  /** For a button that is gone when its question is asked. */
  #askAndStay(ask: () => Promise<void>): void {
    void ask()
    this.#focus('textarea')
  }

  /** Brings a question into view, and again when its answer is there, unless its reader has turned to another. */
  async #follow(settled: Promise<void>): Promise<void> {
    await this.#showLast()
    const shown = this.#log()?.scrollTop
    await settled
    if (this.#log()?.scrollTop === shown) await this.#showLast()
  }

  async #showLast(): Promise<void> {
    await this.updateComplete
    const log = this.#log()
    const last = log?.querySelector<HTMLElement>('.exchange:last-of-type')
    // Not `scrollIntoView`, which scrolls the page around an inline chat as well.
    if (log && last) log.scrollTop = last.offsetTop - log.offsetTop
  }

  #log(): HTMLElement | null {
    return this.renderRoot.querySelector('.log')
  }

  async #copy(text: string): Promise<void> {
    const { copied, notCopied } = wordsFor(this)
    const frame = this.renderRoot.querySelector('.frame')
    const isCopied = frame !== null && (await copyText(text, frame))
    this.#conversation.announce(isCopied ? copied : notCopied)
  }

  #focus(selector: string): void {
    this.renderRoot.querySelector<HTMLElement>(selector)?.focus({ preventScroll: true })
  }

  /** Escape, or a phone's way back: closes what was opened last. */
  #close(event: Event): void {
    if (!this.#panel.source && this.mode === 'inline') return
    event.preventDefault()
    if (this.#panel.source) void this.#panel.close()
    else void this.hide()
  }

  #showWindow(): void {
    const dialog = this.renderRoot?.querySelector('dialog')
    if (dialog) setWindow(dialog, this.open)
  }
}
