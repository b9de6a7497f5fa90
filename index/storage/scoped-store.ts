import { firstFolderOf, withoutOtherFiles } from '../documents/source-files.ts'
import type { Span } from '../span.ts'
import type { Search, Store } from './storage.ts'

/**
 * A store that shows only the documents of these collections; the store itself where `collections` is null. Whoever asks it learns
 * nothing of other documents: what it gives is what an index would give that has only these collections. Documents without a
 * collection are in none, so that it does not show them.
 *
 * Three things are those of the store itself: the `generation`, so that whatever is kept for a generation is to be kept for its
 * `collections`; the ids of passages and sentences, which are not to be shown to anyone; and, where these collections have many sentences,
 * the graph or the lists by which vectors are searched: which of the nearest are missed may then depend on other documents.
 *
 * To close it does nothing: whoever opened the store closes that.
 */
export function scopedStore(store: Store, collections: readonly string[] | null): Store {
  return collections === null ? store : new ScopedStore(store, collections)
}

/** The {@link Store.collections} of a store that shows only these collections: each once, in order; null for all documents. */
export function inOrder(collections: readonly string[] | null): readonly string[] | null {
  return collections && [...new Set(collections)].toSorted()
}

class ScopedStore implements Store {
  readonly generation: string
  readonly collections: readonly string[]
  readonly #store: Store
  readonly #shown: ReadonlySet<string>
  readonly #search: Search

  constructor(store: Store, collections: readonly string[]) {
    this.generation = store.generation
    this.#store = store
    const names = new Set(collections)
    this.collections = [...names].filter((name) => isIn(store.collections, name)).toSorted()
    this.#shown = new Set(this.collections)
    this.#search = store.searchIn(this.collections)
  }

  async documents() {
    const documents = await this.#store.documents()
    return documents.filter(({ collection }) => this.#shows(collection))
  }

  async sources() {
    const shown = new Set(await this.#documentIds())
    const sources = await this.#store.sources()
    return new Map([...sources].filter(([id]) => shown.has(id)))
  }

  async problems() {
    const problems = await this.#store.problems()
    const memberships = await this.#store.membershipsOf(
      problems.flatMap(({ id }) => (id === null ? [] : [id])),
    )
    return problems
      .filter((problem) => {
        const membership = problem.id === null ? undefined : memberships.get(problem.id)
        // Another file may have the same id. Its document says nothing about this one.
        return membership?.file === problem.name
          ? this.#shows(membership.collection)
          : this.#shows(firstFolderOf(problem))
      })
      .map(withoutOtherFiles)
  }

  async document(id: string, maxCharacters?: number) {
    const document = await this.#store.document(id, maxCharacters)
    return document && this.#shows(document.collection) ? document : null
  }

  async missingDocuments(ids: readonly string[]) {
    const memberships = await this.membershipsOf(ids)
    return ids.filter((id) => !memberships.has(id))
  }

  async membershipsOf(ids: readonly string[]) {
    const memberships = await this.#store.membershipsOf(ids)
    return new Map([...memberships].filter(([, { collection }]) => this.#shows(collection)))
  }

  async documentsIn(collection: string) {
    return this.#shows(collection) ? this.#store.documentsIn(collection) : []
  }

  async outline(documentId: string) {
    return (await this.#has(documentId))
      ? this.#store.outline(documentId)
      : { paragraphs: [], headings: [], pages: [] }
  }

  async origin(documentId: string) {
    return (await this.#has(documentId)) ? this.#store.origin(documentId) : null
  }

  async pagesAt(documentId: string, span: Span) {
    return (await this.#has(documentId)) ? this.#store.pagesAt(documentId, span) : []
  }

  async firstPassages(documentId: string, limit: number) {
    return (await this.#has(documentId)) ? this.#store.firstPassages(documentId, limit) : []
  }

  async passages(ids: readonly number[]) {
    const passages = await this.#store.passages(ids)
    return passages.filter(({ document }) => this.#shows(document.collection))
  }

  async vectors(sentenceIds: readonly number[]) {
    return this.#store.vectors(sentenceIds)
  }

  searchIn(collections: readonly string[]) {
    return this.#store.searchIn(collections.filter((name) => this.#shows(name)))
  }

  async languages(...given: Parameters<Search['languages']>) {
    return this.#search.languages(...given)
  }

  async findPassages(...given: Parameters<Search['findPassages']>) {
    return this.#search.findPassages(...given)
  }

  async findPassagesWith(...given: Parameters<Search['findPassagesWith']>) {
    return this.#search.findPassagesWith(...given)
  }

  async stemFrequencies(...given: Parameters<Search['stemFrequencies']>) {
    return this.#search.stemFrequencies(...given)
  }

  async vocabulary(...given: Parameters<Search['vocabulary']>) {
    return this.#search.vocabulary(...given)
  }

  async findSentences(...given: Parameters<Search['findSentences']>) {
    return this.#search.findSentences(...given)
  }

  async close() {}

  #shows(collection: string | null): boolean {
    return collection !== null && this.#shown.has(collection)
  }

  async #has(documentId: string): Promise<boolean> {
    return (await this.membershipsOf([documentId])).size > 0
  }

  async #documentIds(): Promise<string[]> {
    const ids = await Promise.all(this.collections.map((name) => this.#store.documentsIn(name)))
    return ids.flat()
  }
}

function isIn(collections: readonly string[] | null, name: string): boolean {
  return collections === null || collections.includes(name)
}
