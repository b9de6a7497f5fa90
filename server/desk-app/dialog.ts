import { html, nothing, type TemplateResult } from 'lit'

export interface DialogView {
  readonly heading: string
  readonly body: TemplateResult
  /** What its main button says. */
  readonly action: string
  /** Whether the action takes something away. */
  readonly isRemoval?: boolean
  /** Called with what was entered; the dialog is closed then. */
  readonly onAction: (entered: FormData) => void
  /** Called after the dialog was closed, either way. It must remove the dialog. */
  readonly onClose: () => void
}

/** A modal dialog with a form. `DeskElement` opens it. The browser returns the focus to where it was. */
export function dialogView({
  heading,
  body,
  action,
  isRemoval = false,
  onAction,
  onClose,
}: DialogView): TemplateResult {
  return html`<dialog aria-labelledby="dialog-heading" @close=${onClose}>
    <form class="stacked" @submit=${(event: SubmitEvent) => submit(event, onAction)}>
      <h2 id="dialog-heading">${heading}</h2>
      ${body}
      <div class="buttons">
        <button class=${isRemoval ? 'removal' : nothing}>${action}</button>
        <button type="button" class="quiet" @click=${close}>Cancel</button>
      </div>
    </form>
  </dialog>`
}

function submit(event: SubmitEvent, onAction: (entered: FormData) => void): void {
  event.preventDefault()
  if (!(event.currentTarget instanceof HTMLFormElement)) return
  const entered = new FormData(event.currentTarget)
  close(event)
  onAction(entered)
}

function close({ currentTarget }: Event): void {
  if (currentTarget instanceof Element) currentTarget.closest('dialog')?.close()
}
