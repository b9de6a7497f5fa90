import type Database from 'better-sqlite3'
import { LRUCache } from 'lru-cache'
import type { Search } from '../storage.ts'
import {
  type CollectionStatements,
  collectionStems,
  prepareCollectionStatements,
} from './collection-stems.ts'
import type { SentenceSearch } from './sentence-search.ts'
import { type CollectionScope, readScope } from './sqlite-collections.ts'
import type { StemSearch } from './sqlite-stems.ts'

/** How many searches are kept. Each has the ranges of its sentences: at most one for each document, and few where collections are folders. */
const MAX_SEARCHES = 50

export interface CollectionSearchOptions {
  readonly database: Database.Database
  readonly sentences: SentenceSearch
  /** Runs a read, and explains its errors. */
  readonly read: <T>(work: () => T) => T
}

/** What is read once for some collections of a generation. */
interface Prepared {
  readonly scope: CollectionScope
  readonly stems: StemSearch
  readonly languages: readonly string[]
}

/** Gives the searches in some collections of a generation in SQLite, by the names of these. */
export function collectionSearches(
  options: CollectionSearchOptions,
): (collections: readonly string[]) => Search {
  const searches = new LRUCache<string, Search>({ max: MAX_SEARCHES })
  let prepared: CollectionStatements | undefined
  const statements = () => (prepared ??= prepareCollectionStatements(options.database))
  return (collections) => {
    const names = [...new Set(collections)].toSorted()
    const key = JSON.stringify(names)
    const search = searches.get(key) ?? collectionSearch(names, statements, options)
    searches.set(key, search)
    return search
  }
}

function collectionSearch(
  names: readonly string[],
  statements: () => CollectionStatements,
  { database, sentences, read }: CollectionSearchOptions,
): Search {
  let prepared: Prepared | undefined
  const prepare = () => (prepared ??= prepareSearch(database, names, statements()))
  return {
    languages: async (documentIds) =>
      read(() =>
        documentIds === null ? [...prepare().languages] : languagesIn(database, names, documentIds),
      ),
    findPassages: async (stems, limit, documentIds) =>
      read(() => prepare().stems.best(stems, limit, documentIds)),
    findPassagesWith: async (stems, limit, documentIds) =>
      read(() => prepare().stems.sharing(stems, limit, documentIds)),
    stemFrequencies: async (stems) =>
      read(() => {
        const { scope, stems: search } = prepare()
        return { passages: scope.passages, frequencies: search.frequencies(stems) }
      }),
    vocabulary: async (beginning, minLength, maxLength) =>
      read(() => prepare().stems.vocabulary(beginning, minLength, maxLength)),
    findSentences: async (vector, limit, documentIds) =>
      read(() => {
        const ranges = documentIds
          ? sentences.rangesOf(documentIds, names)
          : prepare().scope.sentences
        return sentences.nearest(vector, limit, ranges)
      }),
  }
}

function prepareSearch(
  database: Database.Database,
  names: readonly string[],
  statements: CollectionStatements,
): Prepared {
  const scope = readScope(database, names)
  const stems = collectionStems(statements, scope)
  return { scope, stems, languages: languagesIn(database, names, null) }
}

function languagesIn(
  database: Database.Database,
  names: readonly string[],
  documentIds: readonly string[] | null,
): string[] {
  return database
    .prepare<{ names: string; ids: string | null }, string>(
      `SELECT language FROM documents
         WHERE collection IN (SELECT value FROM json_each(@names))
           AND (@ids IS NULL OR id IN (SELECT value FROM json_each(@ids)))
         GROUP BY language ORDER BY count(*) DESC, language`,
    )
    .pluck()
    .all({ names: JSON.stringify(names), ids: documentIds && JSON.stringify(documentIds) })
}
