import type Database from 'better-sqlite3'
import type { Stem } from '../../index/language/language.ts'
import { languageOfQuestion } from '../../index/language/languages.ts'
import { fuse } from '../../index/retrieval/fusion.ts'
import { findTopic } from '../../index/retrieval/topic.ts'
import type { Store } from '../../index/storage/storage.ts'
import type { Gold } from '../evaluation/dataset.ts'
import { percentOf } from '../evaluation/metrics.ts'
import type { AnsweredQuestion } from './generate-corpus.ts'
import { type Times, timesOf } from './measure.ts'

/** As retrieval takes them. */
const BM25_PASSAGES = 20
export const NEAREST_SENTENCES = 50
const BEST_PASSAGES = 5

/** What questions are asked of. */
export interface Searching {
  readonly store: Store
  /** The same, as SQLite sees it. */
  readonly database: Database.Database
  readonly embed: (text: string) => Float32Array
}

/** What BM25 does as it is, and where every word of the question finds passages. */
export interface WordFigures {
  readonly rarest: WordsFound
  readonly every: WordsFound
}

export interface WordsFound extends Times {
  /** How often the right passage is the first, and among those that go into the fusion, and among the best after it. */
  readonly first: number
  readonly found: number
  readonly best: number
}

/** Searches for the words of questions as the product does, and so that every word finds passages. */
export async function compareWords(
  questions: readonly AnsweredQuestion[],
  searching: Searching,
): Promise<WordFigures> {
  const { store, database } = searching
  const everyWord = database
    .prepare<[string, number], number>(
      `SELECT rowid FROM passage_stems WHERE passage_stems MATCH ?
         ORDER BY bm25(passage_stems) LIMIT ?`,
    )
    .pluck()
  return {
    rarest: await searchWords(questions, searching, (stems) =>
      store.findPassages(stems, BM25_PASSAGES, null),
    ),
    every: await searchWords(questions, searching, async (stems) =>
      everyWord.all(stems.map((stem) => `"${stem}"`).join(' OR '), BM25_PASSAGES),
    ),
  }
}

async function searchWords(
  questions: readonly AnsweredQuestion[],
  { store, embed }: Searching,
  search: (stems: readonly Stem[]) => Promise<number[]>,
): Promise<WordsFound> {
  const times: number[] = []
  const ranks: { words: number; fused: number }[] = []
  for (const { question, gold } of questions) {
    const language = languageOfQuestion(question, await store.languages(null))
    const { stems } = await findTopic(question, language, store)
    const started = performance.now()
    const byWords = await search(stems)
    times.push(performance.now() - started)
    const nearest = await store.findSentences(embed(question), NEAREST_SENTENCES, null)
    const byVectors = new Set(nearest.map(({ passageId }) => passageId))
    const fused = fuse([byWords, [...byVectors]]).map(({ item }) => item)
    const best = fused.slice(0, BEST_PASSAGES)
    ranks.push({
      words: await placeOf(gold, byWords, store),
      fused: await placeOf(gold, best, store),
    })
  }
  return {
    ...timesOf(times),
    first: percentOf(ranks, ({ words }) => words === 0),
    found: percentOf(ranks, ({ words }) => words !== -1),
    best: percentOf(ranks, ({ fused }) => fused !== -1),
  }
}

/** Where among passages the one stands that answers; -1: nowhere. */
async function placeOf(gold: Gold, ids: readonly number[], store: Store): Promise<number> {
  const passages = await store.passages(ids)
  return passages.findIndex(
    ({ document, start, end }) =>
      document.id === gold.documentId && start <= gold.start && gold.end <= end,
  )
}
