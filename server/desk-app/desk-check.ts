import { html, nothing, type TemplateResult } from 'lit'
import { call, withQuery } from './api.ts'
import {
  addQuestionsView,
  type CheckQuestionsView,
  questionListView,
} from './check-questions-view.ts'
import { runView, sumsInWords } from './check-run-view.ts'
import { shownThreshold, thresholdView } from './check-threshold-view.ts'
import { DeskElement } from './desk-element.ts'
import { dialogView } from './dialog.ts'
import type {
  CheckProgress,
  CheckQuestion,
  CheckRun,
  CheckRuns,
  ComparedRun,
  ImportedChecks,
  ThresholdInfo,
} from './shapes.ts'
import { counted, time } from './shown.ts'

/** How often a run is asked how far it is, in ms. */
const PROGRESS_MS = 1000

interface State {
  /** Null until they have come. */
  readonly questions: readonly CheckQuestion[] | null
  readonly page: number
  readonly progress: CheckProgress | null
  /** The latest first. */
  readonly runs: readonly CheckRun[]
  /** The run that is shown; null where there is none. */
  readonly shown: ComparedRun | null
  /** Null until it has come. */
  readonly threshold: ThresholdInfo | null
  /** What the last import could not use. */
  readonly problems: ImportedChecks['problems']
  readonly removed: CheckQuestion | null
  /** The threshold that is to be confirmed. */
  readonly chosen: number | null
}

/** The element `<desk-check>`: questions with the quotes that should come, what comes, and the threshold that fits them. */
export class DeskCheck extends DeskElement<State> {
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor() {
    super({
      questions: null,
      page: 1,
      progress: null,
      runs: [],
      shown: null,
      threshold: null,
      problems: [],
      removed: null,
      chosen: null,
    })
  }

  override connectedCallback(): void {
    super.connectedCallback()
    void this.#show()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearTimeout(this.#timer)
  }

  protected override content(): TemplateResult {
    const { questions, threshold, removed, chosen } = this.state
    return html`
      <p class="lead">
        Enter questions with the quotes that should come. After each change of the documents, one
        click shows what got better and what got worse.
      </p>
      ${
        questions === null || threshold === null
          ? this.waitingView(() => void this.#show())
          : this.#sections(questions, threshold)
      }
      ${removed === null ? nothing : this.#removeDialog(removed)}
      ${chosen === null ? nothing : this.#thresholdDialog(chosen)}
    `
  }

  #sections(questions: readonly CheckQuestion[], threshold: ThresholdInfo): TemplateResult {
    const view = this.#questionsView(questions)
    return html`<section aria-labelledby="run">
        <h2 id="run" tabindex="-1">Answers</h2>
        ${this.#runSection(questions.length)}
      </section>
      <section aria-labelledby="threshold">
        <h2 id="threshold" tabindex="-1">Threshold</h2>
        ${thresholdView({
          info: threshold,
          isBusy: this.isBusy,
          onRefusalCost: (refusalCost) => void this.#weigh(refusalCost),
          onChoose: (value) => this.set({ chosen: value }),
          onReset: () => void this.#reset(),
        })}
      </section>
      <section aria-labelledby="add">
        <h2 id="add">Add questions</h2>
        ${addQuestionsView(view)}
      </section>
      <section aria-labelledby="list">
        <h2 id="list" tabindex="-1">${counted(questions.length, 'question')}</h2>
        ${questionListView(view)}
      </section>`
  }

  #runSection(total: number): TemplateResult {
    const { progress, runs, shown } = this.state
    const isRunning = progress !== null && progress.problem === null
    return html`${
      isRunning
        ? html`<div class="running">
            <label
              >${progress.done} of ${counted(progress.total, 'question')} asked
              <progress max=${progress.total} value=${progress.done}></progress
            ></label>
            <button type="button" class="quiet" @click=${() => void this.#cancel()}>Cancel</button>
          </div>`
        : html`<p>
            <button
              type="button"
              ?disabled=${this.isBusy || total === 0}
              @click=${() => void this.#start()}
            >
              Ask ${total === 0 ? 'the questions' : `all ${counted(total, 'question')}`}
            </button>
          </p>`
    }
    ${
      progress !== null && progress.problem !== null
        ? html`<p class="notice problem">
            The last run ended without a result: ${progress.problem}
          </p>`
        : nothing
    }
    ${shown === null ? html`<p>They were not asked yet.</p>` : runView(shown)}
    ${runs.length > 1 ? this.#runList(runs) : nothing}`
  }

  #runList(runs: readonly CheckRun[]): TemplateResult {
    return html`<h3>The last runs</h3>
      <ul class="choices">
        ${runs.map(
          (run) =>
            html`<li>
              <button
                type="button"
                class="quiet"
                aria-pressed=${run.id === this.state.shown?.run.id}
                @click=${() => void this.#open(run.id)}
              >
                ${time(run.endedAt)}: ${sumsInWords(run)}
              </button>
            </li>`,
        )}
      </ul>`
  }

  #questionsView(questions: readonly CheckQuestion[]): CheckQuestionsView {
    return {
      questions,
      problems: this.state.problems,
      isBusy: this.isBusy,
      page: this.state.page,
      onPage: (page) => {
        this.set({ page })
        void this.focusOn('#list')
      },
      onFile: (file) => void this.#import(() => file.text()),
      onVouched: () => void this.#import(null),
      onAdd: (question, quotes) =>
        this.#import(() => Promise.resolve(JSON.stringify([{ question, quotes }]))),
      onRemove: (removed) => this.set({ removed }),
    }
  }

  #removeDialog({ id, question }: CheckQuestion): TemplateResult {
    return dialogView({
      heading: 'Remove this question?',
      body: html`<p dir="auto">“${question}”</p>
        <p>It is no longer asked. Runs that asked it stay as they are.</p>`,
      action: 'Remove',
      isRemoval: true,
      onAction: () => void this.#remove(id),
      onClose: () => this.set({ removed: null }),
    })
  }

  #thresholdDialog(value: number): TemplateResult {
    return dialogView({
      heading: `Use the threshold ${shownThreshold(value)}?`,
      body: html`<p>
        It counts for the answers of everybody, from the next question on. You can go back to the
        default at any time.
      </p>`,
      action: `Use ${shownThreshold(value)}`,
      onAction: () => void this.#choose(value),
      onClose: () => this.set({ chosen: null }),
    })
  }

  async #start(): Promise<void> {
    const isBegun = await this.act(async () => {
      const progress = await call<CheckProgress>('/desk/api/check/runs', { method: 'POST' })
      this.set({ progress })
      return `Asking ${counted(progress.total, 'question')}.`
    })
    if (!isBegun) return
    this.#watch()
    await this.focusOn('.running button')
  }

  /** Looks how far the run is until it has ended. */
  #watch(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#look(), PROGRESS_MS)
  }

  async #look(): Promise<void> {
    try {
      const { progress, runs } = await call<CheckRuns>('/desk/api/check/runs')
      if (progress !== null && progress.problem === null) {
        this.set({ progress })
        return this.#watch()
      }
      const before = this.state.runs[0]?.id
      const [latest] = runs
      // Whoever does something else meanwhile goes on with it.
      const isFollowed = this.querySelector('.running')?.contains(document.activeElement) ?? false
      await this.#loadRuns()
      await this.#loadThreshold()
      if (latest && latest.id !== before) this.tell(`Done: ${sumsInWords(latest)}.`)
      if (isFollowed) await this.focusOn('#run')
    } catch (error) {
      this.tellProblem(error)
      this.#watch()
    }
    return undefined
  }

  async #cancel(): Promise<void> {
    clearTimeout(this.#timer)
    await this.act(async () => {
      await call('/desk/api/check/runs/current', { method: 'DELETE' })
      await this.#loadRuns()
      return 'The run is cancelled.'
    })
    if (this.state.progress?.problem === null) this.#watch()
    await this.focusOn('#run')
  }

  async #open(id: string): Promise<void> {
    const isOpened = await this.act(async () => {
      const shown = await call<ComparedRun>(`/desk/api/check/runs/${encodeURIComponent(id)}`)
      this.set({ shown })
      return `The run of ${time(shown.run.endedAt)} is shown.`
    })
    if (isOpened) await this.focusOn('#run')
  }

  /** Takes the questions of a text, or the vouched ones where there is none. Resolves to whether all were taken. */
  async #import(read: (() => Promise<string>) | null): Promise<boolean> {
    let isWhole = false
    await this.act(async () => {
      const path = read === null ? 'vouched' : 'import'
      const body = read === null ? undefined : { text: await read() }
      const { taken, problems } = await call<ImportedChecks>(`/desk/api/check/questions/${path}`, {
        method: 'POST',
        body,
      })
      this.set({ problems })
      await this.#loadQuestions()
      isWhole = problems.length === 0
      const kept = `${counted(taken, 'question')} taken.`
      return isWhole ? kept : `${kept} ${counted(problems.length, 'line')} cannot be used.`
    })
    if (this.state.problems.length > 0) await this.focusOn('#problems')
    return isWhole
  }

  async #remove(id: string): Promise<void> {
    const isRemoved = await this.act(async () => {
      await call(`/desk/api/check/questions/${encodeURIComponent(id)}`, { method: 'DELETE' })
      await this.#loadQuestions()
      return 'The question is removed.'
    })
    if (isRemoved) await this.focusOn('#list')
  }

  /** Shows what thresholds would do where a refusal costs as much as so many wrong answers. */
  async #weigh(refusalCost: number): Promise<void> {
    await this.act(async () => {
      await this.#loadThreshold(refusalCost)
      const proposed = this.state.threshold?.refit?.proposed
      return proposed ? `The threshold ${shownThreshold(proposed.threshold)} costs least.` : ''
    })
  }

  async #choose(value: number): Promise<void> {
    const isChosen = await this.act(async () => {
      await call('/desk/api/check/threshold', { method: 'PUT', body: { value } })
      await this.#loadThreshold()
      return `The threshold is ${shownThreshold(value)} now.`
    })
    if (isChosen) await this.focusOn('#threshold')
  }

  async #reset(): Promise<void> {
    const isReset = await this.act(async () => {
      await call('/desk/api/check/threshold', { method: 'DELETE' })
      await this.#loadThreshold()
      return 'The default threshold is in use again.'
    })
    if (isReset) await this.focusOn('#threshold')
  }

  async #show(): Promise<void> {
    try {
      await this.#loadRuns()
      await this.#loadThreshold()
      await this.#loadQuestions()
      if (this.state.progress?.problem === null) this.#watch()
    } catch (error) {
      this.tellProblem(error)
    }
  }

  async #loadQuestions(): Promise<void> {
    const { questions } = await call<{ questions: readonly CheckQuestion[] }>(
      '/desk/api/check/questions',
    )
    // The latest first: what was just added is seen at once.
    this.set({ questions: questions.toReversed(), page: 1 })
  }

  async #loadRuns(): Promise<void> {
    const { progress, runs } = await call<CheckRuns>('/desk/api/check/runs')
    const [latest] = runs
    const shown = latest
      ? await call<ComparedRun>(`/desk/api/check/runs/${encodeURIComponent(latest.id)}`)
      : null
    this.set({ progress, runs, shown })
  }

  async #loadThreshold(refusalCost = this.state.threshold?.refusalCost ?? null): Promise<void> {
    const path = withQuery('/desk/api/check/threshold', { refusalCost })
    this.set({ threshold: await call<ThresholdInfo>(path) })
  }
}
