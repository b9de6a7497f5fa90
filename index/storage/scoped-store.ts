import { firstFolderOf, withoutOtherFiles } from '../documents/source-files.ts'
import type { Span } from '../span.ts'
import type { Search, Store } from './storage.ts'

/**
 * A store that shows only the documents of these collections; the store itself where `collections` is null. Whoever asks it learns
 * nothing of other documents: what it gives is what an index would give that has only these collections. Documents without a
 * collection are in none, so that it does not show them.
 *
 * Three things are the same as in the store itself: the `generation`, the ids of passages and sentences, and above some thousand
 * sentences the graph or the lists, by which a search for vectors may miss some of the nearest, as it may without a scope.
 * To close it does nothing: whoever opened the store closes that.
 */
export function scopedStore(store: Store, collections: readonly string[] | null): Store {
  return collections === null ? store : new ScopedStore(store, collections)
}

class ScopedStore implements Store {
  readonly generation: string
  readonly #store: Store
  readonly #collections: ReadonlySet<string>
  readonly #search: Search

  constructor(store: Store, collections: readonly string[]) {
    this.generation = store.generation
    this.#store = store
    this.#collections = new Set(collections)
    this.#search = store.searchIn(collections)
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
    return collection !== null && this.#collections.has(collection)
  }

  async #has(documentId: string): Promise<boolean> {
    return (await this.membershipsOf([documentId])).size > 0
  }

  async #documentIds(): Promise<string[]> {
    const ids = await Promise.all(
      Array.from(this.#collections, (name) => this.#store.documentsIn(name)),
    )
    return ids.flat()
  }
}
