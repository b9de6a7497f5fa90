import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { call, withQuery } from './api.ts'
import { DeskElement } from './desk-element.ts'
import { dialogView } from './dialog.ts'
import { dateField, searchField, selectField } from './fields.ts'
import type { Filters } from './filters.ts'
import { PagedList, submitChoice } from './paged-list.ts'
import { pagerView } from './pager.ts'
import { explanationView, foundView } from './question-details.ts'
import type {
  KeptQuestion,
  Listed,
  QuestionDetails,
  QuestionGroup,
  QuestionGroups,
} from './shapes.ts'
import { counted, time, times } from './shown.ts'

const NO_FILTERS = { search: '', kind: '', sort: '', from: '', to: '' }

/** How many groups a page has. */
const PAGE_SIZE = 50

interface State {
  /** What the questions that were looked into get now, by their ids. */
  readonly details: ReadonlyMap<number, QuestionDetails>
  readonly forgotten: QuestionGroup | null
}

/** The element `<desk-questions>`: what people asked, and what came of it. */
export class DeskQuestions extends DeskElement<State> {
  readonly #groups = new PagedList<QuestionGroup, typeof NO_FILTERS>(
    this.listHost('question'),
    NO_FILTERS,
    loadGroups,
  )

  constructor() {
    super({ details: new Map(), forgotten: null })
  }

  override connectedCallback(): void {
    super.connectedCallback()
    void this.#groups.load()
  }

  protected override content(): TemplateResult {
    const { filters, listed, onFilter } = this.#groups
    const { forgotten } = this.state
    return html`<section aria-labelledby="list">
        <h2 id="list" tabindex="-1">
          ${listed === null ? 'What people asked' : counted(listed.total, 'question')}
        </h2>
        <p class="hint">Questions that ask for the same stand together.</p>
        <form class="filters" role="search" @submit=${onFilter} @change=${submitChoice}>
          ${searchField('Search in questions', filters.search)}
          ${selectField({
            label: 'Show',
            name: 'kind',
            value: filters.kind,
            choices: [
              ['', 'All'],
              ['unanswered', 'Not answered'],
              ['unsure', 'Unsure'],
              ['disliked', 'Disliked'],
            ],
          })}
          ${selectField({
            label: 'Order',
            name: 'sort',
            value: filters.sort,
            choices: [
              ['', 'Asked most'],
              ['lastAsked', 'Asked last'],
            ],
          })}
          ${dateField('From', 'from', filters.from)} ${dateField('To', 'to', filters.to)}
          <button>Search</button>
        </form>
        ${
          listed === null
            ? this.waitingView(() => void this.#groups.load())
            : this.#listView(listed)
        }
      </section>
      ${forgotten === null ? nothing : this.#forgetDialog(forgotten)}`
  }

  #listView({ items, page, pages }: Listed<QuestionGroup>): TemplateResult {
    const { filters, isFiltered } = this.#groups
    if (items.length === 0) {
      return html`<p>${isFiltered ? 'No question matches.' : 'Nothing was asked yet.'}</p>`
    }
    const exportUrl = (format: string) =>
      withQuery('/desk/api/questions/export', { ...askedFor(filters), format })
    return html`<ul class="entries">
        ${repeat(
          items,
          ({ group }) => group,
          (group) => this.#groupView(group),
        )}
      </ul>
      ${pagerView({ page, pages, onPage: (next) => void this.goToPage(this.#groups, next) })}
      <p class="fact">
        Save all of this list:
        <a href=${exportUrl('csv')} download="questions.csv">for a spreadsheet (CSV)</a>,
        <a href=${exportUrl('json')} download="questions.json">for programs (JSON)</a>
      </p>`
  }

  #groupView(group: QuestionGroup): TemplateResult {
    const { name, members, questions } = group
    return html`<li>
      <h3 dir="auto">${name}</h3>
      <p class="facts">
        <span>Asked ${times(group.times)}</span> ${outcomesOf(members)}
        <span>last ${time(group.lastAskedMs)}</span>
      </p>
      <p class="buttons">
        <a
          class="action"
          href=${withQuery('/desk/vouched', { question: name })}
          aria-label="Choose quotes that answer: ${name}"
          >Choose quotes that answer</a
        >
        <button
          type="button"
          class="quiet"
          aria-label="Forget: ${name}"
          @click=${() => this.set({ forgotten: group })}
        >
          Forget
        </button>
      </p>
      <details>
        <summary>
          ${counted(questions, 'wording')}<span class="visually-hidden"> of ${name}</span>
        </summary>
        ${members.map((member) => this.#memberView(member))}
        ${
          questions > members.length
            ? html`<p class="hint">Only those that were asked most are shown.</p>`
            : nothing
        }
      </details>
    </li>`
  }

  #memberView(member: KeptQuestion): TemplateResult {
    const { id, question, interpretedAs } = member
    const details = this.state.details.get(id)
    return html`<div class="asked">
      <p dir="auto">“${question}”</p>
      <p class="facts">
        <span>Asked ${times(member.times)}</span> ${outcomesOf([member])}
        <span>last ${time(member.lastAskedMs)}</span>
      </p>
      ${
        interpretedAs === question
          ? nothing
          : html`<p class="fact">Read as: <q dir="auto">${interpretedAs}</q></p>`
      }
      ${foundView(member)}
      <details @toggle=${(event: Event) => void this.#explain(event, id)}>
        <summary>Why<span class="visually-hidden">: ${question}</span></summary>
        ${details === undefined ? html`<p class="fact">Asking again…</p>` : explanationView(details)}
      </details>
    </div>`
  }

  #forgetDialog({ group, name, questions }: QuestionGroup): TemplateResult {
    return dialogView({
      heading: 'Forget what was asked?',
      body: html`<p dir="auto">“${name}”</p>
        <p>
          ${counted(questions, 'wording is', 'wordings are')} forgotten, with all counts. This
          cannot be undone.
        </p>`,
      action: 'Forget',
      isRemoval: true,
      onAction: () => void this.#forget(group),
      onClose: () => this.set({ forgotten: null }),
    })
  }

  async #forget(group: number): Promise<void> {
    const isForgotten = await this.act(async () => {
      await call(`/desk/api/questions/groups/${group}`, { method: 'DELETE' })
      await this.#groups.load()
      return 'The questions are forgotten.'
    })
    if (isForgotten) await this.focusOn('#list')
  }

  async #explain({ target }: Event, id: number): Promise<void> {
    if (!(target instanceof HTMLDetailsElement && target.open) || this.state.details.has(id)) return
    try {
      const details = await call<QuestionDetails>(`/desk/api/questions/${id}`)
      this.set({ details: new Map([...this.state.details, [id, details]]) })
    } catch (error) {
      target.open = false
      this.tellProblem(error)
    }
  }
}

async function loadGroups(
  filters: typeof NO_FILTERS,
  page: number,
): Promise<Listed<QuestionGroup>> {
  const { groups, totalGroups } = await call<QuestionGroups>(
    withQuery('/desk/api/questions', {
      ...askedFor(filters),
      sort: filters.sort,
      limit: PAGE_SIZE,
      offset: (page - 1) * PAGE_SIZE,
    }),
  )
  const pages = Math.max(Math.ceil(totalGroups / PAGE_SIZE), 1)
  return { items: groups, total: totalGroups, page, pages }
}

/** Which questions the filters ask for, as the routes take it. */
function askedFor({ search, kind, from, to }: typeof NO_FILTERS): Filters {
  return { text: search, kind, from: startOf(from, 0), to: startOf(to, 1) }
}

/** The first moment of a day of the form 2026-03-04, or of a later day, in ms since 1970; empty where there is none. */
function startOf(day: string, daysLater: number): string {
  const [year, month, date] = day.split('-').map(Number)
  if (year === undefined || month === undefined || date === undefined) return ''
  return String(new Date(year, month - 1, date + daysLater).getTime())
}

function outcomesOf(questions: readonly KeptQuestion[]): TemplateResult {
  const unanswered = questions.filter(({ answered }) => !answered).length
  const disliked = questions.reduce((sum, { didNotHelp }) => sum + didNotHelp, 0)
  const helped = questions.reduce((sum, { helped: count }) => sum + count, 0)
  return html`${
    unanswered === 0
      ? html`<span>answered</span>`
      : html`<span class="bad"
          >${
            unanswered === questions.length
              ? 'not answered'
              : `${counted(unanswered, 'wording')} not answered`
          }</span
        >`
  }
  ${disliked === 0 ? nothing : html`<span class="bad">did not help ${times(disliked)}</span>`}
  ${helped === 0 ? nothing : html`<span>helped ${times(helped)}</span>`}`
}
