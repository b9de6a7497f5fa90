import type { Connection } from '../../postgres/database.ts'
import { sqlState } from '../../postgres/postgres-errors.ts'
import type { Pgvector } from './pgvector.ts'

/** As for the embedded index. */
const M = 16
const EF_CONSTRUCTION = 200

/** Workers besides the connection's own process, where the database allows as many. */
const WORKERS = 4

/** What a point takes besides its vector, in bytes, with some reserve: its neighbours on all layers. */
const POINT_BYTES = 600
const MIN_MEMORY_MB = 64
/** More vectors than fit are inserted one by one, some ten times slower. */
const MAX_MEMORY_MB = 4096
const BYTES_PER_MB = 2 ** 20

/** Codes of a database that gives no memory for workers, as in a container whose `/dev/shm` is small. */
const NO_MEMORY = /^(?:53100|53200)$/

/** Builds the graph of all vectors, whose length is `dimensions`. */
export async function deriveGraph(
  connection: Connection,
  pgvector: Pgvector,
  schema: string,
  dimensions: number,
): Promise<void> {
  const [sentences] = await connection.query<{ count: number }>(
    `SELECT count(*)::integer AS count FROM ${schema}.sentences`,
  )
  const memoryMb = memoryFor(sentences?.count ?? 0, dimensions)
  try {
    await createIndex(connection, pgvector, schema, memoryMb, WORKERS)
  } catch (error) {
    if (!NO_MEMORY.test(sqlState(error))) throw error
    await createIndex(connection, pgvector, schema, memoryMb, 0)
  }
}

function memoryFor(count: number, dimensions: number): number {
  const bytes = count * (dimensions * Float32Array.BYTES_PER_ELEMENT + POINT_BYTES)
  return Math.min(Math.max(Math.ceil(bytes / BYTES_PER_MB), MIN_MEMORY_MB), MAX_MEMORY_MB)
}

async function createIndex(
  connection: Connection,
  pgvector: Pgvector,
  schema: string,
  memoryMb: number,
  workers: number,
): Promise<void> {
  await connection.transaction(async (queries) => {
    await queries.query(`SET LOCAL maintenance_work_mem = '${memoryMb}MB'`)
    await queries.query(`SET LOCAL max_parallel_maintenance_workers = ${workers}`)
    await queries.query(`DROP INDEX IF EXISTS ${schema}.sentences_by_vector`)
    // The vectors are normalised, so the inner product is the cosine.
    await queries.query(
      `CREATE INDEX sentences_by_vector ON ${schema}.sentences USING hnsw (vector ${pgvector.schema}.vector_ip_ops)
         WITH (m = ${M}, ef_construction = ${EF_CONSTRUCTION})`,
    )
  })
}
