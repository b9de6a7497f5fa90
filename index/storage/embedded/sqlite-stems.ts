import type Database from 'better-sqlite3'
import type { Stem } from '../../language/language.ts'
import { passageRanking, type Scored } from './ranking.ts'

/**
 * In how many passages, all together, the stems may be that find passages; the others only rank what
 * those find. What a search takes grows with the passages that are scored: of 100,000, all words of a
 * question of XQuAD score 13,400 on average. With 3,000 the right passage is as often the first
 * (85.8 %) and among the first 5 (94.1 %), in less than half of the time; with 1,000 in 84.3 and
 * 91.7 %. Leaving the others out altogether takes no less time, and gives 72.1 and 83.8 %.
 */
const MAX_FINDING_MATCHES = 3000

const SCORED =
  'SELECT rowid AS id, bm25(passage_stems) AS score FROM passage_stems WHERE passage_stems'

/** The stems of all passages, in SQLite. */
export interface StemSearch {
  /** Ids of the passages that BM25 ranks best, best first; of some documents, or (null) of all. */
  best(stems: readonly Stem[], limit: number, documentIds: readonly string[] | null): number[]
  /** How many passages have each stem. */
  frequencies(stems: readonly Stem[]): number[]
  /** The stems that begin so and have so many letters, by code point. */
  vocabulary(beginning: string, minLength: number, maxLength: number): Stem[]
}

/** Prepares the searches of an index that is only read. */
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
  // The plus keeps FTS5 from starting anew for each passage.
  const scoredIn = database.prepare<[string, string], Scored>(
    `${SCORED} MATCH ? AND +rowid IN (
       SELECT passages.id FROM passages JOIN documents ON documents.rowid = document
         WHERE documents.id IN (SELECT value FROM json_each(?))) ORDER BY score`,
  )
  const { first, sorted } = passageRanking(database)
  const frequencies = (stems: readonly Stem[]) => stems.map((stem) => frequency.get(stem) ?? 0)

  /** The rarest stems, which find passages, and the others, which only rank what those find. */
  function splitByRarity(stems: readonly Stem[], atLeast: number) {
    const counts = frequencies(stems)
    const rarestFirst = Array.from(stems, (stem, i) => ({ stem, count: counts[i] ?? 0 })).toSorted(
      (a, b) => a.count - b.count,
    )
    const finding: Stem[] = []
    const ranking: Stem[] = []
    let matches = 0
    for (const { stem, count } of rarestFirst) {
      matches += count
      const finds = matches <= MAX_FINDING_MATCHES || matches - count < atLeast
      ;(finds ? finding : ranking).push(stem)
    }
    return { finding, ranking }
  }

  function bestOfAll(stems: readonly Stem[], limit: number): number[] {
    const { finding, ranking } = splitByRarity(stems, limit)
    const found = first(scored.iterate(anyOf(finding)), limit)
    if (ranking.length === 0) return found.map(({ id }) => id)
    // A passage that has some of the common stems too comes twice; its better score has all of its stems.
    const both = `(${anyOf(finding)}) AND (${anyOf(ranking)})`
    const all = [...found, ...first(scored.iterate(both), limit)]
    const ids = sorted(all).map(({ id }) => id)
    return [...new Set(ids)].slice(0, limit)
  }

  return {
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

/** In quotation marks a stem is a word to FTS5, whatever else it may mean to it. */
function anyOf(stems: readonly Stem[]): string {
  return stems.map((stem) => `"${stem.replaceAll('"', '""')}"`).join(' OR ')
}
