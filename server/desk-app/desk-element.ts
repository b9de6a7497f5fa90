import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { DeskError } from './api.ts'
import type { ListHost } from './paged-list.ts'
import { counted } from './shown.ts'

/**
 * What the elements of all pages have in common: a state, what they tell people, and dialogs. They have no shadow root: the
 * page is our own, and desk.css is their style sheet.
 */
export abstract class DeskElement<State extends object> extends LitElement {
  protected state: State
  /** Whether something that a person asked for is being done. */
  protected isBusy = false
  #done = ''
  #problem: string | null = null

  constructor(state: State) {
    super()
    this.state = state
  }

  /** What the page shows, above its messages. */
  protected abstract content(): TemplateResult

  protected set(change: Partial<State>): void {
    this.state = { ...this.state, ...change }
    this.requestUpdate()
  }

  /**
   * Does what a person asked for, and then tells them so: `work` gives the message. Resolves to whether it was done; where it
   * was not, they are told why.
   */
  protected async act(work: () => Promise<string>): Promise<boolean> {
    this.isBusy = true
    this.#problem = null
    this.requestUpdate()
    try {
      this.#done = await work()
      return true
    } catch (error) {
      this.#done = ''
      this.#problem = messageFrom(error)
      return false
    } finally {
      this.isBusy = false
      this.requestUpdate()
    }
  }

  /** Tells what has happened. */
  protected tell(message: string): void {
    this.#done = message
    this.requestUpdate()
  }

  /** Tells why something that nobody asked for failed, such as a refresh. */
  protected tellProblem(error: unknown): void {
    this.#problem = messageFrom(error)
    this.requestUpdate()
  }

  /** What a list of this page needs, where `one` is what one of it is called: "document". */
  protected listHost(one: string, many?: string): ListHost {
    return {
      onChange: () => this.requestUpdate(),
      onListed: (total) => this.tell(`${counted(total, one, many)}.`),
      onProblem: (error) => this.tellProblem(error),
    }
  }

  /** Shows another page of a list, from its heading on. */
  protected async goToPage(list: { readonly goTo: (page: number) => Promise<void> }, page: number) {
    await list.goTo(page)
    await this.focusOn('#list')
  }

  /** Moves the focus to the first element that matches, once what changed is shown. */
  protected async focusOn(selector: string): Promise<void> {
    await this.updateComplete
    this.querySelector<HTMLElement>(selector)?.focus()
  }

  /** What stands in place of what has not come yet: a way to try again, if it failed. */
  protected waitingView(retry: () => void): TemplateResult {
    return this.#problem === null
      ? html`<p class="fact">Loading…</p>`
      : html`<p>
          <button
            type="button"
            class="quiet"
            @click=${() => {
              this.#problem = null
              this.requestUpdate()
              retry()
            }}
          >
            Load it again
          </button>
        </p>`
  }

  protected override createRenderRoot(): HTMLElement {
    return this
  }

  protected override updated(): void {
    this.querySelector<HTMLDialogElement>('dialog:not([open])')?.showModal()
  }

  protected override render(): TemplateResult {
    return html`${this.content()}
      <div class="messages">
        <p class="done" role="status">${this.#done}</p>
        ${this.#problem === null ? nothing : this.#problemView(this.#problem)}
      </div>`
  }

  #problemView(problem: string): TemplateResult {
    return html`<div class="notice problem" role="alert">
      <p>${problem}</p>
      <button
        type="button"
        class="quiet"
        @click=${() => {
          this.#problem = null
          this.requestUpdate()
          void this.focusOn('h2, h3')
        }}
      >
        Close
      </button>
    </div>`
  }
}

function messageFrom(error: unknown): string {
  if (error instanceof DeskError) return error.message
  // A fault of this script. Its stack helps whoever looks into it.
  console.error(error)
  return 'Something went wrong in this page. Load it again, and try again.'
}
