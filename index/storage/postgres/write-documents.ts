import type { Document } from '../../documents/document.ts'
import type { DocumentProblem } from '../../documents/source-files.ts'
import type { Queries } from '../../postgres/database.ts'
import { countCodePoints } from '../../span.ts'
import type { Pgvector } from './pgvector.ts'
import { encodeVectors } from './vector-format.ts'

/** Rows that are sent at once. The vectors of 1,000 sentences have 1.5 MB. */
const BATCH_ROWS = 1000

/** The next unused number of each table. */
export interface NextIds {
  document: number
  passage: number
  sentence: number
}

/** Reads the next unused numbers of a generation. */
export async function readNextIds(queries: Queries, schema: string): Promise<NextIds> {
  const next = (column: string, table: string) =>
    `(SELECT coalesce(max(${column}), 0) + 1 FROM ${schema}.${table})`
  const [ids] = await queries.query<NextIds>(
    `SELECT ${next('number', 'documents')} AS document, ${next('id', 'passages')} AS passage,
       ${next('id', 'sentences')} AS sentence`,
  )
  return ids ?? { document: 1, passage: 1, sentence: 1 }
}

export interface Target {
  readonly schema: string
  /** They are counted up. */
  readonly next: NextIds
  readonly pgvector: Pgvector
}

/** Inserts a document's rows; `vectors` has one vector for each sentence, in order. Throws if there are too few. */
export async function insertDocument(
  queries: Queries,
  target: Target,
  document: Document,
  vectors: readonly Float32Array[],
): Promise<void> {
  const number = target.next.document
  target.next.document += 1
  await insertDetails(queries, target.schema, number, document)
  await insertHeadings(queries, target.schema, number, document)
  await insertPages(queries, target.schema, number, document)
  const collection =
    document.collection === null
      ? null
      : await collectionNumber(queries, target.schema, document.collection)
  const firstPassage = target.next.passage
  await insertPassages(queries, target, number, document)
  await insertSentences(queries, target, { number, collection, firstPassage }, document, vectors)
}

/** Removes the rows of documents, where there are any. */
export async function removeDocuments(
  queries: Queries,
  schema: string,
  ids: readonly string[],
): Promise<void> {
  const remove = (table: string) =>
    `${table} AS (DELETE FROM ${schema}.${table} WHERE document IN (SELECT number FROM gone))`
  const parts = ['headings', 'pages', 'passages', 'sentences'].map(remove)
  await queries.query(
    `WITH gone AS (DELETE FROM ${schema}.documents WHERE id = ANY($1::text[]) RETURNING number), ${parts.join(', ')}
       SELECT FROM gone`,
    [ids],
  )
}

/** Replaces the rows of all problems. */
export async function replaceProblems(
  queries: Queries,
  schema: string,
  problems: readonly DocumentProblem[],
): Promise<void> {
  await queries.query(`DELETE FROM ${schema}.problems`)
  await queries.query(
    `INSERT INTO ${schema}.problems (name, id, hash, reason)
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])`,
    columns(problems, ['name', 'id', 'hash', 'reason']),
  )
}

async function insertDetails(
  queries: Queries,
  schema: string,
  number: number,
  document: Document,
): Promise<void> {
  await queries.query(
    `INSERT INTO ${schema}.documents (number, id, hash, format, language, title, author, date, publisher, source, collection,
         file, "fileHash", version, characters, paragraphs, pages, text)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
    [
      number,
      document.id,
      document.hash,
      document.format,
      document.language,
      document.title,
      document.author,
      document.date,
      document.publisher,
      document.source,
      document.collection,
      document.file,
      document.fileHash,
      document.version,
      document.text.length,
      document.passages.at(-1)?.paragraph ?? 0,
      document.pages.length === 0 ? null : document.pages.length,
      document.text,
    ],
  )
}

/** The number of a collection, which is given to it where it has none yet. */
async function collectionNumber(queries: Queries, schema: string, name: string): Promise<number> {
  const [collection] = await queries.query<{ number: number }>(
    `WITH found AS (SELECT number FROM ${schema}.collections WHERE name = $1),
       added AS (
         INSERT INTO ${schema}.collections (number, name)
           SELECT coalesce(max(number), 0) + 1, $1 FROM ${schema}.collections HAVING NOT EXISTS (SELECT FROM found)
           RETURNING number
       )
       SELECT number FROM found UNION ALL SELECT number FROM added`,
    [name],
  )
  if (!collection) throw new Error('the collection has no number')
  return collection.number
}

async function insertHeadings(
  queries: Queries,
  schema: string,
  number: number,
  { headings }: Document,
): Promise<void> {
  for (const batch of batches(headings)) {
    await queries.query(
      `INSERT INTO ${schema}.headings (document, start, "end", level, text)
         SELECT $1::integer, * FROM unnest($2::integer[], $3::integer[], $4::integer[], $5::text[])`,
      [number, ...columns(batch, ['start', 'end', 'level', 'text'])],
    )
  }
}

async function insertPages(
  queries: Queries,
  schema: string,
  number: number,
  { pages }: Document,
): Promise<void> {
  for (const batch of batches(pages)) {
    const rows = Array.from(batch, ({ size, ...page }) => ({
      ...page,
      width: size?.width ?? null,
      height: size?.height ?? null,
    }))
    await queries.query(
      `INSERT INTO ${schema}.pages (document, number, label, start, "end", width, height, places)
         SELECT $1::integer, * FROM unnest($2::integer[], $3::text[], $4::integer[], $5::integer[], $6::float8[], $7::float8[],
           $8::bytea[])`,
      [number, ...columns(rows, ['number', 'label', 'start', 'end', 'width', 'height', 'places'])],
    )
  }
}

async function insertPassages(
  queries: Queries,
  { schema, next }: Target,
  number: number,
  { text, passages }: Document,
): Promise<void> {
  let [codePoint, counted] = [0, 0]
  for (const batch of batches(passages)) {
    const rows = Array.from(batch, ({ paragraph, heading, start, end, stems }) => {
      codePoint += countCodePoints(text.slice(counted, start))
      counted = start
      const id = next.passage
      next.passage += 1
      const place = { id, paragraph, heading, start, end, codePoint }
      return {
        ...place,
        stemCount: stems.length,
        text: text.slice(start, end),
        stems: stems.join(' '),
      }
    })
    await queries.query(
      `INSERT INTO ${schema}.passages (document, id, paragraph, heading, start, "end", "codePoint", "stemCount", text, stems)
         SELECT $1::integer, * FROM unnest($2::integer[], $3::integer[], $4::text[], $5::integer[], $6::integer[], $7::integer[],
           $8::integer[], $9::text[], $10::text[])`,
      [
        number,
        ...columns(rows, [
          'id',
          'paragraph',
          'heading',
          'start',
          'end',
          'codePoint',
          'stemCount',
          'text',
          'stems',
        ]),
      ],
    )
  }
}

/** What the sentences of a document belong to, by numbers. */
interface SentenceOwner {
  readonly number: number
  readonly collection: number | null
  readonly firstPassage: number
}

async function insertSentences(
  queries: Queries,
  { schema, next, pgvector }: Target,
  { number, collection, firstPassage }: SentenceOwner,
  document: Document,
  vectors: readonly Float32Array[],
): Promise<void> {
  const sentences = document.passages.flatMap((passage, i) =>
    passage.sentences.map(({ start, end }) => ({ passage: firstPassage + i, start, end })),
  )
  if (vectors.length < sentences.length) {
    throw new Error(`${document.id}: fewer vectors than sentences`)
  }
  let first = 0
  for (const batch of batches(sentences)) {
    const ids = Array.from(batch, (_, i) => next.sentence + i)
    next.sentence += batch.length
    await queries.query(
      `INSERT INTO ${schema}.sentences (document, collection, id, passage, start, "end", vector)
         SELECT $1::integer, $2::integer, *
           FROM unnest($3::integer[], $4::integer[], $5::integer[], $6::integer[], $7::${pgvector.schema}.vector[])`,
      [
        number,
        collection,
        ids,
        ...columns(batch, ['passage', 'start', 'end']),
        encodeVectors(vectors.slice(first, first + batch.length), pgvector.typeOid),
      ],
    )
    first += batch.length
  }
}

/** The values of rows, one array for each column. */
function columns<Row extends object>(
  rows: readonly Row[],
  names: readonly (keyof Row)[],
): unknown[][] {
  return names.map((name) => rows.map((row) => row[name]))
}

function* batches<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let first = 0; first < rows.length; first += BATCH_ROWS) {
    yield rows.slice(first, first + BATCH_ROWS)
  }
}
