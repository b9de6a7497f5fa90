import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { indexFingerprint } from '../../index/fingerprint.ts'
import { findPassages } from '../../index/retrieval/passages.ts'
import { readGraph } from '../../index/storage/embedded/hnsw.ts'
import { openStore } from '../../index/storage/embedded/sqlite-store.ts'
import type { Config } from '../../server/config.ts'
import type { EvaluationDocument } from '../evaluation/dataset.ts'
import { mean, percentile } from '../evaluation/metrics.ts'
import { take } from '../evaluation/rounds.ts'
import {
  compareWords,
  NEAREST_SENTENCES,
  type Searching,
  type WordFigures,
} from './compare-words.ts'
import { exactlyNearest } from './exact-search.ts'
import { startFootnote } from './footnote-process.ts'
import { type AnsweredQuestion, generateDocument, SHAPE } from './generate-corpus.ts'
import { generateVectors } from './generate-vectors.ts'
import { type Times, timesOf } from './measure.ts'
import { buildScaleIndex, type ScaleIndex, standIn } from './scale-index.ts'
import { readVocabulary } from './vocabulary.ts'

const QUESTIONS = 400
const STARTS = 3

/** Questions whose nearest sentences are looked for among all, which takes a while. */
const EXACT_QUESTIONS = 100
const NEAREST = 10

/** Documents that people wrote, with questions on them, among which generated ones are mixed. */
export interface MixedIn {
  readonly documents: readonly EvaluationDocument[]
  readonly questions: readonly AnsweredQuestion[]
}

/** What one size of index takes and gives; times in ms, sizes in bytes, shares in percent. */
export interface ScaleFigures {
  readonly passages: number
  readonly sentences: number
  readonly index: ScaleIndex
  /** From `npm start` to the first `/ready` that says so. */
  readonly ready: number
  /** Resident, all processes of `npm start`, at rest. */
  readonly memory: number
  /** Of the nearest ten sentences, those that the graph finds, 0 to 1. */
  readonly recall: number
  /** BM25, vectors, and their fusion, without embedding the question. */
  readonly retrieval: Times
  /** Of that, what hnswlib takes by itself for as many sentences. */
  readonly hnsw: Times
  readonly generated: WordFigures
  /** Of the questions that people asked. */
  readonly mixedIn: WordFigures | null
}

/** Builds an index of so many passages in a temporary folder, measures it, and removes it. */
export async function measureScale(
  passages: number,
  config: Config,
  mixedIn: MixedIn | null,
): Promise<ScaleFigures> {
  const folder = await mkdtemp(path.join(tmpdir(), 'footnote-scale-'))
  try {
    const modelDir = path.join(config.inference.modelsDir, config.inference.embeddingModel)
    const vocabulary = await readVocabulary(modelDir)
    const questions: AnsweredQuestion[] = []
    const documents = function* () {
      yield* mixedIn?.documents ?? []
      for (let i = 0; i < passages / SHAPE.passagesADocument; i += 1) {
        const document = generateDocument(vocabulary, i)
        questions.push(...document.questions)
        yield document
      }
    }
    const embed = generateVectors()
    const index = await buildScaleIndex(folder, documents(), embed, config)
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
  const database = new Database(index.sqliteFile, { readonly: true })
  const store = await openStore(index.indexDir, await indexFingerprint(config.inference))
  try {
    const searching = { store, database, embed }
    // The first pass warms up.
    await retrieveAll(questions, searching)
    return {
      passages: count(database, 'passages'),
      sentences: count(database, 'sentences'),
      index,
      retrieval: await retrieveAll(questions, searching),
      hnsw: await searchBare(questions, index.hnswFile, embed),
      recall: await recallOf(take(questions, EXACT_QUESTIONS), searching),
      generated: await compareWords(questions, searching),
      mixedIn: mixedIn && (await compareWords(mixedIn.questions, searching)),
      ...(await measureStarts(index)),
    }
  } finally {
    await store.close()
    database.close()
  }
}

async function retrieveAll(
  questions: readonly AnsweredQuestion[],
  { store, embed }: Searching,
): Promise<Times> {
  const times: number[] = []
  for (const { question } of questions) {
    const scope = { documentIds: null }
    const { timings } = await findPassages(question, scope, { store, inference: standIn(embed) })
    times.push(timings.search)
  }
  return timesOf(times)
}

async function searchBare(
  questions: readonly AnsweredQuestion[],
  hnswFile: string,
  embed: (text: string) => Float32Array,
): Promise<Times> {
  const vectors = questions.map(({ question }) => Array.from(embed(question)))
  const graph = await readGraph(hnswFile, vectors[0]?.length ?? 0)
  const limit = Math.min(NEAREST_SENTENCES, graph.getCurrentCount())
  const times: number[] = []
  for (const vector of vectors) {
    const started = performance.now()
    graph.searchKnn(vector, limit)
    times.push(performance.now() - started)
  }
  return timesOf(times)
}

async function recallOf(
  questions: readonly AnsweredQuestion[],
  { store, database, embed }: Searching,
): Promise<number> {
  const vectors = questions.map(({ question }) => embed(question))
  const exact = exactlyNearest(vectors, NEAREST, database)
  const recalls: number[] = []
  for (const [i, vector] of vectors.entries()) {
    const found = await store.findSentences(vector, NEAREST, null)
    recalls.push(found.filter(({ sentenceId }) => exact[i]?.has(sentenceId)).length / NEAREST)
  }
  return mean(recalls)
}

async function measureStarts({ documentsDir, indexDir }: ScaleIndex) {
  const starts: { ready: number; memory: number }[] = []
  for (let i = 0; i < STARTS; i += 1) {
    const footnote = await startFootnote({
      DOCUMENTS_DIR: documentsDir,
      INDEX_DIR: indexDir,
      DATA_DIR: path.join(indexDir, 'data'),
    })
    await setTimeout(2000)
    starts.push({ ready: footnote.readyAfter, memory: await footnote.memory() })
    await footnote.stop()
  }
  return {
    ready: percentile(
      starts.map(({ ready }) => ready),
      0.5,
    ),
    memory: percentile(
      starts.map(({ memory }) => memory),
      0.5,
    ),
  }
}

function count(database: Database.Database, table: 'passages' | 'sentences'): number {
  return database.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0
}
