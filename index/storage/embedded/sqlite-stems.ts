import type Database from 'better-sqlite3'
import type { Stem } from '../../language/language.ts'
import { splitByRarity } from '../rarity.ts'
import { passageRanking, type Scored } from './ranking.ts'

const SCORED =
  'SELECT rowid AS id, bm25(passage_stems) AS score FROM passage_stems WHERE passage_stems'

/** Searches the stems of all passages in SQLite. */
export interface StemSearch {
  /** Ids of the passages that BM25 ranks best, best first, in the given documents, or in all (null). */
  best(stems: readonly Stem[], limit: number, documentIds: readonly string[] | null): number[]
  /** Ids of the passages that have all stems in this order, or else of those that share most, rare ones counting more; best first. */
  sharing(stems: readonly Stem[], limit: number, documentIds: readonly string[] | null): number[]
  /** The number of passages with each stem. */
  frequencies(stems: readonly Stem[]): number[]
  /** All stems that begin with `beginning` and have `minLength` to `maxLength` letters, sorted by code point. */
  vocabulary(beginning: string, minLength: number, maxLength: number): Stem[]
}

/** Prepares the searches in a database that is opened read-only. */
export function stemSearch(database: Database.Database): StemSearch {
  const frequency = database
    .prepare<[string], number>('SELECT passages FROM stems WHERE stem = ?')
    .pluck()
  const vocabulary = database
    .prepare<[string, string, number, number], Stem>(
      `SELECT stem FROM stems WHERE stem >= ? AND stem < ? AND length(stem) BETWEEN ? AND ? ORDER BY stem`,
    )
    .pluck()
  const scored = database.prepare<[string], Scored>(`${SCORED} MATCH ? ORDER BY score`)
  // The plus sign stops SQLite from running the FTS5 search again for each passage of the documents.
  const scoredIn = database.prepare<[string, string], Scored>(
    `${SCORED} MATCH ? AND +rowid IN (
       SELECT passages.id FROM passages JOIN documents ON documents.rowid = document
         WHERE documents.id IN (SELECT value FROM json_each(?))) ORDER BY score`,
  )
  const matching = database
    .prepare<[string], number>(
      'SELECT rowid FROM passage_stems WHERE passage_stems MATCH ? ORDER BY rowid',
    )
    .pluck()
  const passageIdsIn = database
    .prepare<[string], number>(
      `SELECT passages.id FROM passages JOIN documents ON documents.rowid = document
         WHERE documents.id IN (SELECT value FROM json_each(?))`,
    )
    .pluck()
  const { first, sorted } = passageRanking(database)
  const frequencies = (stems: readonly Stem[]) => stems.map((stem) => frequency.get(stem) ?? 0)

  function bestOfAll(stems: readonly Stem[], limit: number): number[] {
    const { finding, ranking } = splitByRarity(stems, frequencies(stems), limit)
    const found = first(scored.iterate(anyOf(finding)), limit)
    if (ranking.length === 0) return found.map(({ id }) => id)
    // A passage that has common stems too is found twice. Its better score, which counts all its stems, comes first.
    const both = `(${anyOf(finding)}) AND (${anyOf(ranking)})`
    const all = [...found, ...first(scored.iterate(both), limit)]
    const ids = sorted(all).map(({ id }) => id)
    return [...new Set(ids)].slice(0, limit)
  }

  function sharing(
    stems: readonly Stem[],
    limit: number,
    documentIds: readonly string[] | null,
  ): number[] {
    const searched = documentIds && new Set(passageIdsIn.all(JSON.stringify(documentIds)))
    const isSearched = (id: number) => searched?.has(id) ?? true
    const exact = matching.all(phraseOf(stems)).filter(isSearched)
    if (exact.length > 0) {
      const same = exact.map((id) => ({ id, score: 0 }))
      return first(same, limit).map(({ id }) => id)
    }
    const scores = new Map<number, number>()
    const unique = [...new Set(stems)]
    for (const stem of splitByRarity(unique, frequencies(unique), 1).finding) {
      const ids = matching.all(phraseOf([stem])).filter(isSearched)
      for (const id of ids) scores.set(id, (scores.get(id) ?? 0) + 1 / Math.log(2 + ids.length))
    }
    const found = Array.from(scores, ([id, score]) => ({ id, score: -score }))
    const best = found.toSorted((a, b) => a.score - b.score)
    return first(best, limit).map(({ id }) => id)
  }

  return {
    sharing: (stems, limit, documentIds) =>
      stems.length === 0 ? [] : sharing(stems, limit, documentIds),
    best: (stems, limit, documentIds) => {
      if (stems.length === 0) return []
      if (documentIds === null) return bestOfAll(stems, limit)
      const found = scoredIn.iterate(anyOf(stems), JSON.stringify(documentIds))
      return first(found, limit).map(({ id }) => id)
    },
    frequencies,
    vocabulary: (beginning, minLength, maxLength) =>
      vocabulary.all(beginning, `${beginning}\u{10FFFF}`, minLength, maxLength),
  }
}

/** An FTS5 query for stems that stand one after the other. */
function phraseOf(stems: readonly Stem[]): string {
  return `"${stems.join(' ')}"`
}

/** An FTS5 query for any of the stems. In quotation marks, FTS5 takes no stem for an operator; a stem has only letters and digits. */
function anyOf(stems: readonly Stem[]): string {
  return stems.map((stem) => `"${stem}"`).join(' OR ')
}
