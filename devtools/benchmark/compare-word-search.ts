import type { Stem } from '../../index/language/language.ts'
import { languageOfQuestion } from '../../index/language/languages.ts'
import { fuse } from '../../index/retrieval/fusion.ts'
import { findTopic } from '../../index/retrieval/topic.ts'
import type { openForReading } from '../../index/storage/embedded/sqlite-schema.ts'
import type { Store } from '../../index/storage/storage.ts'
import type { Gold } from '../evaluation/dataset.ts'
import { percentOf } from '../statistics.ts'
import type { AnsweredQuestion } from './generate-corpus.ts'
import { type Times, timesOf } from './times.ts'

// The limits that retrieval uses.
export const BM25_PASSAGES = 20
export const NEAREST_SENTENCES = 50
const FUSED_PASSAGES = 5

/** An open index, and the embeddings to search it with. */
export interface SearchedIndex {
  readonly store: Store
  /** The same index, opened as a database. */
  readonly database: ReturnType<typeof openForReading>
  readonly embed: (text: string) => Float32Array
}

/**
 * The word search that ships, in which the rarest words of a question find passages, and one in
 * which every word does.
 */
export interface WordSearchFigures {
  readonly rarest: WordSearchResult
  readonly every: WordSearchResult
}

/**
 * How long a word search takes, and how often it finds the passage that answers, in percent of the
 * questions.
 */
export interface WordSearchResult extends Times {
  /** The right passage is the first that BM25 finds. */
  readonly first: number
  /** The right passage is among those that BM25 gives to the fusion. */
  readonly found: number
  /** The right passage is among the best after the fusion. */
  readonly fused: number
}

/** Runs both word searches on the same questions. */
export async function compareWordSearch(
  questions: readonly AnsweredQuestion[],
  index: SearchedIndex,
): Promise<WordSearchFigures> {
  const { store, database } = index
  const findByEveryWord = database
    .prepare<[string, number], number>(
      `SELECT rowid FROM passage_stems WHERE passage_stems MATCH ?
         ORDER BY bm25(passage_stems) LIMIT ?`,
    )
    .pluck()
  return {
    rarest: await measureWordSearch(questions, index, (stems) =>
      store.findPassages(stems, BM25_PASSAGES, null),
    ),
    every: await measureWordSearch(questions, index, async (stems) =>
      findByEveryWord.all(stems.map((stem) => `"${stem}"`).join(' OR '), BM25_PASSAGES),
    ),
  }
}

async function measureWordSearch(
  questions: readonly AnsweredQuestion[],
  { store, embed }: SearchedIndex,
  search: (stems: readonly Stem[]) => Promise<number[]>,
): Promise<WordSearchResult> {
  const durations: number[] = []
  const ranks: { byWords: number; fused: number }[] = []
  for (const { question, gold } of questions) {
    const language = languageOfQuestion(question, await store.languages(null))
    const { stems } = await findTopic(question, language, store)
    const startedAt = performance.now()
    const byWords = await search(stems)
    durations.push(performance.now() - startedAt)
    const nearest = await store.findSentences(embed(question), NEAREST_SENTENCES, null)
    const byVectors = new Set(nearest.map(({ passageId }) => passageId))
    const fused = fuse([byWords, [...byVectors]]).map(({ item }) => item)
    ranks.push({
      byWords: await rankOfAnswer(gold, byWords, store),
      fused: await rankOfAnswer(gold, fused.slice(0, FUSED_PASSAGES), store),
    })
  }
  return {
    ...timesOf(durations),
    first: percentOf(ranks, ({ byWords }) => byWords === 0),
    found: percentOf(ranks, ({ byWords }) => byWords !== -1),
    fused: percentOf(ranks, ({ fused }) => fused !== -1),
  }
}

/** The rank, from 0, of the passage that contains the answer; -1 where none does. */
async function rankOfAnswer(gold: Gold, ids: readonly number[], store: Store): Promise<number> {
  const passages = await store.passages(ids)
  return passages.findIndex(
    ({ document, start, end }) =>
      document.id === gold.documentId && start <= gold.start && gold.end <= end,
  )
}
