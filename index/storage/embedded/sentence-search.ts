import type Database from 'better-sqlite3'
import { cosine } from '../../cosine.ts'
import type { FoundSentence } from '../storage.ts'
import { type Scored, sentenceRanking } from './ranking.ts'
import { blobToVector } from './sqlite-schema.ts'
import type { Range, VectorSearch } from './vector-search.ts'

/**
 * A search within documents that have at most this many sentences compares each of them, which takes 20 ms. The
 * graph would take up to 0.5 s for one document in 5,000, because few of its points are in the searched documents.
 */
const MAX_EXACT_SENTENCES = 5000

const ALL_SENTENCES: Range = { first: 0, last: Number.MAX_SAFE_INTEGER }

interface VectorRow {
  readonly id: number
  readonly vector: Buffer
}

/** Searches the sentences of a generation in SQLite. */
export interface SentenceSearch {
  /** The sentences nearest to the vector, nearest first, in ranges that ascend, or in all (null). */
  nearest(vector: Float32Array, limit: number, ranges: readonly Range[] | null): FoundSentence[]
  /** The ranges of the sentences of these documents. Those that are in none of `collections` are left out; null: none is. */
  rangesOf(documentIds: readonly string[], collections: readonly string[] | null): Range[]
}

/** The query for the ranges of documents: one for each, whose sentences have consecutive ids because it is written in one transaction. */
function documentRanges(where: string): string {
  return `SELECT min(sentences.id) AS first, max(sentences.id) AS last
    FROM documents JOIN passages ON document = documents.rowid
      JOIN sentences ON passage = passages.id
    WHERE documents.id IN (SELECT value FROM json_each(?)) ${where} GROUP BY documents.rowid ORDER BY documents.rowid`
}

/** Prepares the search; `vectors` is null if there are no sentences. For `exactSearch` see `EmbeddedStorageOptions`. */
export function sentenceSearch(
  database: Database.Database,
  vectors: VectorSearch | null,
  exactSearch: boolean,
): SentenceSearch {
  const { first, sorted } = sentenceRanking(database)
  const passageOf = database
    .prepare<[number], number>('SELECT passage FROM sentences WHERE id = ?')
    .pluck()
  const vectorRows = database.prepare<[number, number], VectorRow>(
    'SELECT id, vector FROM sentences WHERE id BETWEEN ? AND ?',
  )
  const ofDocuments = database.prepare<[string], Range>(documentRanges(''))
  const ofDocumentsIn = database.prepare<[string, string], Range>(
    documentRanges('AND documents.collection IN (SELECT value FROM json_each(?))'),
  )

  /** Compares all sentences of the ranges with the vector; nearest first. */
  function compareAll(compared: readonly Range[], vector: Float32Array): Scored[] {
    return compared
      .flatMap((range) => vectorRows.all(range.first, range.last))
      .map(({ id, vector: blob }) => ({ id, score: 1 - cosine(vector, blobToVector(blob)) }))
      .toSorted((a, b) => a.score - b.score)
  }

  /** Their scores are cosine distances. */
  function scored(
    vector: Float32Array,
    limit: number,
    searched: readonly Range[] | null,
  ): Scored[] {
    if (!vectors) return []
    if (exactSearch || (searched && sentencesIn(searched) <= MAX_EXACT_SENTENCES)) {
      return first(compareAll(searched ?? [ALL_SENTENCES], vector), limit)
    }
    return sorted(vectors.nearest(vector, limit, searched))
  }

  return {
    nearest: (vector, limit, searched) =>
      scored(vector, limit, searched).flatMap(({ id: sentenceId, score: distance }) => {
        const passageId = passageOf.get(sentenceId)
        return passageId === undefined ? [] : [{ sentenceId, passageId, distance }]
      }),
    rangesOf: (documentIds, collections) =>
      collections === null
        ? ofDocuments.all(JSON.stringify(documentIds))
        : ofDocumentsIn.all(JSON.stringify(documentIds), JSON.stringify(collections)),
  }
}

function sentencesIn(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0)
}
