import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { BuildOptions } from '../../index/build.ts'
import { HNSW_FILE } from '../../index/storage/embedded/generations.ts'
import { readGraph } from '../../index/storage/embedded/hnsw.ts'
import { openForReading } from '../../index/storage/embedded/sqlite-schema.ts'
import type { Config } from '../../server/config.ts'
import { embeddedEngine } from '../../server/engine.ts'
import {
  articleDocument,
  type EvaluationDocument,
  type QuestionSet,
} from '../evaluation/dataset.ts'
import { take } from '../evaluation/rounds.ts'
import {
  compareWordSearch,
  NEAREST_SENTENCES,
  type SearchedIndex,
  type WordSearchFigures,
} from './compare-word-search.ts'
import { exactlyNearest } from './exact-search.ts'
import { type AnsweredQuestion, generateDocument, SHAPE } from './generate-corpus.ts'
import { generateVectors } from './generate-vectors.ts'
import { type DatabaseFigures, measureDatabase } from './measure-database.ts'
import { EXACT_QUESTIONS, measureRecall, RECALL_DEPTH } from './measure-recall.ts'
import { measurePublication, type PublicationFigures } from './measure-publication.ts'
import { measureStart, type StartFigures } from './measure-start.ts'
import { buildScaleIndex, type ScaleIndex } from './scale-index.ts'
import { type SearchTimes, timeRetrieval, timeSearches } from './time-searches.ts'
import { type Times, timesOf } from './times.ts'
import { readVocabulary } from './vocabulary.ts'

const QUESTIONS = 400

/**
 * Documents that people wrote, which are mixed in among generated ones, with questions that people
 * asked about them.
 */
export interface MixedIn {
  readonly documents: readonly EvaluationDocument[]
  readonly questions: readonly AnsweredQuestion[]
}

export interface ScaleOptions {
  readonly mixedIn: MixedIn | null
  /** The address of a PostgreSQL server, whose user may create databases; null: only the embedded index is measured. */
  readonly serverUrl: string | null
  /** Told of each build. */
  readonly onProgress: BuildOptions['onProgress']
}

/** What an index of one size costs, and how well it is searched. */
export interface ScaleFigures {
  readonly passages: number
  readonly sentences: number
  readonly index: ScaleIndex
  readonly start: StartFigures
  readonly publication: PublicationFigures
  /** The share of the ten nearest sentences that a search finds, 0 to 1. */
  readonly recall: number
  /** BM25, vector search and their fusion, without embedding the question. */
  readonly retrieval: Times
  /** The vector search of hnswlib alone; null where the index has no graph. */
  readonly hnsw: Times | null
  /** The two searches of a question, each alone. */
  readonly searches: SearchTimes
  /** Word search for the generated questions. */
  readonly generated: WordSearchFigures
  /** Word search for the questions that people asked; null where none are mixed in. */
  readonly mixedIn: WordSearchFigures | null
  /** The same in PostgreSQL; null where no server was named. */
  readonly database: DatabaseFigures | null
}

/** The articles of a data set, and those of its questions that they answer, to mix in. */
export function mixedInFrom({ articles, questions }: QuestionSet): MixedIn {
  return {
    documents: articles.map(({ title, paragraphs }, article) =>
      articleDocument(article, title, paragraphs),
    ),
    questions: questions.flatMap(({ question, gold }) => (gold ? { question, gold } : [])),
  }
}

/**
 * Builds an index of `passages` generated passages in a temporary folder, measures it, and removes
 * it. With a PostgreSQL server, does the same in a temporary database.
 */
export async function measureScale(
  passages: number,
  config: Config,
  { mixedIn, serverUrl, onProgress }: ScaleOptions,
): Promise<ScaleFigures> {
  const folder = await mkdtemp(path.join(tmpdir(), 'footnote-scale-'))
  try {
    const modelDir = path.join(config.inference.modelsDir, config.inference.embeddingModel)
    const vocabulary = await readVocabulary(modelDir)
    const questions: AnsweredQuestion[] = []
    const documents = function* () {
      yield* mixedIn?.documents ?? []
      for (let i = 0; i < passages / SHAPE.passagesPerDocument; i += 1) {
        const document = generateDocument(vocabulary, i)
        questions.push(...document.questions)
        yield document
      }
    }
    // The second build must not wait for vectors: while they are made, a database would go on with its work.
    const embed = serverUrl === null ? generateVectors() : remembering(generateVectors())
    const index = await buildScaleIndex(folder, documents(), embed, config, onProgress)
    const asked = take(questions, QUESTIONS)
    const figures = await measureIndex(index, asked, mixedIn, embed, config)
    const { documentsDir } = index
    const database =
      serverUrl === null
        ? null
        : await measureDatabase(serverUrl, { ...config, documentsDir }, asked, embed, onProgress)
    return { ...figures, database }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function remembering(embed: (text: string) => Float32Array): (text: string) => Float32Array {
  const known = new Map<string, Float32Array>()
  return (text) => {
    const vector = known.get(text) ?? embed(text)
    known.set(text, vector)
    return vector
  }
}

async function measureIndex(
  index: ScaleIndex,
  questions: readonly AnsweredQuestion[],
  mixedIn: MixedIn | null,
  embed: (text: string) => Float32Array,
  config: Config,
): Promise<Omit<ScaleFigures, 'database'>> {
  const database = openForReading(index.sqliteFile)
  const store = await embeddedEngine({ ...config, indexDir: index.indexDir }).storage.open()
  try {
    const searched = { store, database, embed }
    const vectors = take(questions, EXACT_QUESTIONS).map(({ question }) => embed(question))
    // The first pass fills the caches of the file system and of SQLite.
    await timeRetrieval(questions, searched)
    return {
      passages: countRows(database, 'passages'),
      sentences: countRows(database, 'sentences'),
      index,
      retrieval: await timeRetrieval(questions, searched),
      searches: await timeSearches(questions, searched),
      hnsw: await timeBareHnsw(questions, index.vectorsFile, embed),
      recall: await measureRecall(vectors, exactlyNearest(vectors, RECALL_DEPTH, database), store),
      generated: await compareWordSearch(questions, searched),
      mixedIn: mixedIn && (await compareWordSearch(mixedIn.questions, searched)),
      start: await measureStart({
        DOCUMENTS_DIR: index.documentsDir,
        INDEX_DIR: index.indexDir,
        DATA_DIR: path.join(index.indexDir, 'data'),
      }),
      publication: await measurePublication(index, embed, config),
    }
  } finally {
    await store.close()
    database.close()
  }
}

async function timeBareHnsw(
  questions: readonly AnsweredQuestion[],
  vectorsFile: string,
  embed: (text: string) => Float32Array,
): Promise<Times | null> {
  if (path.basename(vectorsFile) !== HNSW_FILE) return null
  const vectors = questions.map(({ question }) => Array.from(embed(question)))
  const graph = await readGraph(vectorsFile, vectors[0]?.length ?? 0)
  const limit = Math.min(NEAREST_SENTENCES, graph.getCurrentCount())
  const durations: number[] = []
  for (const vector of vectors) {
    const startedAt = performance.now()
    graph.searchKnn(vector, limit)
    durations.push(performance.now() - startedAt)
  }
  return timesOf(durations)
}

function countRows(database: SearchedIndex['database'], table: 'passages' | 'sentences'): number {
  return database.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0
}
