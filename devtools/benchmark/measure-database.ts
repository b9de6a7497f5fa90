import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { BuildOptions } from '../../index/build.ts'
import { type LiveIndexOptions, openLiveIndex } from '../../index/live-index.ts'
import { openDatabase } from '../../index/postgres/database.ts'
import type { IndexStorage, Store } from '../../index/storage/storage.ts'
import type { Config } from '../../server/config.ts'
import { type Engine, engineOf } from '../../server/engine.ts'
import { take } from '../evaluation/rounds.ts'
import { withTemporaryDatabase } from '../temporary-database.ts'
import type { AnsweredQuestion } from './generate-corpus.ts'
import { EXACT_QUESTIONS, measureRecall, RECALL_DEPTH } from './measure-recall.ts'
import { timeBuild } from './scale-index.ts'
import { type SearchTimes, timeRetrieval, timeSearches } from './time-searches.ts'
import type { Times } from './times.ts'

const PUBLICATIONS = 3
const SERVERS = 2

/** How often it is checked whether a build has published, in ms. */
const CHECK_MS = 5

/** What the same documents cost in PostgreSQL, and how well they are searched there. */
export interface DatabaseFigures {
  /** The time of the build without the time for making vectors. */
  readonly buildMs: number
  /** Of all tables with their indexes. */
  readonly bytes: number
  /** The part of `bytes` that is HNSW graphs. */
  readonly graphBytes: number
  /** See `ScaleFigures`. */
  readonly retrieval: Times
  readonly searches: SearchTimes
  /** The share of the ten nearest sentences that the graph finds, 0 to 1. */
  readonly recall: number
  /** Builds of one changed document. */
  readonly publications: readonly Publication[]
}

export interface Publication {
  /** From the beginning of the build until the database serves it. */
  readonly buildMs: number
  /** From then until the last of the watching servers has it. */
  readonly seenMs: number
}

/** Builds the index of a documents folder in a temporary database, measures it, and drops it. */
export async function measureDatabase(
  serverUrl: string,
  config: Config,
  questions: readonly AnsweredQuestion[],
  embed: (text: string) => Float32Array,
  onProgress: BuildOptions['onProgress'],
): Promise<DatabaseFigures> {
  return withTemporaryDatabase(serverUrl, async (databaseUrl) => {
    const settings = { ...config, databaseUrl }
    const opened: Engine[] = []
    const storage = (exactSearch = false) => {
      const engine = engineOf(settings, { exactSearch })
      opened.push(engine)
      return engine.storage
    }
    try {
      const buildMs = await timeBuild(settings, storage(), embed, onProgress)
      return {
        buildMs,
        ...(await sizesOf(databaseUrl)),
        ...(await measureSearches(questions, storage(), storage(true), embed)),
        publications: await measurePublications(settings, storage, embed),
      }
    } finally {
      for (const engine of opened) await engine.close()
    }
  })
}

async function sizesOf(databaseUrl: string): Promise<{ bytes: number; graphBytes: number }> {
  const database = openDatabase(databaseUrl)
  try {
    const [sizes] = await database.query<{ bytes: number; graphBytes: number }>(
      `SELECT sum(pg_total_relation_size(c.oid)) FILTER (WHERE c.relkind = 'r')::float8 AS bytes,
         coalesce(sum(pg_relation_size(c.oid)) FILTER (WHERE amname = 'hnsw'), 0)::float8 AS "graphBytes"
       FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace LEFT JOIN pg_am ON pg_am.oid = relam
       WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%'`,
    )
    return sizes ?? { bytes: 0, graphBytes: 0 }
  } finally {
    await database.close()
  }
}

async function measureSearches(
  questions: readonly AnsweredQuestion[],
  byGraph: IndexStorage,
  exactly: IndexStorage,
  embed: (text: string) => Float32Array,
): Promise<Pick<DatabaseFigures, 'retrieval' | 'searches' | 'recall'>> {
  const store = await byGraph.open()
  const exact = await exactly.open()
  try {
    const searched = { store, embed }
    const vectors = take(questions, EXACT_QUESTIONS).map(({ question }) => embed(question))
    // The first pass fills the caches of the database.
    await timeRetrieval(questions, searched)
    return {
      retrieval: await timeRetrieval(questions, searched),
      searches: await timeSearches(questions, searched),
      recall: await measureRecall(vectors, await exactlyNearest(vectors, exact), store),
    }
  } finally {
    await exact.close()
    await store.close()
  }
}

async function exactlyNearest(
  vectors: readonly Float32Array[],
  exact: Store,
): Promise<Set<number>[]> {
  const nearest: Set<number>[] = []
  for (const vector of vectors) {
    const found = await exact.findSentences(vector, RECALL_DEPTH, null)
    nearest.push(new Set(found.map(({ sentenceId }) => sentenceId)))
  }
  return nearest
}

/** Changes one document a few times, while servers watch. */
async function measurePublications(
  config: Config,
  newStorage: () => IndexStorage,
  embed: (text: string) => Float32Array,
): Promise<Publication[]> {
  const builder = newStorage()
  const checker = newStorage()
  const changes: Parameters<LiveIndexOptions['onChange']>[0][] = []
  const servers = await Promise.all(
    Array.from({ length: SERVERS }, () =>
      openLiveIndex({ storage: newStorage(), onChange: (change) => changes.push(change) }),
    ),
  )
  try {
    const publications: Publication[] = []
    for (let i = 0; i < PUBLICATIONS; i += 1) {
      await writeFile(path.join(config.documentsDir, 'changed.txt'), `This is version ${i}.\n`)
      const before = await checker.served()
      changes.length = 0
      const startedAt = performance.now()
      const building = timeBuild(config, builder, embed)
      let hasFailed = false
      building.catch(() => {
        hasFailed = true
      })
      await until(async () => hasFailed || (await checker.served()) !== before)
      const publishedAt = performance.now()
      await until(async () => hasFailed || changes.length === SERVERS)
      const seenAt = performance.now()
      await building
      const failed = changes.find((change) => 'error' in change)
      if (failed) throw failed.error
      publications.push({ buildMs: publishedAt - startedAt, seenMs: seenAt - publishedAt })
    }
    return publications
  } finally {
    for (const server of servers) await server.close()
  }
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await setTimeout(CHECK_MS)
}
