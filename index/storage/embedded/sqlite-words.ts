import type Database from 'better-sqlite3'
import { stemmer } from 'stemmer'

/**
 * In how many passages, all together, the words may be that find passages; the others only rank what
 * those find. What a search takes grows with the passages that are scored: of 100,000, all words of a
 * question of XQuAD score 13,400 on average. With 3,000 the right passage is as often the first
 * (85.8 %) and among the first 5 (94.1 %), in less than half of the time; with 1,000 in 84.3 and
 * 91.7 %. Leaving the others out altogether takes no less time, and gives 72.1 and 83.8 %.
 */
const FINDING_MATCHES = 3000

const SCORED =
  'SELECT rowid AS id, bm25(passage_words) AS score FROM passage_words WHERE passage_words'

/** The words of all passages, in SQLite. */
export interface WordSearch {
  /** Ids of the passages that BM25 ranks best, best first; of some documents, or (null) of all. */
  best(words: readonly string[], limit: number, documentIds: readonly string[] | null): number[]
  /** In how many passages each word is, in any of its forms. */
  frequencies(words: readonly string[]): number[]
  /** The stems that begin so and have so many letters. */
  vocabulary(beginning: string, shortest: number, longest: number): string[]
}

/** A passage and its score by BM25: the lower, the better. */
interface Scored {
  readonly id: number
  readonly score: number
}

/** Prepares the searches of an index that is only read. */
export function wordSearch(database: Database.Database): WordSearch {
  const frequency = database
    .prepare<[string], number>('SELECT passages FROM stems WHERE stem = ?')
    .pluck()
  const vocabulary = database
    .prepare<[string, string, number, number], string>(
      'SELECT stem FROM stems WHERE stem >= ? AND stem < ? AND length(stem) BETWEEN ? AND ?',
    )
    .pluck()
  const scored = database.prepare<[string, number], Scored>(
    `SELECT id, score FROM (${SCORED} MATCH ?) ORDER BY score, id LIMIT ?`,
  )
  const frequencies = (words: readonly string[]) =>
    words.map((word) => frequency.get(stemmer(word)) ?? 0)

  /** The rarest words, which find passages, and the others, which only rank what those find. */
  function splitByRarity(words: readonly string[], atLeast: number) {
    const counts = frequencies(words)
    const rarestFirst = Array.from(words, (word, i) => ({ word, count: counts[i] ?? 0 })).toSorted(
      (a, b) => a.count - b.count,
    )
    const finding: string[] = []
    const ranking: string[] = []
    let matches = 0
    for (const { word, count } of rarestFirst) {
      matches += count
      const finds = matches <= FINDING_MATCHES || matches - count < atLeast
      ;(finds ? finding : ranking).push(word)
    }
    return { finding, ranking }
  }

  function best(words: readonly string[], limit: number): number[] {
    const { finding, ranking } = splitByRarity(words, limit)
    const found = scored.all(anyOf(finding), limit)
    if (ranking.length > 0) {
      // Whatever has some of the others too comes twice, and first by all of its words.
      found.push(...scored.all(`(${anyOf(finding)}) AND (${anyOf(ranking)})`, limit))
    }
    const ids = found.toSorted((a, b) => a.score - b.score || a.id - b.id).map(({ id }) => id)
    return [...new Set(ids)].slice(0, limit)
  }

  function bestIn(
    documentIds: readonly string[],
    words: readonly string[],
    limit: number,
  ): number[] {
    // The plus keeps FTS5 from starting anew for each passage.
    return database
      .prepare<[string, string, number], number>(
        `SELECT id FROM (${SCORED} MATCH ? AND +rowid IN (
             SELECT passages.id FROM passages JOIN documents ON documents.rowid = document
               WHERE documents.id IN (SELECT value FROM json_each(?))))
           ORDER BY score, id LIMIT ?`,
      )
      .pluck()
      .all(anyOf(words), JSON.stringify(documentIds), limit)
  }

  return {
    best(words, limit, documentIds) {
      if (words.length === 0) return []
      return documentIds === null ? best(words, limit) : bestIn(documentIds, words, limit)
    },
    frequencies,
    vocabulary: (beginning, shortest, longest) =>
      vocabulary.all(beginning, `${beginning}\u{10FFFF}`, shortest, longest),
  }
}

/** In quotation marks a word is a word to FTS5, whatever else it may mean to it. */
function anyOf(words: readonly string[]): string {
  return words.map((word) => `"${word.replaceAll('"', '""')}"`).join(' OR ')
}
