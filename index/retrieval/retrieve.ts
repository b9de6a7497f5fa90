import type { Language } from '../language/language.ts'
import { type Candidate, preselect } from './candidates.ts'
import type { Wording } from './equal-forms.ts'
import { judge } from './judge.ts'
import { findPassages, type RetrievalParts, type Scope } from './passages.ts'
import type { Window } from './windows.ts'

export interface Retrieval {
  /** First the sentences that the cross-encoder scored, by final score; then the rest, by preselection score. */
  readonly candidates: readonly Candidate[]
  /** What the reader read, in order. */
  readonly windows: readonly Window[]
  /** The embedding of the question. */
  readonly vector: Float32Array
  /** The language of the question. */
  readonly language: Language
  /** The forms of the question that equal others, and these. */
  readonly equalForms: Wording['forms']
  /** The duration of each stage, in ms. */
  readonly timings: Readonly<Record<'embed' | 'search' | 'rerank' | 'find-words', number>>
}

/** Finds the sentences that may answer a question, and judges the most promising ones, at least `wanted` of them. */
export async function retrieve(
  question: string,
  { wanted, ...scope }: Scope & { readonly wanted: number },
  parts: RetrievalParts,
): Promise<Retrieval> {
  const { context = null } = scope
  const typed = context?.typed ?? question
  const found = await findPassages(question, scope, parts)
  const started = performance.now()
  const preselected = await preselect(typed, found, parts.store)
  const preselectionMs = performance.now() - started
  const { candidates, windows, timings } = await judge(
    found.wording.inWordsOf,
    preselected,
    { wanted, context, stopsEarly: !found.language.asksWhether(typed) },
    parts,
  )
  return {
    candidates,
    windows,
    vector: found.vector,
    language: found.language,
    equalForms: found.wording.forms,
    timings: {
      embed: found.timings.embed,
      search: found.timings.search + preselectionMs,
      ...timings,
    },
  }
}
