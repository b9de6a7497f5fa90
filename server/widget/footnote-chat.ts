import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { QuoteJson } from '../answer/answer-schema.ts'
import { connect } from './api.ts'
import { chatView, isComposing } from './chat-view.ts'
import { fillsScreen, setWindow, watchScreen } from './chat-window.ts'
import { copyText } from './clipboard.ts'
import { Conversation, MAX_QUESTION, type Surroundings } from './conversation.ts'
import { icons } from './icons.ts'
import { type Source, sourceView } from './source-view.ts'
import { styles } from './styles.ts'
import { transcriptStore } from './transcript.ts'
import { type Words, wordsOf } from './words.ts'

/** The server that the script came from. */
const HOME = new URL(
  '.',
  document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : location.href,
).href

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
    source: { state: true },
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

  declare private source: Source | null
  /** What opened the source, to go back to. */
  #opener: HTMLElement | null = null
  #unwatchScreen = (): void => {}
  readonly #conversation = new Conversation(() => this.#surroundings())

  constructor() {
    super()
    this.open = false
    this.source = null
  }

  override connectedCallback(): void {
    super.connectedCallback()
    addEventListener('message', this.#onMessage)
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
    removeEventListener('message', this.#onMessage)
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
    this.source = null
    await this.updateComplete
    if (hadFocus) this.#focus('.bubble')
  }

  /** Begins a new conversation. */
  reset(): void {
    this.source = null
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
    const words = this.#words()
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
        class=${this.source ? 'wide' : ''}
        @cancel=${(event: Event) => this.#close(event)}
      >
        ${this.#frame(heading, words)}
      </dialog>`
  }

  #frame(heading: string, words: Words): TemplateResult {
    const { source } = this
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
      onOpen: (event, quote) => void this.#openSource(event, quote),
      onCopy: (text) => void this.#copy(text),
      onFeedback: (...given) => void conversation.giveFeedback(...given),
    })
    return html`<div
      class="frame"
      lang=${words.language}
      dir=${words.direction}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === 'Escape' && !isComposing(event)) this.#close(event)
      }}
    >
      ${chat}
      ${source ? sourceView(source, { words, theme: this.#theme(), onClose: () => void this.#closeSource() }) : nothing}
    </div>`
  }

  #surroundings(): Surroundings {
    return {
      api: connect(this.#address()),
      documents: listOf(this.documents, ','),
      words: this.#words(),
      changed: () => {
        this.#keep()
        this.requestUpdate()
      },
      tell: (name, detail) => {
        this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }))
      },
    }
  }

  #words(): Words {
    return wordsOf(this.lang || (this.closest<HTMLElement>('[lang]')?.lang ?? ''))
  }

  #theme(): string {
    if (this.theme === 'light' || this.theme === 'dark') return this.theme
    return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  }

  /** The server's, with a `/` at its end. */
  #address(): string {
    return new URL(this.endpoint ?? HOME, document.baseURI).href.replace(/\/?$/, '/')
  }

  #store(): ReturnType<typeof transcriptStore> {
    const chats = [...document.querySelectorAll('footnote-chat')]
    return transcriptStore(`${this.#address()} ${this.id || chats.indexOf(this)}`)
  }

  #keep(): void {
    const { id, exchanges } = this.#conversation
    this.#store().write({ conversationId: id, exchanges, isOpen: this.open })
  }

  #urlOf({ citation }: QuoteJson): string {
    return this.#address() + citation.url.replace(/^\//, '')
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

  async #openSource(event: MouseEvent, quote: QuoteJson): Promise<void> {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    this.#opener = event.currentTarget instanceof HTMLElement ? event.currentTarget : null
    this.source = { title: quote.citation.title, url: this.#urlOf(quote) }
    await this.updateComplete
    this.#focus('.close-source')
  }

  async #closeSource(): Promise<void> {
    this.source = null
    await this.updateComplete
    this.#opener?.focus({ preventScroll: true })
  }

  async #copy(text: string): Promise<void> {
    const { copied, notCopied } = this.#words()
    const frame = this.renderRoot.querySelector('.frame')
    const isCopied = frame !== null && (await copyText(text, frame))
    this.#conversation.announce(isCopied ? copied : notCopied)
  }

  #focus(selector: string): void {
    this.renderRoot.querySelector<HTMLElement>(selector)?.focus({ preventScroll: true })
  }

  /** Escape, or a phone's way back: closes what was opened last. */
  #close(event: Event): void {
    if (!this.source && this.mode === 'inline') return
    event.preventDefault()
    if (this.source) void this.#closeSource()
    else void this.hide()
  }

  /** A document in the frame says that Escape was pressed there. */
  readonly #onMessage = (event: MessageEvent): void => {
    const frame = this.renderRoot.querySelector('iframe')
    if (frame && event.source === frame.contentWindow && event.data === 'footnote:close') {
      void this.#closeSource()
    }
  }

  #showWindow(): void {
    const dialog = this.renderRoot?.querySelector('dialog')
    if (dialog) setWindow(dialog, this.open)
  }
}

function listOf(value: string | null | undefined, separator: string): string[] {
  return (value ?? '').split(separator).flatMap((item) => item.trim() || [])
}
