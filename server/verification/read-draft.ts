import { plainBlocks } from '../../index/documents/extractors/plain.ts'
import type { Block } from '../../index/documents/extractors/extractor.ts'
import type { Language } from '../../index/language/language.ts'
import type { Span } from '../../index/span.ts'
import { type Passage, splitBlocks } from '../../index/splitting/split.ts'
import { type DraftWord, draftWordsIn, isPlaceholder } from './draft-words.ts'
import type { Unit } from './find-words.ts'
import { END_MARK } from './edges.ts'
import { ownWordsIn } from './own-words.ts'
import { quotationsIn } from './quotations.ts'
import { seenText, wordsIn } from './words.ts'

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
  const seen = seenText(text)
  const passages = splitBlocks(seen, blocks, language)
  return passages.flatMap((passage, i) => {
    const quotations = quotationsIn(seen, passage, (mark) => opensWith(mark, seen, passages[i + 1]))
    return Array.from(passage.sentences, (span, at) => {
      const before = passage.sentences[at - 1]
      const isWhole = (!before || endsSentence(seen, before)) && endsSentence(seen, span)
      return draftSentence({ text, seen }, { ...span, isWhole }, quotations)
    })
  })
}

/** The quotations of a sentence as one unit, with the writer's own words around them apart. */
export function quotedPart({ sentence, quotations }: DraftSentence): Unit {
  const words = quotations.flatMap((quotation) => quotation.words)
  const edited = quotations.flatMap<DraftWord>((quotation) => quotation.edited ?? quotation.words)
  const isEdited = quotations.some((quotation) => quotation.edited !== null)
  const own = ownWordsIn(sentence, quotations)
  return { ...sentence, words, edited: isEdited ? edited : null, own }
}

function opensWith(mark: string, text: string, passage: Passage | undefined): boolean {
  return passage !== undefined && text.startsWith(mark, passage.start)
}

/** Whether a sentence ends with a mark. Without one, it may go on in the next line. */
function endsSentence(text: string, { start, end }: Span): boolean {
  return END_MARK.test(text.slice(start, end))
}

/** The fewest words of a line that counts as a sentence although it ends without a mark. */
const MIN_SENTENCE_WORDS = 3

/** A draft, as it stands and as its readers see it. */
interface DraftText {
  readonly text: string
  readonly seen: string
}

function draftSentence(
  text: DraftText,
  { isWhole, ...span }: Span & { readonly isWhole: boolean },
  quotations: readonly Span[],
): DraftSentence {
  const sentence = unitOf(text, span, isWhole || beginsSentence(text.seen, span))
  const parts = quotations.flatMap((quotation) => {
    const start = Math.max(span.start, quotation.start)
    const end = Math.min(span.end, quotation.end)
    return start < end ? [unitOf(text, { start, end }, isStatement(text.seen, { start, end }))] : []
  })
  const isPart = (part: Unit) => part.words.length > 0 && part.words.length < sentence.words.length
  const { words } = sentence
  const isQuotation = quotations.some(({ start, end }) => {
    return words.length > 0 && words.every((word) => start <= word.start && word.end <= end)
  })
  return { sentence, isQuotation, quotations: parts.filter(isPart) }
}

/** Whether a line begins as a sentence does, and has as many words as one: a list or a heading may lack the mark at the end. */
function beginsSentence(text: string, { start, end }: Span): boolean {
  const words = wordsIn(text, { start, end }).filter(({ isOptional }) => !isOptional)
  return words.length >= MIN_SENTENCE_WORDS && words[0]?.isCapital === true
}

/** Whether a quotation is a statement of its own: it begins with a capital letter and ends with a mark. */
function isStatement(text: string, { start, end }: Span): boolean {
  const hasMark =
    /[.!?…,]\s*$/.test(text.slice(start, end)) || /^.[.!?…,]/u.test(text.slice(end, end + 2))
  return hasMark && beginsSentence(text, { start, end })
}

function unitOf({ text, seen }: DraftText, span: Span, isSentence: boolean): Unit {
  const words = wordsIn(seen, span)
  const edited = draftWordsIn(seen, span)
  const isEdited = edited.length !== words.length || edited.some(isEditors)
  const unit = { ...span, text: text.slice(span.start, span.end), words, isSentence, own: null }
  return { ...unit, edited: isEdited ? edited : null }
}

function isEditors(word: DraftWord): boolean {
  return isPlaceholder(word) || word.kept !== undefined
}
