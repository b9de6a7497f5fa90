import { isMostlyQuotations } from '../../presentation/verdicts.ts'
import type { Block } from '../../index/documents/extractors/extractor.ts'
import { plainBlocks } from '../../index/documents/extractors/plain.ts'
import { DEFAULT_LANGUAGE, languageOf } from '../../index/language/languages.ts'
import type { Span } from '../../index/span.ts'
import { splitBlocks } from '../../index/splitting/split.ts'
import { quotationsIn } from '../verification/quotations.ts'
import type { VerifiedSentence } from '../verification/verify-schema.ts'

/** A sentence or a quotation of a draft, and what was found of it. */
export type Judged = Omit<VerifiedSentence, 'quotations'>

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

/** A text, and its sentences with what was found of them, in order. */
export interface VerifiedDraft {
  readonly text: string
  /** Its paragraphs. Default: what stands between blank lines. */
  readonly blocks?: readonly Block[]
  readonly sentences: readonly VerifiedSentence[]
}

/** Numbers the sentences and quotations of a draft that are marked. */
export function markSentences({ text, blocks, sentences }: VerifiedDraft): MarkedSentence[] {
  let number = 0
  const markOf = (kind: Mark['kind'], judged: Judged): Mark => {
    number += 1
    return { number, kind, judged, isWrong: isWrong(kind, judged) }
  }
  const quoted = quotedSpans(text, blocks)
  return sentences.map((sentence) => {
    const quotations = sentence.quotations.map((quotation) => markOf('quotation', quotation))
    const kind = isInside(wordsOf(sentence), quoted) ? 'quotation' : 'sentence'
    const isMarked =
      kind === 'quotation' || (sentence.verdict !== 'not-found' && !isMostlyQuotations(sentence))
    return { sentence, quotations, own: isMarked ? markOf(kind, sentence) : null }
  })
}

/**
 * What stands between quotation marks, also over several sentences. It is looked for in passages, as the sentences were: in a
 * long paragraph of opening marks the time would grow with the square of its length.
 */
function quotedSpans(text: string, blocks: readonly Block[] = plainBlocks(text)): Span[] {
  const passages = splitBlocks(text, blocks, languageOf(DEFAULT_LANGUAGE))
  return passages.flatMap((passage, i) => {
    const next = passages[i + 1]
    const goesOn = (mark: string) => next !== undefined && text.startsWith(mark, next.start)
    return quotationsIn(text, passage, goesOn)
  })
}

/** The span of a sentence without the marks around its words. */
function wordsOf({ start, end, text }: Judged): Span {
  const before = text.search(/[\p{L}\p{N}]/u)
  const after = /[^\p{L}\p{N}]*$/u.exec(text)?.[0].length ?? 0
  return { start: start + Math.max(before, 0), end: end - after }
}

function isInside({ start, end }: Span, spans: readonly Span[]): boolean {
  return spans.some((span) => span.start <= start && end <= span.end)
}

/** The marks of a sentence, in the order of their numbers. */
export function marksOf({ quotations, own }: MarkedSentence): Mark[] {
  return own ? [...quotations, own] : [...quotations]
}

/** A writer's own words need not stand in a document; what is given as a quotation must. */
function isWrong(kind: Mark['kind'], { verdict }: Judged): boolean {
  return verdict === 'altered' || (verdict === 'not-found' && kind === 'quotation')
}
