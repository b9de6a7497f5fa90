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
export function dialogView(view: DialogView): TemplateResult {
  const { heading, body, action, isRemoval = false, onAction, onClose } = view
  return html`<dialog aria-labelledby="dialog-heading" @close=${onClose}>
    <form
      class="stacked"
      @submit=${(event: SubmitEvent) => {
        event.preventDefault()
        const { currentTarget: form } = event
        if (!(form instanceof HTMLFormElement)) return
        close(event, onClose)
        onAction(new FormData(form))
      }}
    >
      <h2 id="dialog-heading">${heading}</h2>
      ${body}
      <div class="buttons">
        <button class=${isRemoval ? 'removal' : nothing}>${action}</button>
        <button type="button" class="quiet" @click=${(event: Event) => close(event, onClose)}>
          Cancel
        </button>
      </div>
    </form>
  </dialog>`
}

/** Closes a dialog at once: its `close` event comes later, and what is rendered until then would open it again. */
function close({ currentTarget }: Event, onClose: () => void): void {
  if (currentTarget instanceof Element) currentTarget.closest('dialog')?.close()
  onClose()
}
