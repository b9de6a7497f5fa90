import { html, nothing, type TemplateResult } from 'lit'
import { entered } from './filters.ts'
import { pagerView } from './pager.ts'
import { quoteView } from './place-view.ts'
import type { CheckQuestion, ImportedChecks } from './shapes.ts'
import { time } from './shown.ts'

/** How many questions a page has. */
const PAGE_SIZE = 20

export interface CheckQuestionsView {
  readonly questions: readonly CheckQuestion[]
  /** What the last import could not use. */
  readonly problems: ImportedChecks['problems']
  readonly isBusy: boolean
  /** 1-based. */
  readonly page: number
  readonly onPage: (page: number) => void
  readonly onFile: (file: File) => void
  readonly onVouched: () => void
  /** Resolves to whether it was taken. */
  readonly onAdd: (question: string, quotes: readonly string[]) => Promise<boolean>
  readonly onRemove: (question: CheckQuestion) => void
}

/** Where questions are added. */
export function addQuestionsView(view: CheckQuestionsView): TemplateResult {
  const { isBusy, onFile, onVouched, onAdd, problems } = view
  return html`<div class="panel">
      <h3>From a file, or the vouched answers</h3>
      <label class="field"
        >File
        <input
          type="file"
          accept=".csv,.json,.jsonl,.ndjson"
          aria-describedby="file-hint"
          @change=${({ currentTarget }: Event) => {
            if (!(currentTarget instanceof HTMLInputElement)) return
            const file = currentTarget.files?.[0]
            if (file) onFile(file)
            // The same file can then be picked again.
            currentTarget.value = ''
          }}
      /></label>
      <p class="hint" id="file-hint">
        CSV with the columns question, documentId and quote, or JSON. Quotes are found by their
        words; documentId may stay empty.
      </p>
      <p>
        <button type="button" class="quiet" ?disabled=${isBusy} @click=${onVouched}>
          Take the vouched answers
        </button>
      </p>
      ${
        problems.length === 0
          ? nothing
          : html`<h4 id="problems" tabindex="-1">Not taken</h4>
              <ul>
                ${problems.map(
                  ({ line, problem }) =>
                    html`<li>
                      ${line === null ? nothing : `Line ${line}: `}<span dir="auto"
                        >${problem}</span
                      >
                    </li>`,
                )}
              </ul>`
      }
    </div>
    <form
      class="stacked panel"
      @submit=${(event: SubmitEvent) => {
        event.preventDefault()
        const { currentTarget: form } = event
        if (form instanceof HTMLFormElement) void submit(form, onAdd)
      }}
    >
      <h3>One question</h3>
      <label class="field"
        >Question <input name="question" required maxlength="1000" autocomplete="off" dir="auto"
      /></label>
      <label class="field"
        >Words that should be quoted, one quote a line
        <textarea name="quotes" rows="3" dir="auto" aria-describedby="quotes-hint"></textarea>
      </label>
      <p class="hint" id="quotes-hint">
        As they stand in a document. Leave this empty if the documents do not answer the question.
      </p>
      <button ?disabled=${isBusy}>Add the question</button>
    </form>`
}

async function submit(form: HTMLFormElement, onAdd: CheckQuestionsView['onAdd']): Promise<void> {
  const data = new FormData(form)
  const lines = entered(data, 'quotes').split('\n')
  const quotes = lines.map((line) => line.trim()).filter((line) => line !== '')
  if (await onAdd(entered(data, 'question'), quotes)) form.reset()
}

/** The questions, a page at a time. */
export function questionListView(view: CheckQuestionsView): TemplateResult {
  const { questions, page, onPage, onRemove } = view
  if (questions.length === 0) return html`<p>There are none yet.</p>`
  const pages = Math.ceil(questions.length / PAGE_SIZE)
  const shown = questions.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE)
  return html`<ul class="entries">
      ${shown.map(
        (question) =>
          html`<li>
            <h3 dir="auto">${question.question}</h3>
            <p class="facts">
              <span>Entered by <bdi>${question.by}</bdi></span> <span>${time(question.at)}</span>
            </p>
            ${
              question.quotes.length === 0
                ? html`<p>The documents do not answer this: a refusal is right.</p>`
                : question.quotes.map((quote) => quoteView(quote))
            }
            <p class="buttons">
              <button
                type="button"
                class="quiet"
                aria-label="Remove: ${question.question}"
                @click=${() => onRemove(question)}
              >
                Remove
              </button>
            </p>
          </li>`,
      )}
    </ul>
    ${pagerView({ page, pages, onPage })}`
}
