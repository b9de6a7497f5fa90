import type Database from 'better-sqlite3'

/** The id of a passage or a sentence, with its score; a lower score is better. */
export interface Scored {
  readonly id: number
  readonly score: number
}

interface Place {
  readonly documentId: string
  readonly start: number
}

/** Sorts passages or sentences by score. Equal scores are sorted by the document's id, then by the start. */
export interface Ranking {
  /** The best `limit` items of an iterable in ascending order of scores. */
  readonly first: (ascending: Iterable<Scored>, limit: number) => Scored[]
  /** All items, best first. */
  readonly sorted: (scored: readonly Scored[]) => Scored[]
}

/** The ranking of passages. */
export function passageRanking(database: Database.Database): Ranking {
  return rankingBy(
    database.prepare<[number], Place>(
      `SELECT documents.id AS documentId, start
         FROM passages JOIN documents ON documents.rowid = document WHERE passages.id = ?`,
    ),
  )
}

/** The ranking of sentences. */
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
        // All items that tie with the last one are read too, because their places decide.
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
