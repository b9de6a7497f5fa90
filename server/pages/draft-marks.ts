import { isMostlyQuotations } from '../../presentation/verdicts.ts'
import type { VerifiedSentence } from '../verification/verify-schema.ts'

/** A sentence or a quotation of a draft, and the verdict on it. */
export type Judged = VerifiedSentence['quotations'][number]

/** A sentence or a quotation that is marked in the draft. */
export interface Mark {
  /** The number of its note, counted from 1 through the whole draft. Ids of elements contain it. */
  readonly number: number
  readonly kind: 'sentence' | 'quotation'
  readonly judged: Judged
  /** Whether its writer has to look at it. */
  readonly isWrong: boolean
}

/** A sentence of a draft with its marks. */
export interface MarkedSentence {
  readonly sentence: VerifiedSentence
  /** The mark of the sentence itself; null if its quotations say enough, or if nothing was found of a writer's own words. */
  readonly own: Mark | null
  readonly quotations: readonly Mark[]
}

/** Chooses the sentences and quotations of a draft that are marked, and numbers them. */
export function markSentences(sentences: readonly VerifiedSentence[]): MarkedSentence[] {
  let number = 0
  const markOf = (kind: Mark['kind'], judged: Judged): Mark => {
    number += 1
    return { number, kind, judged, isWrong: isWrong(kind, judged) }
  }
  return sentences.map((sentence) => {
    const quotations = sentence.quotations.map((quotation) => markOf('quotation', quotation))
    const kind = sentence.isQuotation ? 'quotation' : 'sentence'
    const isMarked =
      kind === 'quotation' || (sentence.verdict !== 'not-found' && !isMostlyQuotations(sentence))
    return { sentence, quotations, own: isMarked ? markOf(kind, sentence) : null }
  })
}

/** The marks of a sentence, in the order of their numbers. */
export function marksOf({ quotations, own }: MarkedSentence): Mark[] {
  return own ? [...quotations, own] : [...quotations]
}

/** No document needs to have a writer's own words, but one must have what is given as a quotation. */
function isWrong(kind: Mark['kind'], { verdict }: Judged): boolean {
  return verdict === 'altered' || (verdict === 'not-found' && kind === 'quotation')
}
