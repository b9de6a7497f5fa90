import { html, nothing, type TemplateResult } from 'lit'
import { call, withQuery } from './api.ts'
import { DeskElement } from './desk-element.ts'
import { dialogView } from './dialog.ts'
import { documentTable } from './document-table.ts'
import { collectionField, searchField, selectField } from './fields.ts'
import { entered, readFilters, writeFilters } from './filters.ts'
import { pagerView } from './pager.ts'
import type { DocumentEntry, Listed } from './shapes.ts'
import { counted } from './shown.ts'
import { uploadField } from './upload-field.ts'
import { uploadList } from './upload-list.ts'
import { Uploads } from './uploads.ts'

const FILTERS = ['search', 'state', 'collection', 'page'] as const

/** How often the list is asked for again while a document waits to be read, in ms. */
const REFRESH_MS = 3000

interface State {
  readonly filters: Readonly<Record<(typeof FILTERS)[number], string>>
  /** Null until it has come. */
  readonly listed: Listed<DocumentEntry> | null
  readonly collections: readonly string[]
  readonly moved: DocumentEntry | null
  readonly removed: DocumentEntry | null
}

/** The element `<desk-documents>`: the documents, uploads, moving and removing. */
export class DeskDocuments extends DeskElement<State> {
  readonly #uploads = new Uploads(
    () => this.requestUpdate(),
    ({ file }) => {
      this.tell(`${file.name} is sent. It can be found once it is read.`)
      void this.#refresh()
    },
  )
  #refreshTimer: ReturnType<typeof setTimeout> | undefined
  /** Counts the requests for the list, so that a slow one does not replace a newer one. */
  #asked = 0

  constructor() {
    super({
      filters: readFilters(FILTERS),
      listed: null,
      collections: [],
      moved: null,
      removed: null,
    })
  }

  override connectedCallback(): void {
    super.connectedCallback()
    addEventListener('online', this.#onOnline)
    addEventListener('beforeunload', this.#onLeave)
    document.addEventListener('visibilitychange', this.#onVisible)
    void this.#refresh()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('online', this.#onOnline)
    removeEventListener('beforeunload', this.#onLeave)
    document.removeEventListener('visibilitychange', this.#onVisible)
    clearTimeout(this.#refreshTimer)
  }

  protected override content(): TemplateResult {
    const { filters, listed, collections, moved, removed } = this.state
    return html`
      <section aria-labelledby="add">
        <h2 id="add" tabindex="-1">Add documents</h2>
        ${uploadField(collections, (files, collection) => this.#uploads.add(files, collection))}
        ${uploadList(this.#uploads, () => void this.focusOn('#add'))}
      </section>
      <section aria-labelledby="list">
        <h2 id="list" tabindex="-1">
          ${listed === null ? 'Documents' : counted(listed.total, 'document')}
        </h2>
        <form
          class="filters"
          role="search"
          @submit=${(event: SubmitEvent) => this.#filter(event)}
          @change=${(event: Event) => {
            if (event.target instanceof HTMLSelectElement) event.target.form?.requestSubmit()
          }}
        >
          ${searchField('Search by title or file name', filters.search)}
          ${selectField({
            label: 'State',
            name: 'state',
            value: filters.state,
            choices: [
              ['', 'All'],
              ['read', 'Read'],
              ['waiting', 'Waiting'],
              ['failed', 'Cannot be taken'],
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
        ${listed === null ? html`<p class="fact">Loading…</p>` : this.#listView(listed)}
      </section>
      ${moved === null ? nothing : this.#moveDialog(moved)}
      ${removed === null ? nothing : this.#removeDialog(removed)}
    `
  }

  #listView({ items, page, pages }: Listed<DocumentEntry>): TemplateResult {
    const { search, state, collection } = this.state.filters
    const isFiltered = search !== '' || state !== '' || collection !== ''
    if (items.length === 0) {
      return html`<p>
        ${isFiltered ? 'No document matches.' : 'There are no documents yet. Add the first above.'}
      </p>`
    }
    return html`${documentTable({
      documents: items,
      onMove: (moved) => this.set({ moved }),
      onRemove: (removed) => this.set({ removed }),
    })}
    ${pagerView({ page, pages, onPage: (next) => void this.#goTo(next) })}`
  }

  #moveDialog(document: DocumentEntry): TemplateResult {
    return dialogView({
      heading: `Move “${document.title}”`,
      body: html`${collectionField('Collection', this.state.collections, document.collection ?? '')}
        <p class="hint">Empty: in no collection. A new name makes a new collection.</p>`,
      action: 'Move',
      onAction: (form) => void this.#move(document, entered(form, 'collection')),
      onClose: () => this.set({ moved: null }),
    })
  }

  #removeDialog(document: DocumentEntry): TemplateResult {
    return dialogView({
      heading: `Remove “${document.title}”?`,
      body: html`<p>
        The file <bdi>${document.name}</bdi> is deleted. Answers no longer quote from it, and links
        to its places no longer work. This cannot be undone.
      </p>`,
      action: 'Remove',
      isRemoval: true,
      onAction: () => void this.#remove(document),
      onClose: () => this.set({ removed: null }),
    })
  }

  async #move({ id, title }: DocumentEntry, collection: string): Promise<void> {
    await this.act(async () => {
      const body = { collection: collection === '' ? null : collection }
      await call(`${pathOf(id)}/collection`, { method: 'POST', body })
      await this.#refresh()
      return collection === ''
        ? `“${title}” is in no collection now.`
        : `“${title}” is moved to ${collection}.`
    })
  }

  async #remove({ id, title }: DocumentEntry): Promise<void> {
    const isRemoved = await this.act(async () => {
      await call(pathOf(id), { method: 'DELETE' })
      await this.#refresh()
      return `“${title}” is removed.`
    })
    if (isRemoved) await this.focusOn('#list')
  }

  #filter(event: SubmitEvent): void {
    event.preventDefault()
    if (!(event.currentTarget instanceof HTMLFormElement)) return
    const form = new FormData(event.currentTarget)
    this.set({
      filters: {
        search: entered(form, 'search'),
        state: entered(form, 'state'),
        collection: entered(form, 'collection'),
        page: '',
      },
    })
    void this.#show()
  }

  async #goTo(page: number): Promise<void> {
    this.set({ filters: { ...this.state.filters, page: String(page) } })
    await this.#show()
    await this.focusOn('#list')
  }

  /** Shows what the filters ask for, and says how much it is. */
  async #show(): Promise<void> {
    writeFilters(this.state.filters)
    await this.#refresh()
    const { listed } = this.state
    if (listed) this.tell(`${counted(listed.total, 'document')}.`)
  }

  async #refresh(): Promise<void> {
    clearTimeout(this.#refreshTimer)
    this.#asked += 1
    const asked = this.#asked
    try {
      const [listed, { collections }] = await Promise.all([
        call<Listed<DocumentEntry>>(withQuery('/desk/api/documents', this.state.filters)),
        call<{ collections: string[] }>('/desk/api/collections'),
      ])
      if (asked !== this.#asked) return
      this.set({ listed, collections })
      if (listed.items.some(({ state }) => state === 'waiting')) this.#refreshLater()
    } catch (error) {
      if (asked === this.#asked) this.tellProblem(error)
    }
  }

  #refreshLater(): void {
    if (document.hidden || !this.isConnected) return
    this.#refreshTimer = setTimeout(() => void this.#refresh(), REFRESH_MS)
  }

  readonly #onVisible = (): void => {
    if (!document.hidden) void this.#refresh()
  }

  readonly #onOnline = (): void => {
    this.#uploads.resumeInterrupted()
  }

  /** Asks before a page is left that still sends files. */
  readonly #onLeave = (event: BeforeUnloadEvent): void => {
    if (this.#uploads.isSending) event.preventDefault()
  }
}

function pathOf(id: string): string {
  return `/desk/api/documents/${encodeURIComponent(id)}`
}
