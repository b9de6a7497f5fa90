import type { DocumentDetails } from '../../documents/document.ts'
import type { DocumentProblem } from '../../documents/source-files.ts'
import type { Queries } from '../../postgres/database.ts'
import type { StoredPassage, StoredSource } from '../storage.ts'
import type { Pgvector } from './pgvector.ts'
import { decodeVector } from './vector-format.ts'

type PassageRow = Omit<StoredPassage, 'document' | 'sentences'> &
  Omit<DocumentDetails, 'id'> & {
    readonly documentId: string
    readonly sentenceIds: readonly number[] | null
    readonly starts: readonly number[] | null
    readonly ends: readonly number[] | null
  }

const PASSAGE = `p.id, p.paragraph, p.heading, p.start, p."end", p."codePoint", p.text,
  d.id AS "documentId", d.title, d.author, d.date, d.publisher, d.source, d.language, d.format, d.collection, d.version,
  s."sentenceIds", s.starts, s.ends`

/** What {@link PASSAGE} is read from, where `p` is a passage. */
function joined(schema: string): string {
  return `JOIN ${schema}.documents AS d ON d.number = p.document
    CROSS JOIN LATERAL (
      SELECT array_agg(id ORDER BY id) AS "sentenceIds", array_agg(start ORDER BY id) AS starts,
        array_agg("end" ORDER BY id) AS ends
      FROM ${schema}.sentences WHERE passage = p.id) AS s`
}

/** The passages with these ids, in that order; an id that does not exist is skipped. */
export async function readPassages(
  queries: Queries,
  schema: string,
  ids: readonly number[],
): Promise<StoredPassage[]> {
  if (ids.length === 0) return []
  const rows = await queries.query<PassageRow>(
    `SELECT ${PASSAGE} FROM unnest($1::integer[]) WITH ORDINALITY AS given (id, n)
       JOIN ${schema}.passages AS p ON p.id = given.id ${joined(schema)} ORDER BY n`,
    [ids],
  )
  return rows.map(toPassage)
}

/** The passages of a document, in order; the first `limit` of them. Default: all. */
export async function readPassagesOf(
  queries: Queries,
  schema: string,
  documentId: string,
  limit: number | null = null,
): Promise<StoredPassage[]> {
  const rows = await queries.query<PassageRow>(
    `SELECT ${PASSAGE} FROM (
         SELECT * FROM ${schema}.passages
           WHERE document = (SELECT number FROM ${schema}.documents WHERE id = $1) ORDER BY id LIMIT $2
       ) AS p ${joined(schema)} ORDER BY p.id`,
    [documentId, limit],
  )
  return rows.map(toPassage)
}

/** The vectors of these sentences, in that order. Throws if a sentence does not exist. */
export async function readVectors(
  queries: Queries,
  pgvector: Pgvector,
  schema: string,
  sentenceIds: readonly number[],
): Promise<Float32Array[]> {
  if (sentenceIds.length === 0) return []
  const rows = await queries.query<{ id: number; vector: Buffer }>(
    `SELECT id, ${pgvector.schema}.vector_send(vector) AS vector FROM ${schema}.sentences WHERE id = ANY($1::integer[])`,
    [sentenceIds],
  )
  const vectors = new Map(rows.map(({ id, vector }) => [id, decodeVector(vector)]))
  return sentenceIds.map((id) => {
    const vector = vectors.get(id)
    if (!vector) throw new Error(`there is no sentence ${id}`)
    return vector
  })
}

/** What each document was made of, by the document's id. */
export async function readSources(
  queries: Queries,
  schema: string,
): Promise<Map<string, StoredSource>> {
  const rows = await queries.query<StoredSource & { id: string }>(
    `SELECT id, file, hash FROM ${schema}.documents`,
  )
  return new Map(rows.map(({ id, file, hash }) => [id, { file, hash }]))
}

/** All problems, by name. */
export async function readProblems(queries: Queries, schema: string): Promise<DocumentProblem[]> {
  return queries.query<DocumentProblem>(
    `SELECT name, id, hash, reason FROM ${schema}.problems ORDER BY name`,
  )
}

function toPassage(row: PassageRow): StoredPassage {
  const { id, paragraph, heading, start, end, codePoint, text, ...others } = row
  const { documentId, sentenceIds, starts, ends, ...details } = others
  const sentences = (sentenceIds ?? []).map((sentenceId, i) => ({
    id: sentenceId,
    start: starts?.[i] ?? 0,
    end: ends?.[i] ?? 0,
  }))
  const document: DocumentDetails = { id: documentId, ...details }
  return { id, document, paragraph, heading, start, end, codePoint, text, sentences }
}
