import { html, nothing, type TemplateResult } from 'lit'
import { foldSpace } from '../../presentation/fold-space.ts'
import type { AnswerJson, Citation, QuoteJson } from '../answer/answer-schema.ts'
import { citationParts, likelihood, placePart } from '../../presentation/citation.ts'
import { highlightParts } from '../../presentation/highlight.ts'
import { icons } from './icons.ts'
import type { KnownAnswer } from './transcript.ts'
import type { Words } from './words.ts'

/** An answer as far as it is known, and what its view needs. */
export interface AnswerView {
  readonly question: string
  readonly known: KnownAnswer
  /** Null until the answer is complete. */
  readonly answer: AnswerJson | null
  /** The user's feedback; null where there is none yet. */
  readonly helpful: boolean | null
  readonly words: Words
  /** The URL of a quote's document, opened at the quote. */
  readonly urlOf: (citation: Citation) => string
  readonly onOpen: (event: MouseEvent, citation: Citation) => void
  readonly onCopy: (text: string) => void
  readonly onFeedback: (helpful: boolean) => void
}

/** Whether the question was rewritten before it was searched for. */
export function isRewritten(question: string, { interpretedAs }: KnownAnswer): boolean {
  return interpretedAs !== null && interpretedAs !== question
}

/**
 * Shows an answer: how the question was read if it was rewritten, the quotes, and once it is
 * complete what is also on this, or the closest passages, and the feedback buttons.
 */
export function answerView(view: AnswerView): TemplateResult {
  const { question, known, answer, words } = view
  return html`
    ${
      isRewritten(question, known)
        ? html`<p class="reading" part="reading">
            ${words.readAs}: <q dir="auto">${known.interpretedAs}</q>
          </p>`
        : nothing
    }
    ${
      answer === null || answer.answered
        ? known.quotes.map((quote) => quoteView(quote, view))
        : html`<p class="refusal" part="refusal" dir="auto">${answer.answer}</p>`
    }
    ${answer === null ? nothing : restView(answer, view)}
  `
}

/** What is known only once an answer is complete. */
function restView({ quotes, alsoOnThis, closest }: AnswerJson, view: AnswerView): TemplateResult {
  const { words } = view
  return html`
    ${foldedQuotes('also', words.alsoOnThis, alsoOnThis, view)}
    ${foldedQuotes('closest', words.closest, closest, view)}
    ${quotes.length + closest.length > 0 ? feedbackView(view) : nothing}
  `
}

/** Quotes that probably do not answer, under a heading that opens them. */
function foldedQuotes(
  part: 'also' | 'closest',
  heading: string,
  quotes: readonly QuoteJson[],
  view: AnswerView,
) {
  if (quotes.length === 0) return nothing
  return html`<details class="folded" part=${part}>
    <summary>${heading} (${quotes.length})</summary>
    ${quotes.map((quote) => quoteView(quote, view))}
  </details>`
}

function quoteView(quote: QuoteJson, view: AnswerView): TemplateResult {
  const { words, urlOf, onOpen, onCopy } = view
  const { number, text, confidence, citation, alsoIn, passage, vouched } = quote
  const before = passage.text.slice(0, citation.start - passage.start)
  const after = passage.text.slice(citation.end - passage.start)
  return html`<figure class="quote" part="quote">
    <blockquote dir="auto">${highlighted(quote)}</blockquote>
    <figcaption>
      <a
        part="citation"
        href="${urlOf(citation)}#quote"
        target="_blank"
        rel="noopener"
        @click=${(event: MouseEvent) => onOpen(event, citation)}
        ><span class="number">[${number}]</span>
        ${citationParts(citation).map((part) => html`<bdi>${part}</bdi>, `)}${placePart(
          citation,
          words,
        )}</a
      >
      <span class="confidence" part="confidence"
        >${vouched ? html`${words.chosenBy} <bdi>${vouched.by}</bdi>` : words[likelihood(confidence)]}</span
      >
      ${alsoIn.map((copy) => copyView(copy, view))}
    </figcaption>
    <div class="tools">
      <details>
        <summary>${words.around}</summary>
        <p dir="auto">${before}<mark>${text}</mark>${after}</p>
      </details>
      <button
        type="button"
        class="plain"
        aria-label="${words.copy} [${number}]"
        title=${words.copy}
        @click=${() => onCopy(textToCopy(quote, words, urlOf(citation)))}
      >
        ${icons.copy}
      </button>
    </div>
  </figure>`
}

/** A link to another document that says the same. */
function copyView(citation: Citation, { words, urlOf, onOpen }: AnswerView): TemplateResult {
  return html`<span class="copy"
    >${words.alsoIn}
    <a
      href="${urlOf(citation)}#quote"
      target="_blank"
      rel="noopener"
      @click=${(event: MouseEvent) => onOpen(event, citation)}
      ><bdi>${citation.title}</bdi>, ${placePart(citation, words)}</a
    ></span
  >`
}

/** The text of a quote with the words that answer set off; without white space of the template around it. */
function highlighted({ text, highlight, citation }: QuoteJson) {
  const { before, words, after } = highlightParts({ text, start: citation.start, highlight })
  return [before, words ? html`<mark part="highlight">${words}</mark>` : nothing, after]
}

function feedbackView({ helpful, words, onFeedback }: AnswerView): TemplateResult {
  const thumb = (value: boolean) =>
    html`<button
      type="button"
      class="plain"
      aria-pressed=${helpful === value}
      aria-label=${value ? words.helpful : words.unhelpful}
      title=${value ? words.helpful : words.unhelpful}
      @click=${() => onFeedback(value)}
    >
      ${value ? icons.helpful : icons.unhelpful}
    </button>`
  return html`<div class="feedback" part="feedback">${thumb(true)}${thumb(false)}</div>`
}

/** A quote with its citation and its URL, as text to copy. */
function textToCopy({ text, citation }: QuoteJson, words: Words, url: string): string {
  const parts = [...citationParts(citation), placePart(citation, words)]
  return `“${foldSpace(text)}”\n${parts.join(', ')}\n${url}`
}
