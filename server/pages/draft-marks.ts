import { isMostlyQuotations } from '../../presentation/verdicts.ts'
import type { VerifiedSentence } from '../verification/verify-schema.ts'

/** A sentence or a quotation of a draft, and what was found of it. */
export type Judged = VerifiedSentence['quotations'][number]

/** A sentence or a quotation that is marked in the draft. */
export interface Mark {
  /** Of its note, from 1 through the whole draft. Ids of the page come from it. */
  readonly number: number
  readonly kind: 'sentence' | 'quotation'
  readonly judged: Judged
  /** Whether its writer has to look at it. */
  readonly isWrong: boolean
}

/** A sentence of a draft with its marks. */
export interface MarkedSentence {
  readonly sentence: VerifiedSentence
  /** Null where its quotations say all there is to say, or where nothing was found of a writer's own words. */
  readonly own: Mark | null
  readonly quotations: readonly Mark[]
}

/** Numbers the sentences and quotations of a draft that are marked. */
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

/** A writer's own words need not stand in a document; what is given as a quotation must. */
function isWrong(kind: Mark['kind'], { verdict }: Judged): boolean {
  return verdict === 'altered' || (verdict === 'not-found' && kind === 'quotation')
}
