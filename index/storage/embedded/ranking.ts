import type Database from 'better-sqlite3'

/** A passage or a sentence and its score: the lower, the better. */
export interface Scored {
  readonly id: number
  readonly score: number
}

interface Place {
  readonly documentId: string
  readonly start: number
}

/** Where passages or sentences stand, which breaks ties between equal scores: by the document's id, then by the start. */
export interface Ranking {
  /** The first `limit` of those that come by ascending score. */
  readonly first: (ascending: Iterable<Scored>, limit: number) => Scored[]
  /** All of them by score. */
  readonly sorted: (scored: readonly Scored[]) => Scored[]
}

/** For passages. */
export function passageRanking(database: Database.Database): Ranking {
  return rankingBy(
    database.prepare<[number], Place>(
      `SELECT documents.id AS documentId, start
         FROM passages JOIN documents ON documents.rowid = document WHERE passages.id = ?`,
    ),
  )
}

/** For sentences. */
export function sentenceRanking(database: Database.Database): Ranking {
  return rankingBy(
    database.prepare<[number], Place>(
      `SELECT documents.id AS documentId, sentences.start
         FROM sentences JOIN passages ON passages.id = passage
           JOIN documents ON documents.rowid = document WHERE sentences.id = ?`,
    ),
  )
}

function rankingBy(placeOf: Database.Statement<[number], Place>): Ranking {
  const sorted = (scored: readonly Scored[]) =>
    scored
      .map((item) => ({ item, place: placeOf.get(item.id) }))
      .toSorted((a, b) => a.item.score - b.item.score || comparePlaces(a.place, b.place))
      .map(({ item }) => item)
  return {
    first: (ascending, limit) => {
      const kept: Scored[] = []
      for (const item of ascending) {
        // Those that tie with the last one are all compared.
        if (kept.length >= limit && item.score !== kept.at(-1)?.score) break
        kept.push(item)
      }
      return sorted(kept).slice(0, limit)
    },
    sorted,
  }
}

function comparePlaces(a: Place | undefined, b: Place | undefined): number {
  if (!a || !b) return 0
  if (a.documentId !== b.documentId) return a.documentId < b.documentId ? -1 : 1
  return a.start - b.start
}
