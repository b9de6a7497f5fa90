import type Database from 'better-sqlite3'
import type { Stem } from '../../language/language.ts'
import { passageRanking, type Scored } from './ranking.ts'

/**
 * The rarest stems of a question find passages, as long as their matches do not exceed this number in
 * total. The common stems only help to rank the passages found. The limit saves time, because every match
 * is scored: in 100,000 passages, all words of an XQuAD question match 13,400 on average. With 3,000, the
 * right passage is first (85.8 %) and among the first 5 (94.1 %) as often as without a limit, in less than
 * half of the time; with 1,000, for 84.3 and 91.7 %. Ignoring the common stems saves no more time, and
 * gives 72.1 and 83.8 %.
 */
const MAX_FINDING_MATCHES = 3000

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

  /**
   * Splits stems into the rarest ones, which find passages, and the common ones, which only help to rank
   * them. The rarest ones have at least `minMatches` matches in total, where all stems together have as many.
   */
  function splitByRarity(stems: readonly Stem[], minMatches: number) {
    const counts = frequencies(stems)
    const rarestFirst = Array.from(stems, (stem, i) => ({ stem, count: counts[i] ?? 0 })).toSorted(
      (a, b) => a.count - b.count,
    )
    const finding: Stem[] = []
    const ranking: Stem[] = []
    let matches = 0
    for (const { stem, count } of rarestFirst) {
      matches += count
      const finds = matches <= MAX_FINDING_MATCHES || matches - count < minMatches
      ;(finds ? finding : ranking).push(stem)
    }
    return { finding, ranking }
  }

  function bestOfAll(stems: readonly Stem[], limit: number): number[] {
    const { finding, ranking } = splitByRarity(stems, limit)
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
    if (exact.length > 0) return exact.slice(0, limit)
    const scores = new Map<number, number>()
    for (const stem of splitByRarity([...new Set(stems)], 1).finding) {
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
