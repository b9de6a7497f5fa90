import type Database from 'better-sqlite3'
import type { Stem } from '../../language/language.ts'
import { splitByRarity } from '../rarity.ts'
import { passageRanking } from './ranking.ts'
import { type CollectionScope, collectionWord } from './sqlite-collections.ts'
import type { StemSearch } from './sqlite-stems.ts'

/** The constants of FTS5's formula: https://www.sqlite.org/fts5.html#the_bm25_function */
const K1 = 1.2
const B = 0.75
/** What a stem that most passages have weighs. */
const MIN_WEIGHT = 1e-6

/** The most phrases that an FTS5 query asks for, well below what its parser takes. */
const MAX_PHRASES = 100

const IN_COLLECTIONS = 'collection IN (SELECT value FROM json_each(?))'

/** The statements of the searches in collections, which are the same for all of them. */
export type CollectionStatements = ReturnType<typeof prepareCollectionStatements>

/** Prepares the statements in a database that is opened read-only. */
export function prepareCollectionStatements(database: Database.Database) {
  return {
    frequency: database
      .prepare<[string, Stem], number>(
        `SELECT coalesce(sum(passages), 0) FROM stems_by_collection WHERE ${IN_COLLECTIONS} AND stem = ?`,
      )
      .pluck(),
    vocabulary: database
      .prepare<[string, string, string, number, number], Stem>(
        `SELECT DISTINCT stem FROM stems_by_collection
           WHERE ${IN_COLLECTIONS} AND stem >= ? AND stem < ? AND length(stem) BETWEEN ? AND ? ORDER BY stem`,
      )
      .pluck(),
    // A word comes once for each time that a passage has it.
    occurrences: database
      .prepare<[string], [string, number]>(
        'SELECT term, doc FROM collection_instances WHERE term IN (SELECT value FROM json_each(?))',
      )
      .raw(),
    occurrencesIn: database
      .prepare<[string, string], [string, number]>(
        `SELECT term, doc FROM collection_instances
           WHERE term IN (SELECT value FROM json_each(?)) AND doc IN (SELECT value FROM json_each(?))`,
      )
      .raw(),
    matching: database
      .prepare<[string], number>(
        'SELECT rowid FROM collection_stems WHERE collection_stems MATCH ? ORDER BY rowid',
      )
      .pluck(),
    passageIdsIn: database
      .prepare<[string], number>(
        `SELECT passages.id FROM passages JOIN documents ON documents.rowid = document
           WHERE documents.id IN (SELECT value FROM json_each(?))`,
      )
      .pluck(),
    // FTS5's own count of the words of each passage, as a varint.
    sizes: database
      .prepare<[string], [number, Buffer]>(
        'SELECT id, sz FROM collection_stems_docsize WHERE id IN (SELECT value FROM json_each(?))',
      )
      .raw(),
    // SQLite's logarithm, because that of JavaScript may differ in the last bit.
    logarithm: database.prepare<[number], number>('SELECT ln(?)').pluck(),
    ranking: passageRanking(database),
  }
}

/**
 * Searches the stems of the passages of some collections. It reads nothing of other collections, and scores by FTS5's own formula, in
 * its order of operations: the same scores to the last bit as in an index that has only these collections.
 */
export function collectionStems(
  statements: CollectionStatements,
  { numbers, passages, averageStems }: CollectionScope,
): StemSearch {
  const collections = JSON.stringify(numbers)

  function frequencies(stems: readonly Stem[]): number[] {
    return stems.map((stem) => statements.frequency.get(collections, stem) ?? 0)
  }

  /** The ids of the passages that have the stems in a row. */
  function passagesWith(stems: readonly Stem[]): number[] {
    const phrases = numbers.map((number) => {
      const words = stems.map((stem) => collectionWord(number, stem))
      return `"${words.join(' ')}"`
    })
    const queries: string[] = []
    for (let i = 0; i < phrases.length; i += MAX_PHRASES) {
      queries.push(phrases.slice(i, i + MAX_PHRASES).join(' OR '))
    }
    return queries.flatMap((query) => statements.matching.all(query))
  }

  /** How often each passage has each stem, by stem and id: of those whose ids are in a JSON array, or of all (null). */
  function countsOf(
    stems: readonly Stem[],
    searched: string | null,
  ): Map<string, Map<number, number>> {
    const { occurrences, occurrencesIn } = statements
    const words = JSON.stringify(
      stems.flatMap((stem) => numbers.map((number) => collectionWord(number, stem))),
    )
    const found = searched === null ? occurrences.all(words) : occurrencesIn.all(words, searched)
    const counts = new Map<string, Map<number, number>>(stems.map((stem) => [stem, new Map()]))
    for (const [word, id] of found) {
      const ofStem = counts.get(word.slice(word.indexOf(':') + 1))
      ofStem?.set(id, (ofStem.get(id) ?? 0) + 1)
    }
    return counts
  }

  /** How many stems each of these passages has, by its id. One statement, because each takes the locks of the file again. */
  function sizesOf(found: Iterable<ReadonlyMap<number, number>>): Map<number, number> {
    const ids = new Set<number>()
    for (const counts of found) for (const id of counts.keys()) ids.add(id)
    const sizes = statements.sizes.all(JSON.stringify([...ids]))
    return new Map(sizes.map(([id, size]) => [id, readVarint(size)]))
  }

  function weightOf(frequency: number): number {
    const odds = (passages - frequency + 0.5) / (frequency + 0.5)
    const weight = statements.logarithm.get(odds) ?? 0
    return weight <= 0 ? MIN_WEIGHT : weight
  }

  /** Adds what each stem counts in a passage to the passage's score, in the order of the stems. */
  function addScores(
    stems: readonly Stem[],
    searched: string | null,
    scores: Map<number, number>,
  ): void {
    const stemFrequencies = frequencies(stems)
    const counts = countsOf(stems, searched)
    const sizes = sizesOf(counts.values())
    for (const [i, stem] of stems.entries()) {
      const weight = weightOf(stemFrequencies[i] ?? 0)
      for (const [id, count] of counts.get(stem) ?? []) {
        const size = sizes.get(id) ?? 0
        const part = (count * (K1 + 1)) / (count + K1 * (1 - B + (B * size) / averageStems))
        scores.set(id, (scores.get(id) ?? 0) + weight * part)
      }
    }
  }

  function bestOf(scores: ReadonlyMap<number, number>, limit: number): number[] {
    const found = Array.from(scores, ([id, total]) => ({ id, score: -total }))
    const ascending = found.toSorted((a, b) => a.score - b.score)
    return statements.ranking.first(ascending, limit).map(({ id }) => id)
  }

  function best(
    stems: readonly Stem[],
    limit: number,
    documentIds: readonly string[] | null,
  ): number[] {
    const scores = new Map<number, number>()
    if (documentIds) {
      // Few documents have few matches, so that all stems find there.
      const searched = statements.passageIdsIn.all(JSON.stringify(documentIds))
      addScores(stems, JSON.stringify(searched), scores)
    } else {
      const { finding, ranking } = splitByRarity(stems, frequencies(stems), limit)
      addScores(finding, null, scores)
      if (ranking.length > 0) addScores(ranking, JSON.stringify([...scores.keys()]), scores)
    }
    return bestOf(scores, limit)
  }

  function sharing(
    stems: readonly Stem[],
    limit: number,
    documentIds: readonly string[] | null,
  ): number[] {
    const searched =
      documentIds && new Set(statements.passageIdsIn.all(JSON.stringify(documentIds)))
    const isSearched = (id: number) => searched?.has(id) ?? true
    const exact = passagesWith(stems).filter(isSearched)
    if (exact.length > 0) return bestOf(new Map(Array.from(exact, (id) => [id, 0])), limit)
    const scores = new Map<number, number>()
    const unique = [...new Set(stems)]
    for (const stem of splitByRarity(unique, frequencies(unique), 1).finding) {
      const ids = passagesWith([stem]).filter(isSearched)
      for (const id of ids) scores.set(id, (scores.get(id) ?? 0) + 1 / Math.log(2 + ids.length))
    }
    return bestOf(scores, limit)
  }

  return {
    best,
    sharing: (stems, limit, documentIds) =>
      stems.length === 0 ? [] : sharing(stems, limit, documentIds),
    frequencies,
    vocabulary: (beginning, minLength, maxLength) =>
      statements.vocabulary.all(
        collections,
        beginning,
        `${beginning}\u{10FFFF}`,
        minLength,
        maxLength,
      ),
  }
}

/** Reads a whole number as SQLite writes it: 7 bits a byte, the highest first, and the top bit where more follow. */
function readVarint(bytes: Buffer): number {
  let number = 0
  for (const byte of bytes) {
    number = number * 128 + (byte % 128)
    if (byte < 128) break
  }
  return number
}
