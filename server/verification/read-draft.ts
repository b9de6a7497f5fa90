import { plainBlocks } from '../../index/documents/extractors/plain.ts'
import type { Block } from '../../index/documents/extractors/extractor.ts'
import type { Language } from '../../index/language/language.ts'
import type { Span } from '../../index/span.ts'
import { type Passage, splitBlocks } from '../../index/splitting/split.ts'
import { type DraftWord, draftWordsIn, isPlaceholder } from './draft-words.ts'
import type { Unit } from './find-words.ts'
import { END_MARK } from './edges.ts'
import { quotationsIn } from './quotations.ts'
import { wordsIn } from './words.ts'

/** A sentence of a draft, and the quotations that are a part of it. */
export interface DraftSentence {
  readonly sentence: Unit
  /** Whether quotation marks enclose all of it, alone or with its neighbours. */
  readonly isQuotation: boolean
  /** None where the whole sentence is a quotation. */
  readonly quotations: readonly Unit[]
}

/** The sentences of a draft, in order. Its blocks are by default those of a plain text. */
export function readDraft(
  text: string,
  language: Language,
  blocks: readonly Block[] = plainBlocks(text),
): DraftSentence[] {
  const passages = splitBlocks(text, blocks, language)
  return passages.flatMap((passage, i) => {
    const quotations = quotationsIn(text, passage, (mark) => opensWith(mark, text, passages[i + 1]))
    return Array.from(passage.sentences, (span, at) => {
      const before = passage.sentences[at - 1]
      const isWhole = (!before || endsSentence(text, before)) && endsSentence(text, span)
      return draftSentence(text, { ...span, isWhole }, quotations)
    })
  })
}

function opensWith(mark: string, text: string, passage: Passage | undefined): boolean {
  return passage !== undefined && text.startsWith(mark, passage.start)
}

/** Whether a sentence ends with a mark. Without one, it may go on in the next line. */
function endsSentence(text: string, { start, end }: Span): boolean {
  return END_MARK.test(text.slice(start, end))
}

function draftSentence(
  text: string,
  { isWhole, ...span }: Span & { readonly isWhole: boolean },
  quotations: readonly Span[],
): DraftSentence {
  const sentence = unitOf(text, span, isWhole)
  const parts = quotations.flatMap((quotation) => {
    const start = Math.max(span.start, quotation.start)
    const end = Math.min(span.end, quotation.end)
    return start < end ? [unitOf(text, { start, end }, false)] : []
  })
  const isPart = (part: Unit) => part.words.length > 0 && part.words.length < sentence.words.length
  const { words } = sentence
  const isQuotation = quotations.some(({ start, end }) => {
    return words.length > 0 && words.every((word) => start <= word.start && word.end <= end)
  })
  return { sentence, isQuotation, quotations: parts.filter(isPart) }
}

function unitOf(text: string, span: Span, isSentence: boolean): Unit {
  const words = wordsIn(text, span)
  const edited = draftWordsIn(text, span)
  const isEdited = edited.length !== words.length || edited.some(isEditors)
  const unit = { ...span, text: text.slice(span.start, span.end), words, isSentence }
  return { ...unit, edited: isEdited ? edited : null }
}

function isEditors(word: DraftWord): boolean {
  return isPlaceholder(word) || word.kept !== undefined
}
