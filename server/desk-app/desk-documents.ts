import { html, nothing, type TemplateResult } from 'lit'
import { call, withQuery } from './api.ts'
import { DeskElement } from './desk-element.ts'
import { dialogView } from './dialog.ts'
import { documentTable, titleOf } from './document-table.ts'
import { collectionField, collectionOptions, searchField, selectField } from './fields.ts'
import { entered } from './filters.ts'
import { PagedList, submitChoice } from './paged-list.ts'
import { pagerView } from './pager.ts'
import type { Collection, DocumentEntry, DocumentList } from './shapes.ts'
import { counted } from './shown.ts'
import { uploadField } from './upload-field.ts'
import { outcomeOf, uploadList } from './upload-list.ts'
import { Uploads } from './uploads.ts'

/** How often the list is asked for again while a document waits to be read, in ms. */
const REFRESH_MS = 3000

const NO_FILTERS = { search: '', state: '', collection: '' }

interface State {
  readonly collections: readonly Collection[]
  /** The document that is being moved or removed; null where none is. */
  readonly moved: DocumentEntry | null
  readonly removed: DocumentEntry | null
}

/** The element `<desk-documents>`: the documents, uploads, moving and removing. */
export class DeskDocuments extends DeskElement<State> {
  readonly #documents = new PagedList<DocumentEntry, typeof NO_FILTERS, DocumentList>(
    this.listHost('document'),
    NO_FILTERS,
    (filters, page) => call(withQuery('/desk/api/documents', { ...filters, page })),
  )
  readonly #uploads = new Uploads(
    () => this.requestUpdate(),
    (upload) => {
      this.tell(outcomeOf(upload))
      if (upload.state === 'sent') void this.#refresh()
    },
  )
  #refreshTimer: ReturnType<typeof setInterval> | undefined

  constructor() {
    super({ collections: [], moved: null, removed: null })
  }

  override connectedCallback(): void {
    super.connectedCallback()
    addEventListener('online', this.#onOnline)
    addEventListener('beforeunload', this.#onLeave)
    this.#refreshTimer = setInterval(() => this.#refreshWaiting(), REFRESH_MS)
    void this.#refresh()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('online', this.#onOnline)
    removeEventListener('beforeunload', this.#onLeave)
    clearInterval(this.#refreshTimer)
  }

  protected override content(): TemplateResult {
    const { moved, removed } = this.state
    const collections = this.state.collections.map(({ name }) => name)
    const { filters, listed, onFilter } = this.#documents
    const { changes, counts } = listed ?? {}
    return html`
      ${collectionOptions(collections)}
      <section aria-labelledby="add">
        <h2 id="add" tabindex="-1">Add documents</h2>
        ${
          changes?.arePossible === false
            ? html`<p class="notice">${changes.reason}</p>`
            : uploadField({
                endings: Object.keys(listed?.endings ?? {}),
                onFiles: (files, collection) => this.#uploads.add(files, collection),
              })
        }
        ${uploadList(this.#uploads, () => void this.focusOn('#add'))}
      </section>
      <section aria-labelledby="list">
        <h2 id="list" tabindex="-1">
          ${listed === null ? 'Documents' : counted(listed.total, 'document')}
        </h2>
        <form class="filters" role="search" @submit=${onFilter} @change=${submitChoice}>
          ${searchField('Search by title or file name', filters.search)}
          ${selectField({
            label: 'State',
            name: 'state',
            value: filters.state,
            choices: [
              ['', 'All'],
              ['read', withCount('Read', counts?.read)],
              ['waiting', withCount('Waiting', counts?.waiting)],
              ['refused', withCount('Cannot be taken', counts?.refused)],
            ],
          })}
          ${selectField({
            label: 'Collection',
            name: 'collection',
            value: filters.collection,
            choices: [['', 'All'], ...collections.map((name) => [name, name] as const)],
          })}
          <button>Search</button>
        </form>
        ${listed === null ? this.waitingView(() => void this.#refresh()) : this.#listView(listed)}
      </section>
      ${moved === null ? nothing : this.#moveDialog(moved)}
      ${removed === null ? nothing : this.#removeDialog(removed)}
    `
  }

  #listView({ items, page, pages, changes }: DocumentList): TemplateResult {
    if (items.length === 0) {
      return html`<p>
        ${this.#documents.isFiltered ? 'No document matches.' : 'There are no documents yet. Add the first above.'}
      </p>`
    }
    return html`${documentTable({
      documents: items,
      takeEffect: changes.takeEffect,
      areChangeable: changes.arePossible,
      onMove: (moved) => this.set({ moved }),
      onRemove: (removed) => this.set({ removed }),
    })}
    ${pagerView({ page, pages, onPage: (next) => void this.goToPage(this.#documents, next) })}`
  }

  #moveDialog(document: DocumentEntry): TemplateResult {
    return dialogView({
      heading: `Move “${titleOf(document)}”`,
      body: html`${collectionField('Collection', document.collection ?? '')}
        <p class="hint">
          A new name makes a new collection. Empty: the collection that the document itself or its
          folder names, if any.
        </p>`,
      action: 'Move',
      onAction: (form) => void this.#move(document, entered(form, 'collection')),
      onClose: () => this.set({ moved: null }),
    })
  }

  #removeDialog(document: DocumentEntry): TemplateResult {
    return dialogView({
      heading: `Remove “${titleOf(document)}”?`,
      body: html`<p>
        The file <bdi>${document.file}</bdi> is deleted. Answers no longer quote from it, and links
        to its places no longer work. This cannot be undone.
      </p>`,
      action: 'Remove',
      isRemoval: true,
      onAction: () => void this.#remove(document),
      onClose: () => this.set({ removed: null }),
    })
  }

  async #move(document: DocumentEntry, collection: string): Promise<void> {
    const title = titleOf(document)
    await this.act(async () => {
      const body = { collection: collection === '' ? null : collection }
      await call(`${pathOf(document)}/collection`, { method: 'POST', body })
      await this.#refresh()
      return collection === ''
        ? `“${title}” has the collection of its own again.`
        : `“${title}” is moved to ${collection}.`
    })
  }

  async #remove(document: DocumentEntry): Promise<void> {
    const title = titleOf(document)
    const isRemoved = await this.act(async () => {
      await call(pathOf(document), { method: 'DELETE' })
      await this.#refresh()
      return `“${title}” is removed.`
    })
    if (isRemoved) await this.focusOn('#list')
  }

  async #refresh(): Promise<void> {
    await Promise.all([this.#documents.load(), this.#loadCollections()])
  }

  #refreshWaiting(): void {
    const { listed } = this.#documents
    const isWaiting = listed?.items.some(({ state }) => state === 'waiting') ?? false
    if (isWaiting && !document.hidden) void this.#documents.load()
  }

  async #loadCollections(): Promise<void> {
    try {
      this.set(await call<Pick<State, 'collections'>>('/desk/api/collections'))
    } catch (error) {
      this.tellProblem(error)
    }
  }

  readonly #onOnline = (): void => {
    this.#uploads.resumeInterrupted()
  }

  /** Asks before a page is left that still sends files. */
  readonly #onLeave = (event: BeforeUnloadEvent): void => {
    if (this.#uploads.isSending) event.preventDefault()
  }
}

function pathOf({ id }: DocumentEntry): string {
  return `/desk/api/documents/${encodeURIComponent(id)}`
}

function withCount(words: string, count: number | undefined): string {
  return count === undefined ? words : `${words} (${count})`
}
