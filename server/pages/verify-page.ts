import { html } from 'hono/html'
import { foldSpace } from '../../presentation/fold-space.ts'
import { countVerdicts, type Verdict, VERDICTS } from '../../presentation/verdicts.ts'
import { MAX_DRAFT, type VerifiedSentence } from '../verification/verify-schema.ts'
import { type Html, page } from './page.ts'
import { type Mark, type MarkedSentence, markSentences, marksOf } from './draft-marks.ts'
import { markedDraft } from './verified-draft.ts'

/** What the form of the page at `/verify` sends. */
export interface DraftForm {
  readonly text: string
  /** Whether to look for similar sentences. */
  readonly similar: boolean
}

/** The form before anything was sent. */
export const EMPTY_FORM: DraftForm = { text: '', similar: false }

/** How much of a sentence the list of places to look at shows, in UTF-16 code units. */
const MAX_LISTED = 90

/** Makes the page on which people verify a draft. `problem` says why a draft was not verified; null if none was refused. */
export function verifyFormPage(form: DraftForm, problem: string | null = null): Html {
  return verifyPage(
    'Verify a draft – Footnote',
    html`<p class="lead">
        Paste a text that quotes from the documents. Each sentence and each quotation is compared
        with them, word by word.
      </p>
      ${problem !== null && html`<p class="notice" id="problem" role="alert">${problem}</p>`}
      ${draftForm(form, problem !== null)} ${LEGEND}`,
  )
}

/** Makes the same page with the draft marked. */
export function verifiedPage(form: DraftForm, sentences: readonly VerifiedSentence[]): Html {
  const { text } = form
  const marked = markSentences(sentences)
  return verifyPage(
    'Verified draft – Footnote',
    html`${summary(marked)}
      <section aria-labelledby="draft">
        <h2 id="draft">The draft</h2>
        ${LEGEND} ${markedDraft(text, marked)}
      </section>
      <section class="again" aria-labelledby="again">
        <h2 id="again">Change it, and verify it again</h2>
        ${draftForm(form, false)}
      </section>`,
  )
}

function verifyPage(title: string, body: Html): Html {
  return page(
    title,
    html`<div class="verify">
      <header><h1>Verify a draft</h1></header>
      ${body}
      <footer><a href="/">All documents</a></footer>
    </div>`,
    { styles: ['/assets/verify.css'] },
  )
}

function draftForm({ text, similar }: DraftForm, isWrong: boolean): Html {
  const described = isWrong ? 'problem limit' : 'limit'
  return html`<form method="post" action="/verify">
    <label for="text">Draft</label>
    <textarea
      id="text"
      name="text"
      rows="12"
      required
      dir="auto"
      aria-describedby="${described}"
      ${isWrong ? html`aria-invalid="true"` : ''}
    >
${text}</textarea>
    <p class="hint" id="limit">
      At most ${MAX_DRAFT.toLocaleString('en')} characters. The draft is not kept.
    </p>
    <p class="choice">
      <input type="checkbox" id="similar" name="similar" ${similar ? 'checked' : ''} />
      <label for="similar">Also show sentences that say something similar (slower)</label>
    </p>
    <button>Verify</button>
  </form>`
}

function summary(marked: readonly MarkedSentence[]): Html {
  const sentences = marked.map(({ sentence }) => sentence)
  const marks = marked.flatMap(marksOf)
  const quotations = marks.filter(({ kind }) => kind === 'quotation').map(({ judged }) => judged)
  const wrong = marks.filter(({ isWrong }) => isWrong)
  return html`<section class="summary" aria-labelledby="summary">
    <h2 id="summary">${verdictOn(wrong.length, sentences.length)}</h2>
    ${quotations.length > 0 && html`<p>${countVerdicts(quotations, 'quotation')}</p>`}
    <p>${countVerdicts(sentences, 'sentence')}</p>
    ${
      wrong.length > 0 &&
      html`<ul class="wrong">
        ${wrong.map(wrongItem)}
      </ul>`
    }
  </section>`
}

function verdictOn(wrong: number, sentences: number): string {
  if (sentences === 0) return 'There is no sentence in this draft'
  if (wrong === 0) return 'Nothing to look at: no quotation differs from the documents'
  return wrong === 1 ? 'One place to look at' : `${wrong} places to look at`
}

function wrongItem({ number, kind, judged }: Mark): Html {
  const { sign, words } = VERDICTS[judged.verdict]
  const text = foldSpace(judged.text)
  const shown = text.length > MAX_LISTED ? `${text.slice(0, MAX_LISTED).trimEnd()}…` : text
  const label = html`<span aria-hidden="true">${sign} </span>${number} ${words}`
  return html`<li>
    <span class="sign ${judged.verdict}">${label}</span> ${kind}:
    <a href="#mark-${number}"><bdi>${shown}</bdi></a>
  </li>`
}

const MEANINGS: readonly (readonly [Verdict, string])[] = [
  ['quoted', 'stands in a document word for word'],
  ['altered', 'nearly stands there: words, numbers or a negation differ'],
  ['similar', 'a document says something near it in other words'],
  ['not-found', 'nothing like it: fine for a writer’s own words, but not for a quotation'],
]

const LEGEND = html`<dl class="legend">
  ${MEANINGS.map(([verdict, meaning]) => {
    const { sign, words } = VERDICTS[verdict]
    return html`<div>
      <dt class="sign ${verdict}"><span aria-hidden="true">${sign} </span>${words}</dt>
      <dd>${meaning}</dd>
    </div>`
  })}
</dl>`
