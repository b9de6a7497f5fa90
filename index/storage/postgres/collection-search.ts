import { LRUCache } from 'lru-cache'
import type { Queries } from '../../postgres/database.ts'
import type { Search } from '../storage.ts'
import { type CollectionScope, readScope } from './collection-scope.ts'
import { readLanguages } from './languages.ts'
import { stemsIn } from './stem-tables.ts'
import type { VectorSearch } from './vector-search.ts'
import { type WordSearch, wordSearch } from './word-search.ts'

/** How many searches are kept. Each remembers how common some stems are. */
const MAX_SEARCHES = 50

/** How many stems each remembers. A question has fewer than a hundred, and asks for them twice. */
const MAX_REMEMBERED_STEMS = 1000

/** What is read once for some collections of a generation. */
interface Prepared {
  readonly scope: CollectionScope
  readonly words: WordSearch
  readonly languages: readonly string[]
}

/** Gives the searches in some collections of a generation, by the names of these. */
export function collectionSearches(
  queries: Queries,
  schema: string,
  sentences: VectorSearch,
): (collections: readonly string[]) => Search {
  const searches = new LRUCache<string, Search>({ max: MAX_SEARCHES })
  return (collections) => {
    const names = [...new Set(collections)].toSorted()
    const key = JSON.stringify(names)
    const search = searches.get(key) ?? collectionSearch(queries, schema, sentences, names)
    searches.set(key, search)
    return search
  }
}

function collectionSearch(
  queries: Queries,
  schema: string,
  sentences: VectorSearch,
  names: readonly string[],
): Search {
  let preparing: Promise<Prepared> | undefined
  const prepare = () => {
    preparing ??= prepareSearch(queries, schema, names).catch((error: unknown) => {
      // The next search tries again.
      preparing = undefined
      throw error
    })
    return preparing
  }
  const words = async () => (await prepare()).words
  return {
    languages: async (documentIds) =>
      documentIds === null
        ? [...(await prepare()).languages]
        : readLanguages(queries, schema, documentIds, names),
    findPassages: async (...given) => (await words()).best(...given),
    findPassagesWith: async (...given) => (await words()).sharing(...given),
    stemFrequencies: async (stems) => {
      const { scope, words: search } = await prepare()
      return { passages: scope.passages, frequencies: await search.frequencies(stems) }
    },
    vocabulary: async (...given) => (await words()).vocabulary(...given),
    findSentences: async (vector, limit, documentIds) => {
      const { scope } = await prepare()
      return sentences.nearest(vector, limit, documentIds, scope)
    },
  }
}

async function prepareSearch(
  queries: Queries,
  schema: string,
  names: readonly string[],
): Promise<Prepared> {
  const [scope, languages] = await Promise.all([
    readScope(queries, schema, names),
    readLanguages(queries, schema, null, names),
  ])
  const table = stemsIn(schema, scope)
  return { scope, languages, words: wordSearch(queries, schema, table, MAX_REMEMBERED_STEMS) }
}
