import type { Queries } from '../../postgres/database.ts'
import { sqlState } from '../../postgres/postgres-errors.ts'
import { dropTables } from './generation-tables.ts'

/**
 * What is known of the generations, in the schema `footnote`. Each generation has a schema of its own, `footnote_generation_7`.
 * `served` has one row for each fingerprint, so that servers of two versions read an index each. Servers of other versions read
 * and write these tables too: columns may be added to them, and nothing else.
 */
const BOOKKEEPING = [
  `CREATE TABLE IF NOT EXISTS footnote.generations (
     number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     id uuid NOT NULL DEFAULT gen_random_uuid(),
     fingerprint text NOT NULL,
     dimensions integer,
     passages integer,
     published timestamptz,
     replaced timestamptz
   )`,
  `CREATE TABLE IF NOT EXISTS footnote.served (
     fingerprint text PRIMARY KEY,
     generation integer NOT NULL REFERENCES footnote.generations
   )`,
]

/**
 * How long a generation stays after another one replaced it. Servers take up the new one within seconds, and a question ends
 * within 30 s.
 */
const KEEP_REPLACED = '10 minutes'

/**
 * How long a build keeps the index of another version of Footnote, counted from the first publication after it. Servers of that
 * version read it until they are upgraded, or read it again if an upgrade is undone.
 */
const KEEP_OTHER_VERSIONS = '30 days'

/** How long removing a generation waits for a statement that still reads it, in ms. The next build tries again. */
const DROP_LOCK_TIMEOUT_MS = 1000

/** Codes of what is still read, and of what belongs to another user. */
const STAYS = /^(?:55P03|42501)$/

/** A row of `footnote.generations`. */
export interface Generation {
  readonly number: number
  readonly id: string
  readonly fingerprint: string
  /** The length of its vectors; null if it has none. */
  readonly dimensions: number | null
  /** How many passages it has; null before it is published. */
  readonly passages: number | null
}

const GENERATION = 'g.number, g.id, g.fingerprint, g.dimensions, g.passages'

/** Creates the tables of the bookkeeping where they are missing. */
export async function createBookkeeping(queries: Queries): Promise<void> {
  for (const statement of BOOKKEEPING) await queries.query(statement)
}

/** Identifies the content of a generation. Its number is not enough: after the schema was dropped, numbers start again. */
export function generationId({ number, id }: Generation): string {
  return `generation-${number}-${id.slice(0, 13)}`
}

/**
 * The published generation: that with this fingerprint, or else the latest one with another, which cannot be read. Null if
 * nothing was published yet.
 */
export async function servedGeneration(
  queries: Queries,
  fingerprint: string,
): Promise<Generation | null> {
  try {
    const [served] = await queries.query<Generation>(
      `SELECT ${GENERATION} FROM footnote.served AS s JOIN footnote.generations AS g ON g.number = s.generation
         ORDER BY s.fingerprint = $1 DESC, g.published DESC LIMIT 1`,
      [fingerprint],
    )
    return served ?? null
  } catch (error) {
    // There is no such table: nothing was ever built here.
    if (sqlState(error) === '42P01') return null
    throw error
  }
}

/** Whether this generation still exists. */
export async function isKnown(queries: Queries, { id }: Generation): Promise<boolean> {
  try {
    const rows = await queries.query('SELECT FROM footnote.generations WHERE id = $1', [id])
    return rows.length > 0
  } catch (error) {
    // There is no such table: the whole index was removed.
    if (sqlState(error) === '42P01') return false
    throw error
  }
}

/** The generation that an interrupted build left; null if there is none with this fingerprint. */
export async function unfinishedGeneration(
  queries: Queries,
  fingerprint: string,
): Promise<Generation | null> {
  const [unfinished] = await queries.query<Generation>(
    `SELECT ${GENERATION} FROM footnote.generations AS g
       WHERE fingerprint = $1 AND published IS NULL ORDER BY number DESC LIMIT 1`,
    [fingerprint],
  )
  return unfinished ?? null
}

/** Adds a generation. Gives its number. */
export async function addGeneration(
  queries: Queries,
  fingerprint: string,
  dimensions: number | null,
): Promise<number> {
  const [added] = await queries.query<{ number: number }>(
    'INSERT INTO footnote.generations (fingerprint, dimensions) VALUES ($1, $2) RETURNING number',
    [fingerprint, dimensions],
  )
  if (!added) throw new Error('no generation was added')
  return added.number
}

/** Makes a complete generation the one that is served to its fingerprint. To be run in a transaction. */
export async function serveGeneration(
  queries: Queries,
  generation: number,
  passages: number,
): Promise<void> {
  await queries.query(
    `UPDATE footnote.generations SET published = now(), passages = $2 WHERE number = $1`,
    [generation, passages],
  )
  await queries.query(
    `UPDATE footnote.generations SET replaced = now()
       WHERE number <> $1 AND published IS NOT NULL AND replaced IS NULL`,
    [generation],
  )
  await queries.query(
    `INSERT INTO footnote.served SELECT fingerprint, number FROM footnote.generations WHERE number = $1
       ON CONFLICT (fingerprint) DO UPDATE SET generation = excluded.generation`,
    [generation],
  )
}

/**
 * Removes the generations that nobody needs: those that were replaced a while ago, and interrupted builds other than `kept`. What is
 * served to the builder's own fingerprint stays, however old it is.
 * One that is still read stays until the next build. Only the builder may call it.
 */
export async function removeOldGenerations(
  connection: Queries & { transaction(work: (queries: Queries) => Promise<void>): Promise<void> },
  fingerprint: string,
  kept: number | null,
): Promise<void> {
  const old = await connection.query<{ number: number }>(
    `SELECT number FROM footnote.generations WHERE number IS DISTINCT FROM $1
       AND number NOT IN (SELECT generation FROM footnote.served WHERE fingerprint = $4) AND (
       published IS NULL
       OR replaced < now() - $2::interval
         AND (replaced < now() - $3::interval OR number NOT IN (SELECT generation FROM footnote.served)))`,
    [kept, KEEP_REPLACED, KEEP_OTHER_VERSIONS, fingerprint],
  )
  for (const { number } of old) {
    try {
      await connection.transaction(async (queries) => {
        await queries.query(`SET LOCAL lock_timeout = ${DROP_LOCK_TIMEOUT_MS}`)
        await dropTables(queries, number)
        await queries.query('DELETE FROM footnote.served WHERE generation = $1', [number])
        await queries.query('DELETE FROM footnote.generations WHERE number = $1', [number])
      })
    } catch (error) {
      if (!STAYS.test(sqlState(error))) throw error
    }
  }
}
