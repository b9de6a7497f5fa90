import type { Queries } from '../../postgres/database.ts'
import type { Pgvector } from './pgvector.ts'

/** To be raised with every change of the tables of a generation. Indexes with another version are stale. */
export const SCHEMA_VERSION = 'postgres-3'

/**
 * The tables that a build fills, in the schema of its generation. `text` and `stems` are last, so that a list of documents does
 * not read their texts. There are no foreign keys: one builder writes, and it removes a document's rows together. "PGVECTOR" stands
 * for the schema of pgvector.
 */
const TABLES = {
  documents: `
    number integer NOT NULL,
    id text COLLATE "C" NOT NULL,
    hash text NOT NULL,
    format text NOT NULL,
    language text COLLATE "C" NOT NULL,
    title text NOT NULL,
    author text,
    date text,
    publisher text,
    source text,
    collection text,
    file text NOT NULL,
    "fileHash" text NOT NULL,
    version text NOT NULL,
    characters integer NOT NULL,
    paragraphs integer NOT NULL,
    pages integer,
    text text NOT NULL`,
  collections: `
    number integer NOT NULL,
    name text NOT NULL`,
  problems: `
    name text COLLATE "C" NOT NULL,
    id text,
    hash text,
    reason text NOT NULL`,
  headings: `
    document integer NOT NULL,
    start integer NOT NULL,
    "end" integer NOT NULL,
    level integer NOT NULL,
    text text NOT NULL`,
  pages: `
    document integer NOT NULL,
    number integer NOT NULL,
    label text,
    start integer NOT NULL,
    "end" integer NOT NULL,
    width float8,
    height float8,
    places bytea`,
  passages: `
    id integer NOT NULL,
    document integer NOT NULL,
    paragraph integer NOT NULL,
    heading text,
    start integer NOT NULL,
    "end" integer NOT NULL,
    "codePoint" integer NOT NULL,
    "stemCount" integer NOT NULL,
    text text NOT NULL,
    stems text NOT NULL`,
  sentences: `
    id integer NOT NULL,
    passage integer NOT NULL,
    document integer NOT NULL,
    collection integer,
    start integer NOT NULL,
    "end" integer NOT NULL,
    vector PGVECTOR.vector NOT NULL`,
} as const

/** The tables that publishing derives from those of the build. */
const DERIVED = ['places', 'extents', 'stems', 'collection_stems', 'collection_sizes']

/**
 * Indexes that a build needs too. Ids and collections are hashed, because a B-tree takes no text over 2,700 bytes, and a path may
 * have more.
 */
const INDEXES = [
  'CREATE INDEX ON documents USING hash (id)',
  'CREATE UNIQUE INDEX ON documents (number)',
  'CREATE INDEX ON documents USING hash (collection)',
  'CREATE INDEX ON headings (document)',
  'CREATE INDEX ON pages (document)',
  'CREATE UNIQUE INDEX ON passages (id)',
  'CREATE INDEX ON passages (document)',
  'CREATE UNIQUE INDEX ON sentences (id)',
  'CREATE INDEX ON sentences (passage)',
  'CREATE INDEX ON sentences (document)',
  'CREATE INDEX ON sentences (collection)',
]

/** The tables that every published generation has. */
export const PUBLISHED_TABLES: readonly string[] = [...Object.keys(TABLES), ...DERIVED]

/** The schema with the tables of a generation. */
export function schemaOf(generation: number): string {
  return `footnote_generation_${generation}`
}

/** Creates the schema of a generation: with empty tables, or with the rows of those of `base`. To be run in a transaction. */
export async function createTables(
  queries: Queries,
  pgvector: Pgvector,
  generation: number,
  base: { readonly number: number; readonly dimensions: number | null } | null,
): Promise<void> {
  const schema = schemaOf(generation)
  await queries.query(`CREATE SCHEMA ${schema}`)
  for (const [table, columns] of Object.entries(TABLES)) {
    const typed = columns.replace('PGVECTOR', () => pgvector.schema)
    await queries.query(`CREATE TABLE ${schema}.${table} (${typed})`)
  }
  if (base) {
    if (base.dimensions !== null)
      await setDimensions(queries, pgvector, generation, base.dimensions)
    for (const table of Object.keys(TABLES)) {
      const from = `${schemaOf(base.number)}.${table}`
      await queries.query(`INSERT INTO ${schema}.${table} SELECT * FROM ${from}`)
    }
  }
  for (const index of INDEXES) await queries.query(index.replace(' ON ', ` ON ${schema}.`))
}

/** Sets the length of the vectors of a generation that has none yet. */
export async function setDimensions(
  queries: Queries,
  pgvector: Pgvector,
  generation: number,
  dimensions: number,
): Promise<void> {
  await queries.query(
    `ALTER TABLE ${schemaOf(generation)}.sentences ALTER COLUMN vector TYPE ${pgvector.schema}.vector(${dimensions})`,
  )
}

/** Removes the tables of a generation. */
export async function dropTables(queries: Queries, generation: number): Promise<void> {
  await queries.query(`DROP SCHEMA IF EXISTS ${schemaOf(generation)} CASCADE`)
}
