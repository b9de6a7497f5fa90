import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { BuildOptions } from '../../index/build.ts'
import { findPassages } from '../../index/retrieval/passages.ts'
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
import { startFootnote } from '../footnote-process.ts'
import { mean, percentile } from '../statistics.ts'
import {
  compareWordSearch,
  NEAREST_SENTENCES,
  type SearchedIndex,
  type WordSearchFigures,
} from './compare-word-search.ts'
import { exactlyNearest } from './exact-search.ts'
import { type AnsweredQuestion, generateDocument, SHAPE } from './generate-corpus.ts'
import { generateVectors } from './generate-vectors.ts'
import { buildScaleIndex, embeddingOnly, type ScaleIndex } from './scale-index.ts'
import { type Times, timesOf } from './times.ts'
import { readVocabulary } from './vocabulary.ts'

const QUESTIONS = 400
const STARTS = 3
const SETTLING_MS = 2000

/** How many questions are also searched for exactly, which is slow. */
const EXACT_QUESTIONS = 100

/** How many nearest sentences recall is computed on. */
const RECALL_DEPTH = 10

/**
 * Documents that people wrote, which are mixed in among generated ones, with questions that people
 * asked about them.
 */
export interface MixedIn {
  readonly documents: readonly EvaluationDocument[]
  readonly questions: readonly AnsweredQuestion[]
}

/** What an index of one size costs, and how well it is searched. */
export interface ScaleFigures {
  readonly passages: number
  readonly sentences: number
  readonly index: ScaleIndex
  /** From `npm start` to the first successful response of `/ready`. */
  readonly readyMs: number
  /** Resident memory of all processes of `npm start`, at rest. */
  readonly memoryBytes: number
  /** The share of the ten nearest sentences that the graph finds, 0 to 1. */
  readonly recall: number
  /** BM25, vector search and their fusion, without embedding the question. */
  readonly retrieval: Times
  /** The vector search of hnswlib alone. */
  readonly hnsw: Times
  /** Word search for the generated questions. */
  readonly generated: WordSearchFigures
  /** Word search for the questions that people asked; null where none are mixed in. */
  readonly mixedIn: WordSearchFigures | null
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
 * it.
 */
export async function measureScale(
  passages: number,
  config: Config,
  mixedIn: MixedIn | null,
  onProgress: BuildOptions['onProgress'],
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
    const embed = generateVectors()
    const index = await buildScaleIndex(folder, documents(), embed, config, onProgress)
    return await measureIndex(index, take(questions, QUESTIONS), mixedIn, embed, config)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function measureIndex(
  index: ScaleIndex,
  questions: readonly AnsweredQuestion[],
  mixedIn: MixedIn | null,
  embed: (text: string) => Float32Array,
  config: Config,
): Promise<ScaleFigures> {
  const database = openForReading(index.sqliteFile)
  const store = await embeddedEngine({ ...config, indexDir: index.indexDir }).storage.open()
  try {
    const searched = { store, database, embed }
    // The first pass fills the caches of the file system and of SQLite.
    await timeRetrieval(questions, searched)
    return {
      passages: countRows(database, 'passages'),
      sentences: countRows(database, 'sentences'),
      index,
      retrieval: await timeRetrieval(questions, searched),
      hnsw: await timeBareHnsw(questions, index.hnswFile, embed),
      recall: await measureRecall(take(questions, EXACT_QUESTIONS), searched),
      generated: await compareWordSearch(questions, searched),
      mixedIn: mixedIn && (await compareWordSearch(mixedIn.questions, searched)),
      ...(await measureStarts(index)),
    }
  } finally {
    await store.close()
    database.close()
  }
}

async function timeRetrieval(
  questions: readonly AnsweredQuestion[],
  { store, embed }: SearchedIndex,
): Promise<Times> {
  const inference = embeddingOnly(embed)
  const durations: number[] = []
  for (const { question } of questions) {
    const { timings } = await findPassages(question, { documentIds: null }, { store, inference })
    durations.push(timings.search)
  }
  return timesOf(durations)
}

async function timeBareHnsw(
  questions: readonly AnsweredQuestion[],
  hnswFile: string,
  embed: (text: string) => Float32Array,
): Promise<Times> {
  const vectors = questions.map(({ question }) => Array.from(embed(question)))
  const graph = await readGraph(hnswFile, vectors[0]?.length ?? 0)
  const limit = Math.min(NEAREST_SENTENCES, graph.getCurrentCount())
  const durations: number[] = []
  for (const vector of vectors) {
    const startedAt = performance.now()
    graph.searchKnn(vector, limit)
    durations.push(performance.now() - startedAt)
  }
  return timesOf(durations)
}

async function measureRecall(
  questions: readonly AnsweredQuestion[],
  { store, database, embed }: SearchedIndex,
): Promise<number> {
  const vectors = questions.map(({ question }) => embed(question))
  const exact = exactlyNearest(vectors, RECALL_DEPTH, database)
  const recalls: number[] = []
  for (const [i, vector] of vectors.entries()) {
    const found = await store.findSentences(vector, RECALL_DEPTH, null)
    const right = found.filter(({ sentenceId }) => exact[i]?.has(sentenceId))
    recalls.push(right.length / RECALL_DEPTH)
  }
  return mean(recalls)
}

/** Starts the server a few times; gives the medians. */
async function measureStarts({
  documentsDir,
  indexDir,
}: ScaleIndex): Promise<Pick<ScaleFigures, 'readyMs' | 'memoryBytes'>> {
  const readyMs: number[] = []
  const memoryBytes: number[] = []
  for (let i = 0; i < STARTS; i += 1) {
    const footnote = await startFootnote({
      DOCUMENTS_DIR: documentsDir,
      INDEX_DIR: indexDir,
      DATA_DIR: path.join(indexDir, 'data'),
    })
    await setTimeout(SETTLING_MS)
    readyMs.push(footnote.readyAfterMs)
    memoryBytes.push(await footnote.memoryBytes())
    await footnote.stop()
  }
  return { readyMs: percentile(readyMs, 0.5), memoryBytes: percentile(memoryBytes, 0.5) }
}

function countRows(database: SearchedIndex['database'], table: 'passages' | 'sentences'): number {
  return database.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0
}
