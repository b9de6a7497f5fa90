import { enteredFilters, type Filters, readFilters, writeFilters } from './filters.ts'
import type { Listed } from './shapes.ts'

/** Who shows a list. */
export interface ListHost {
  /** Called after each change. */
  readonly onChange: () => void
  /** Called once a list has come that a person asked for. */
  readonly onListed: (total: number) => void
  readonly onProblem: (error: unknown) => void
}

/** Asks the server for a page of a list, 1-based. */
export type LoadPage<Entry, F extends Filters, List extends Listed<Entry>> = (
  filters: F,
  page: number,
) => Promise<List>

/**
 * A list of the server that has pages and filters. The filters are kept in the address of the page, so that loading it again and
 * bookmarks show the same list.
 */
export class PagedList<Entry, F extends Filters, List extends Listed<Entry> = Listed<Entry>> {
  /** Null until it has come. */
  listed: List | null = null
  filters: F
  readonly #host: ListHost
  readonly #load: LoadPage<Entry, F, List>
  #page: number
  /** Counts the requests, so that a slow one does not replace a newer one. */
  #asked = 0

  /** `empty` has the names of the filters, with empty texts. */
  constructor(host: ListHost, empty: F, load: LoadPage<Entry, F, List>) {
    this.#host = host
    this.#load = load
    this.filters = readFilters(empty)
    this.#page = Math.max(Math.trunc(Number(readFilters({ page: '' }).page)), 1) || 1
  }

  get isFiltered(): boolean {
    return Object.values(this.filters).some((value) => value !== '')
  }

  /** Asks for the list again. Resolves once it has come, or the host knows why it has not. */
  async load(): Promise<void> {
    this.#asked += 1
    const asked = this.#asked
    try {
      const listed = await this.#load(this.filters, this.#page)
      if (asked !== this.#asked) return
      this.listed = listed
      this.#host.onChange()
    } catch (error) {
      if (asked === this.#asked) this.#host.onProblem(error)
    }
  }

  /** Filters by what was entered into a form. */
  readonly onFilter = (event: SubmitEvent): void => {
    event.preventDefault()
    if (!(event.currentTarget instanceof HTMLFormElement)) return
    this.filters = enteredFilters(this.filters, new FormData(event.currentTarget))
    void this.goTo(1)
  }

  /** Shows a page, 1-based. */
  async goTo(page: number): Promise<void> {
    this.#page = page
    writeFilters({ ...this.filters, page: page === 1 ? '' : String(page) })
    await this.load()
    if (this.listed) this.#host.onListed(this.listed.total)
  }
}

/** Sends the form of the filters at once when a choice is made. */
export function submitChoice({ target }: Event): void {
  if (target instanceof HTMLSelectElement) target.form?.requestSubmit()
}
