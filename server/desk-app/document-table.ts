import { html, nothing, type TemplateResult } from 'lit'
import type { DocumentEntry, DocumentList } from './shapes.ts'

export interface DocumentTable {
  readonly documents: readonly DocumentEntry[]
  readonly takeEffect: DocumentList['changes']['takeEffect']
  /** Whether they can be moved and removed here. */
  readonly areChangeable: boolean
  readonly onMove: (document: DocumentEntry) => void
  readonly onRemove: (document: DocumentEntry) => void
}

/** The documents, with what each is and what can be done with it. */
export function documentTable(table: DocumentTable): TemplateResult {
  const { documents, takeEffect, areChangeable, onMove, onRemove } = table
  return html`<table class="cards">
    <caption class="visually-hidden">
      Documents
    </caption>
    <thead>
      <tr>
        <th scope="col">Document</th>
        <th scope="col">Collection</th>
        <th scope="col">Format</th>
        <th scope="col">Pages</th>
        <th scope="col">State</th>
        ${areChangeable ? html`<th scope="col">Actions</th>` : nothing}
      </tr>
    </thead>
    <tbody>
      ${documents.map(
        (document) =>
          html`<tr>
            <th scope="row">${nameOf(document)}</th>
            <td data-label="Collection"><bdi>${document.collection ?? '–'}</bdi></td>
            <td data-label="Format">${FORMATS[document.format]}</td>
            <td data-label="Pages">${document.pages ?? '–'}</td>
            <td data-label="State">${stateOf(document, takeEffect)}</td>
            ${
              areChangeable
                ? html`<td>
                    <div class="buttons">
                      ${actionButton('Move', document, onMove)}
                      ${actionButton('Remove', document, onRemove)}
                    </div>
                  </td>`
                : nothing
            }
          </tr>`,
      )}
    </tbody>
  </table>`
}

const FORMATS: Readonly<Record<DocumentEntry['format'], string>> = {
  plain: 'Text',
  markdown: 'Markdown',
  pdf: 'PDF',
  docx: 'Word',
  odt: 'OpenDocument',
  pptx: 'PowerPoint',
  html: 'Web page',
  epub: 'EPUB',
}

/** What people call a document. */
export function titleOf({ title, file }: DocumentEntry): string {
  return title ?? file
}

function nameOf(document: DocumentEntry): TemplateResult {
  const { documentId, title, file } = document
  const shown = html`<bdi>${titleOf(document)}</bdi>`
  return html`${
    documentId === null
      ? shown
      : html`<a href="/documents/${encodeURIComponent(documentId)}">${shown}</a>`
  }${title === null || title === file ? nothing : html` <bdi class="fact">${file}</bdi>`}`
}

function stateOf(
  { state, change, problem, documentId }: DocumentEntry,
  takeEffect: DocumentTable['takeEffect'],
): TemplateResult {
  switch (state) {
    case 'read':
      return html`<span class="state good">Read</span>`
    case 'waiting':
      return html`<span class="state">Waiting</span>
        ${change === null ? nothing : html`<span class="fact">${waitWords(change, takeEffect)}</span>`}`
    case 'refused':
      return html`<span class="state bad">Cannot be taken</span>
        <span class="fact"
          >This file
          ${problem}.${documentId === null ? nothing : ' Answers are from the version before.'}</span
        >`
    default:
      return state satisfies never
  }
}

function waitWords(
  change: NonNullable<DocumentEntry['change']>,
  takeEffect: DocumentTable['takeEffect'],
): string {
  const when = takeEffect === 'soon' ? 'soon' : 'when the index is built next'
  switch (change) {
    case 'new':
      return `It is read ${when}.`
    case 'changed':
      return `It has changed, and is read again ${when}. Until then, answers are from the version before.`
    case 'removed':
      return `It is taken out of the answers ${when}.`
    default:
      return change satisfies never
  }
}

function actionButton(
  words: string,
  document: DocumentEntry,
  onClick: (document: DocumentEntry) => void,
): TemplateResult {
  return html`<button
    type="button"
    class="quiet"
    aria-label="${words} ${titleOf(document)}"
    @click=${() => onClick(document)}
  >
    ${words}
  </button>`
}
