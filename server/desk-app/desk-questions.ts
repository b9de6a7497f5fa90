import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { call, withQuery } from './api.ts'
import { DeskElement } from './desk-element.ts'
import { dateField, searchField, selectField } from './fields.ts'
import { PagedList, submitChoice } from './paged-list.ts'
import { pagerView } from './pager.ts'
import { questionDetails } from './question-details.ts'
import type { AskedQuestion, Listed, QuestionGroup } from './shapes.ts'
import { counted, time, times } from './shown.ts'

const NO_FILTERS = { search: '', show: '', from: '', to: '' }

interface State {
  /** The questions of the groups that were opened, by the id of the group. */
  readonly opened: ReadonlyMap<string, readonly AskedQuestion[]>
}

/** The element `<desk-questions>`: what people asked, and what came of it. */
export class DeskQuestions extends DeskElement<State> {
  readonly #groups = new PagedList<QuestionGroup, typeof NO_FILTERS>(
    this.listHost('question'),
    '/desk/api/questions',
    NO_FILTERS,
  )

  constructor() {
    super({ opened: new Map() })
  }

  override connectedCallback(): void {
    super.connectedCallback()
    void this.#groups.load()
  }

  protected override content(): TemplateResult {
    const { filters, listed, onFilter } = this.#groups
    return html`<section aria-labelledby="list">
      <h2 id="list" tabindex="-1">
        ${listed === null ? 'What people asked' : counted(listed.total, 'question')}
      </h2>
      <p class="hint">Questions that ask for the same stand together, those asked most first.</p>
      <form class="filters" role="search" @submit=${onFilter} @change=${submitChoice}>
        ${searchField('Search in questions', filters.search)}
        ${selectField({
          label: 'Show',
          name: 'show',
          value: filters.show,
          choices: [
            ['', 'All'],
            ['not-answered', 'Not answered'],
            ['unsure', 'Unsure'],
            ['disliked', 'Disliked'],
          ],
        })}
        ${dateField('From', 'from', filters.from)} ${dateField('To', 'to', filters.to)}
        <button>Search</button>
      </form>
      ${listed === null ? html`<p class="fact">Loading…</p>` : this.#listView(listed)}
    </section>`
  }

  #listView({ items, page, pages }: Listed<QuestionGroup>): TemplateResult {
    const { filters, isFiltered } = this.#groups
    if (items.length === 0) {
      return html`<p>
        ${
          isFiltered
            ? 'No question matches.'
            : 'There are none. Questions are listed here if the server keeps them (KEEP_QUESTIONS).'
        }
      </p>`
    }
    const exportUrl = (format: string) =>
      withQuery('/desk/api/questions/export', { ...filters, format })
    return html`<ul class="entries">
        ${repeat(
          items,
          ({ id }) => id,
          (group) => this.#groupView(group),
        )}
      </ul>
      ${pagerView({ page, pages, onPage: (next) => void this.goToPage(this.#groups, next) })}
      <p class="fact">
        Save this list:
        <a href=${exportUrl('csv')} download="questions.csv">for a spreadsheet (CSV)</a>,
        <a href=${exportUrl('json')} download="questions.json">for programs (JSON)</a>
      </p>`
  }

  #groupView(group: QuestionGroup): TemplateResult {
    const { id, question } = group
    const questions = this.state.opened.get(id)
    return html`<li>
      <h3 dir="auto">${question}</h3>
      <p class="facts">${factsOf(group)}</p>
      <p class="buttons">
        <a class="action" href=${withQuery('/desk/vouched', { question })}
          >Choose quotes that answer<span class="visually-hidden">: ${question}</span></a
        >
      </p>
      <details @toggle=${(event: Event) => void this.#open(event, id)}>
        <summary>Details<span class="visually-hidden"> of ${question}</span></summary>
        ${
          questions === undefined
            ? html`<p class="fact">Loading…</p>`
            : questions.map((asked) => questionDetails(asked))
        }
      </details>
    </li>`
  }

  async #open({ target }: Event, id: string): Promise<void> {
    if (!(target instanceof HTMLDetailsElement && target.open) || this.state.opened.has(id)) return
    try {
      const path = `/desk/api/questions/${encodeURIComponent(id)}`
      const { questions } = await call<{ questions: readonly AskedQuestion[] }>(path)
      this.set({ opened: new Map([...this.state.opened, [id, questions]]) })
    } catch (error) {
      target.open = false
      this.tellProblem(error)
    }
  }
}

function factsOf({ asked, notAnswered, unsure, disliked, lastAt }: QuestionGroup): TemplateResult {
  return html`<span>Asked ${times(asked)}</span> ${complaint(notAnswered, 'not answered')}
    ${complaint(unsure, 'unsure')} ${complaint(disliked, 'disliked')}
    <span>last ${time(lastAt)}</span>`
}

function complaint(count: number, words: string): TemplateResult | typeof nothing {
  return count === 0 ? nothing : html`<span class="bad">${words} ${times(count)}</span>`
}
