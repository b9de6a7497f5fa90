import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { Citation } from '../answer/answer-schema.ts'
import { connect } from './api.ts'
import { addressOf, listOf, themeOf, wordsFor } from './attributes.ts'
import { chatView, isComposing } from './chat-view.ts'
import { fillsScreen, setWindow, watchScreen } from './chat-window.ts'
import { copyText } from './clipboard.ts'
import { Conversation, type ConversationContext, MAX_QUESTION } from './conversation.ts'
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

/**
 * The element `<footnote-chat>`: a chat that answers with quotations. Its events bubble, and are
 * dispatched across its shadow root.
 */
export class FootnoteChat extends LitElement {
  static override styles = styles

  static override properties = {
    endpoint: {},
    heading: {},
    greeting: {},
    suggestions: {},
    question: {},
    documents: {},
    collections: {},
    mode: { reflect: true },
    open: { type: Boolean, reflect: true },
    lang: { reflect: true },
    theme: { reflect: true },
  }

  /** The server's address; by default, where the script came from. */
  declare endpoint: string | null
  declare heading: string | null
  declare greeting: string | null
  /** Questions that are offered while nothing has been asked, separated by `|`. */
  declare suggestions: string | null
  /** A question that stands in the field at first, for the user to send. */
  declare question: string | null
  /** The ids of the documents to answer from, separated by commas; by default, all documents. */
  declare documents: string | null
  /** The collections to answer from as well, separated by commas. */
  declare collections: string | null
  /** `bubble` (the default): a button that opens a window; `inline`: a chat within the page. */
  declare mode: string | null
  /** Whether the window of a bubble is open. */
  declare open: boolean
  /** `auto` (the default), `light` or `dark`. */
  declare theme: string | null

  readonly #panel = new SourcePanel(this)
  #unwatchScreen = (): void => {}
  /** How far the log is scrolled to show the answer that is coming, in px; null if none is coming. */
  #followedTo: number | null = null
  readonly #conversation = new Conversation(() => this.#context())

  constructor() {
    super()
    this.open = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#unwatchScreen = watchScreen(() => this.#updateWindow())
    // A modal window is no longer modal after the element was moved in the page.
    this.#updateWindow()
    const transcript = this.#conversation.exchanges.length > 0 ? null : this.#store().read()
    if (!transcript) return
    this.#conversation.restore(transcript)
    // A page that was just opened is not covered by a window that fills the screen.
    this.open ||= transcript.isOpen && !fillsScreen()
    void this.#showLast()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#unwatchScreen()
    // The element may only be moving within the page; then it is connected again by now.
    queueMicrotask(() => this.isConnected || this.#conversation.stop())
  }

  /** Opens the window of a bubble, and focuses its field. */
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

  /**
   * Asks a question as if it had been typed; resolves when it is answered, stopped or failed. Does
   * nothing while another question is being asked.
   */
  async ask(question: string): Promise<void> {
    const trimmed = question.trim().slice(0, MAX_QUESTION).trim()
    if (trimmed === '' || this.#conversation.isAsking) return
    if (this.mode !== 'inline') this.open = true
    await this.#follow(this.#conversation.ask(trimmed))
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('open') || changed.has('mode')) this.#updateWindow()
    if (changed.has('open')) this.#saveTranscript()
    this.#followOn()
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
      draft: this.question ?? '',
      words,
      conversation,
      onClose: this.mode === 'inline' ? null : () => void this.hide(),
      onRestart: () => {
        this.reset()
        this.#focus('textarea')
      },
      onSubmit: (field) => this.#submit(field),
      onAsk: (question) => this.#askAndFocusField(() => this.ask(question)),
      onRetry: (exchange) =>
        this.#askAndFocusField(() => this.#follow(conversation.retry(exchange))),
      urlOf: (citation) => this.#urlOf(citation),
      onOpen: (event, citation) => {
        void this.#panel.open(event, citation, this.#urlOf(citation))
      },
      onCopy: (text) => void this.#copy(text),
      onFeedback: (...feedback) => void conversation.giveFeedback(...feedback),
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

  #context(): ConversationContext {
    return {
      api: connect(addressOf(this.endpoint)),
      documents: listOf(this.documents, ','),
      collections: listOf(this.collections, ','),
      words: wordsFor(this),
      changed: () => {
        this.#saveTranscript()
        this.requestUpdate()
      },
      dispatch: (name, detail) => {
        this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }))
      },
    }
  }

  #store(): ReturnType<typeof transcriptStore> {
    const chats = [...document.querySelectorAll('footnote-chat')]
    return transcriptStore(`${addressOf(this.endpoint)} ${this.id || chats.indexOf(this)}`)
  }

  #saveTranscript(): void {
    const { id, exchanges } = this.#conversation
    this.#store().write({ conversationId: id, exchanges, isOpen: this.open })
  }

  #urlOf({ url }: Citation): string {
    return addressOf(this.endpoint) + url.replace(/^\//, '')
  }

  #submit(field: HTMLTextAreaElement): void {
    void this.ask(field.value)
    field.value = ''
  }

  /**
   * Asks from a button that disappears when its question is asked, so that the focus has to move.
   */
  #askAndFocusField(ask: () => Promise<void>): void {
    void ask()
    this.#focus('textarea')
  }

  /**
   * Scrolls to a question, and again with each part of its answer, unless the user has scrolled
   * meanwhile.
   */
  async #follow(settled: Promise<void>): Promise<void> {
    await this.#showLast()
    this.#followedTo = this.#log()?.scrollTop ?? null
    await settled
    await this.updateComplete
    this.#followedTo = null
  }

  #followOn(): void {
    const log = this.#log()
    if (!log || log.scrollTop !== this.#followedTo) return
    this.#scrollToLast(log)
    this.#followedTo = log.scrollTop
  }

  /** Scrolls to the last question. */
  async #showLast(): Promise<void> {
    await this.updateComplete
    const log = this.#log()
    if (log) this.#scrollToLast(log)
  }

  #scrollToLast(log: HTMLElement): void {
    const last = log.querySelector<HTMLElement>('.exchange:last-of-type')
    // `scrollIntoView` would also scroll the page around an inline chat.
    if (last) log.scrollTop = last.offsetTop - log.offsetTop
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

  /** Closes what was opened last: on Escape, or on the back gesture of a phone. */
  #close(event: Event): void {
    if (!this.#panel.source && this.mode === 'inline') return
    event.preventDefault()
    if (this.#panel.source) void this.#panel.close()
    else void this.hide()
  }

  #updateWindow(): void {
    const dialog = this.renderRoot?.querySelector('dialog')
    if (dialog) setWindow(dialog, this.open)
  }
}
