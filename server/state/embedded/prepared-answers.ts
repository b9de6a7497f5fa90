import { hash } from 'node:crypto'
import type { StoredTurn } from '../stored.ts'

/** What is kept once of all turns that have it in common. */
export type KeptAnswer = Pick<StoredTurn, 'answer' | 'quotes' | 'alsoOnThis' | 'closest'>

/** An answer as it is written. */
export interface PreparedAnswer {
  readonly json: string
  /** Identifies `json`. */
  readonly digest: Buffer
}

/**
 * Makes a function that prepares answers. It does so once for turns with the same lists of quotes, as those that the answer
 * cache answered have: the JSON and its digest take longer than all else that a turn needs.
 */
export function answerPreparer(): (answer: KeptAnswer) => PreparedAnswer {
  const known = new WeakMap<KeptAnswer['quotes'], KeptAnswer & PreparedAnswer>()
  return (kept) => {
    const before = known.get(kept.quotes)
    if (before && isSame(before, kept)) return before
    const json = JSON.stringify(kept)
    const prepared = { ...kept, json, digest: digestOf(json) }
    known.set(kept.quotes, prepared)
    return prepared
  }
}

/** Identifies the JSON of an answer. */
export function digestOf(json: string): Buffer {
  return hash('sha256', json, 'buffer')
}

function isSame(a: KeptAnswer, b: KeptAnswer): boolean {
  return (
    a.answer === b.answer &&
    a.quotes === b.quotes &&
    a.alsoOnThis === b.alsoOnThis &&
    a.closest === b.closest
  )
}
