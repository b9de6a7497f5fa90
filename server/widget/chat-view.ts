import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { AnswerJson, Citation } from '../answer/answer-schema.ts'
import { answerView, isRewritten } from './answer-view.ts'
import { type Conversation, MAX_QUESTION } from './conversation.ts'
import { icons } from './icons.ts'
import type { Exchange } from './transcript.ts'
import type { Words } from './words.ts'

/** A chat, and what its view needs. */
export interface ChatView {
  readonly heading: string
  readonly greeting: string
  /** Questions that are offered while nothing has been asked. */
  readonly suggestions: readonly string[]
  /** The text that stands in the field at first. */
  readonly draft: string
  readonly words: Words
  readonly conversation: Conversation
  /** Null where the chat cannot be closed. */
  readonly onClose: (() => void) | null
  readonly onRestart: () => void
  /** Called when the user sends the question in the field. */
  readonly onSubmit: (field: HTMLTextAreaElement) => void
  readonly onAsk: (question: string) => void
  readonly onRetry: (exchange: Exchange) => void
  readonly urlOf: (citation: Citation) => string
  readonly onOpen: (event: MouseEvent, citation: Citation) => void
  readonly onCopy: (text: string) => void
  readonly onFeedback: (exchange: Exchange, answer: AnswerJson, helpful: boolean) => void
}

/** Shows a chat: the questions and answers, and the field for the next question. */
export function chatView(view: ChatView): TemplateResult {
  const { heading, greeting, words, conversation, onClose, onRestart } = view
  const { exchanges, status } = conversation
  return html`<section class="chat" part="chat" aria-label=${heading}>
    <header part="header">
      <h2 class="heading">${heading}</h2>
      ${exchanges.length > 0 ? iconButton(words.restart, icons.restart, onRestart) : nothing}
      ${onClose ? iconButton(words.close, icons.close, onClose) : nothing}
    </header>
    <div
      class="log"
      part="log"
      role="log"
      tabindex="0"
      aria-label=${words.conversation}
      aria-busy=${conversation.isAsking}
    >
      <p class="greeting" part="greeting">${greeting}</p>
      ${exchanges.length === 0 ? suggestionsView(view) : nothing}
      ${repeat(
        exchanges,
        ({ id }) => id,
        (exchange) => exchangeView(exchange, view),
      )}
    </div>
    <p class=${status === '' || conversation.isAsking ? 'hidden' : 'status'} role="status">
      ${status}
    </p>
    ${formView(view)}
  </section>`
}

/** A button that shows an icon and has an accessible name. */
export function iconButton(name: string, icon: unknown, onClick: () => void): TemplateResult {
  return html`<button
    type="button"
    class="plain"
    aria-label=${name}
    title=${name}
    @click=${onClick}
  >
    ${icon}
  </button>`
}

function exchangeView(exchange: Exchange, view: ChatView): TemplateResult {
  const { words } = view
  const { question, outcome } = exchange
  return html`<article class="exchange" part="exchange">
    <p class="question" part="question">
      <span class="hidden">${words.you}: </span><bdi class="asked">${question}</bdi>
    </p>
    ${
      isAnythingKnown(exchange)
        ? html`<div class="answer" part="answer">${outcomeView(exchange, view)}</div>`
        : nothing
    }
    ${
      outcome.kind === 'asking' && outcome.known.quotes.length === 0
        ? html`<p class="working" part="working" aria-hidden="true">${words.working}</p>`
        : nothing
    }
  </article>`
}

/** Whether there is anything to show under a question. */
function isAnythingKnown({ question, outcome }: Exchange): boolean {
  if (outcome.kind !== 'asking') return true
  return outcome.known.quotes.length > 0 || isRewritten(question, outcome.known)
}

function outcomeView(exchange: Exchange, view: ChatView): TemplateResult {
  const { words, conversation, onFeedback, onRetry } = view
  const { question, outcome } = exchange
  if (outcome.kind === 'asking' || outcome.kind === 'answered') {
    const { known, answer, helpful } =
      outcome.kind === 'asking'
        ? { known: outcome.known, answer: null, helpful: null }
        : { ...outcome, known: outcome.answer }
    return answerView({
      ...view,
      question,
      known,
      answer,
      helpful,
      onFeedback: (value) => answer && onFeedback(exchange, answer, value),
    })
  }
  const message = outcome.kind === 'failed' ? outcome.message : words.stopped
  return html`<p class="problem" part="problem" dir="auto">${message}</p>
    <button
      type="button"
      class="retry"
      part="retry"
      ?disabled=${conversation.isAsking}
      @click=${() => onRetry(exchange)}
    >
      ${words.retry}
    </button>`
}

function suggestionsView({ suggestions, words, onAsk }: ChatView) {
  if (suggestions.length === 0) return nothing
  return html`<ul class="suggestions" part="suggestions" aria-label=${words.suggestions}>
    ${suggestions.map(
      (question) =>
        html`<li>
          <button type="button" dir="auto" @click=${() => onAsk(question)}>${question}</button>
        </li>`,
    )}
  </ul>`
}

function formView({ draft, words, conversation, onSubmit }: ChatView): TemplateResult {
  const name = conversation.isAsking ? words.stop : words.send
  const submit = (event: Event & { currentTarget: HTMLElement }) => {
    event.preventDefault()
    const field = event.currentTarget.closest('form')?.querySelector('textarea')
    if (field) onSubmit(field)
  }
  const sendOnEnter = (event: KeyboardEvent & { currentTarget: HTMLElement }) => {
    // While an input method composes a word, Enter accepts the word.
    if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return
    if (conversation.isAsking) event.preventDefault()
    else submit(event)
  }
  const stopOnClick = (event: MouseEvent) => {
    if (!conversation.isAsking) return
    event.preventDefault()
    // The second click of a double click does not stop the question that the first click sent.
    if (event.detail <= 1) conversation.stop()
  }
  return html`<form part="form" @submit=${submit}>
    <textarea
      part="input"
      dir="auto"
      rows="1"
      maxlength=${MAX_QUESTION}
      aria-label=${words.question}
      placeholder=${words.placeholder}
      .value=${draft}
      @keydown=${sendOnEnter}
    ></textarea>
    <button
      type="submit"
      class="send"
      part="send"
      aria-label=${name}
      title=${name}
      @click=${stopOnClick}
    >
      ${conversation.isAsking ? icons.stop : icons.send}
    </button>
  </form>`
}

/**
 * Whether a key belongs to a word that an input method composes. Safari marks the last such key
 * only by its key code.
 */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229
}
