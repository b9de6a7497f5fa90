import { html, nothing, type TemplateResult } from 'lit'
import { size } from './shown.ts'
import type { FileUpload, Uploads } from './uploads.ts'

/** The files on their way to the server, each with what can be done about it. `onRemoved` is called after one was taken off. */
export function uploadList(
  uploads: Uploads,
  onRemoved: () => void,
): TemplateResult | typeof nothing {
  const { list } = uploads
  if (list.length === 0) return nothing
  const sent = list.filter(({ state }) => state === 'sent').length
  return html`<ul class="uploads" aria-label="Uploads">
      ${list.map((upload) => uploadItem(upload, uploads, onRemoved))}
    </ul>
    ${
      sent === 0
        ? nothing
        : html`<button
            type="button"
            class="quiet"
            @click=${() => {
              uploads.removeSent()
              onRemoved()
            }}
          >
            Clear what is sent
          </button>`
    }`
}

function uploadItem(upload: FileUpload, uploads: Uploads, onRemoved: () => void): TemplateResult {
  const { id, file, state, sentBytes } = upload
  const remove = () => {
    uploads.remove(id)
    onRemoved()
  }
  const button = (words: string, onClick: () => void) =>
    html`<button type="button" class="quiet" aria-label="${words}: ${file.name}" @click=${onClick}>
      ${words}
    </button>`
  return html`<li class=${state}>
    <bdi class="name">${file.name}</bdi>
    <span class="fact">${stateWords(upload)}</span>
    ${
      state === 'sent' || state === 'exists' || state === 'failed'
        ? nothing
        : html`<progress
            aria-label="Sent of ${file.name}"
            max=${Math.max(file.size, 1)}
            .value=${sentBytes}
          ></progress>`
    }
    <span class="buttons">
      ${state === 'sending' || state === 'queued' ? button('Pause', () => uploads.pause(id)) : nothing}
      ${state === 'paused' || state === 'interrupted' ? button('Resume', () => uploads.resume(id)) : nothing}
      ${state === 'failed' ? button('Try again', () => uploads.resume(id)) : nothing}
      ${state === 'exists' ? button('Replace it', () => uploads.replace(id)) : nothing}
      ${state === 'sent' ? nothing : button(state === 'exists' ? 'Keep the old one' : 'Cancel', remove)}
    </span>
  </li>`
}

/** How far a file is, or why it is not sent. */
function stateWords({ state, file, sentBytes, problem }: FileUpload): string {
  switch (state) {
    case 'queued':
      return 'Waits for the others'
    case 'sending':
      return `${size(sentBytes)} of ${size(file.size)}`
    case 'paused':
      return `Paused at ${size(sentBytes)} of ${size(file.size)}`
    case 'interrupted':
      return `The connection was lost at ${size(sentBytes)} of ${size(file.size)}. It goes on when you are connected again.`
    case 'sent':
      return `Sent, ${size(file.size)}`
    case 'exists':
    case 'failed':
      return problem ?? ''
    default:
      return state satisfies never
  }
}

/** What became of a file, with its name: what the server says about one begins with it already. */
export function outcomeOf(upload: FileUpload): string {
  const words = stateWords(upload)
  return words.startsWith(upload.file.name) ? words : `${upload.file.name}: ${words}`
}
