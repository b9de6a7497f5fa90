import { languageOfQuestion } from '../../index/language/languages.ts'
import { findPassages } from '../../index/retrieval/passages.ts'
import { findTopic } from '../../index/retrieval/topic.ts'
import { BM25_PASSAGES, NEAREST_SENTENCES, type SearchedIndex } from './compare-word-search.ts'
import type { AnsweredQuestion } from './generate-corpus.ts'
import { embeddingOnly } from './scale-index.ts'
import { timed, type Times, timesOf } from './times.ts'

/** How long the two searches of a question take. */
export interface SearchTimes {
  readonly words: Times
  readonly vectors: Times
}

type Searched = Pick<SearchedIndex, 'store' | 'embed'>

/** Times BM25, vector search and their fusion, one question after the other, without embedding it. */
export async function timeRetrieval(
  questions: readonly AnsweredQuestion[],
  { store, embed }: Searched,
): Promise<Times> {
  const inference = embeddingOnly(embed)
  const durations: number[] = []
  for (const { question } of questions) {
    const { timings } = await findPassages(question, { documentIds: null }, { store, inference })
    durations.push(timings.search)
  }
  return timesOf(durations)
}

/** Times the search for words and the search for vectors, each alone. */
export async function timeSearches(
  questions: readonly AnsweredQuestion[],
  { store, embed }: Searched,
): Promise<SearchTimes> {
  const words: number[] = []
  const vectors: number[] = []
  for (const { question } of questions) {
    const language = languageOfQuestion(question, await store.languages(null))
    const { stems } = await findTopic(question, language, store)
    words.push(await timed(() => store.findPassages(stems, BM25_PASSAGES, null)))
    const vector = embed(question)
    vectors.push(await timed(() => store.findSentences(vector, NEAREST_SENTENCES, null)))
  }
  return { words: timesOf(words), vectors: timesOf(vectors) }
}
