import { html, type TemplateResult } from 'lit'
import { collectionField } from './fields.ts'
import { entered } from './filters.ts'

export interface UploadField {
  /** The endings of files that are read, such as `.pdf`. */
  readonly endings: readonly string[]
  readonly onFiles: (files: readonly File[], collection: string | null) => void
}

/** Where files are picked or dropped, and the collection that they come into. */
export function uploadField({ endings, onFiles }: UploadField): TemplateResult {
  const take = (form: HTMLFormElement, files: FileList | undefined) => {
    const collection = entered(new FormData(form), 'collection')
    if (files && files.length > 0) onFiles([...files], collection === '' ? null : collection)
  }
  return html`<form
    class="drop"
    @submit=${(event: SubmitEvent) => event.preventDefault()}
    @dragover=${onDragOver}
    @dragleave=${onDragLeave}
    @drop=${(event: DragEvent) => {
      event.preventDefault()
      onDragLeave(event)
      const { currentTarget, dataTransfer } = event
      if (currentTarget instanceof HTMLFormElement) take(currentTarget, dataTransfer?.files)
    }}
  >
    ${collectionField('Into the collection (may stay empty)')}
    <label class="field"
      >Files
      <input
        type="file"
        multiple
        accept=${endings.join(',')}
        @change=${({ currentTarget }: Event) => {
          if (!(currentTarget instanceof HTMLInputElement) || !currentTarget.form) return
          take(currentTarget.form, currentTarget.files ?? undefined)
          // The same file can then be picked again.
          currentTarget.value = ''
        }}
    /></label>
    <p class="hint">
      Pick files, or drop them here. They are sent at once. Large files go on where they were after
      a lost connection.
    </p>
  </form>`
}

function onDragOver(event: DragEvent): void {
  if (!event.dataTransfer?.types.includes('Files')) return
  // Without this, the browser would open the files.
  event.preventDefault()
  if (event.currentTarget instanceof Element) event.currentTarget.classList.add('over')
}

function onDragLeave({ currentTarget }: DragEvent): void {
  if (currentTarget instanceof Element) currentTarget.classList.remove('over')
}
