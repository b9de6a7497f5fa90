import type { Language } from '../../index/language/language.ts'
import { passageText } from '../../index/retrieval/passage-text.ts'
import type { Span } from '../../index/span.ts'
import { asksSomething } from '../../index/splitting/sentences.ts'
import type { StoredPassage } from '../../index/storage/storage.ts'
import type { Alignment, SourceWord } from './align.ts'
import { type Difference, differenceOf, sourceOf } from './differences.ts'
import { isPlaceholder } from './draft-words.ts'
import type { Unit } from './find-words.ts'
import { ownDifferences } from './own-words.ts'
import { isOneNumber, negationsIn } from './word-kinds.ts'
import type { Word } from './words.ts'

/** A unit of a draft, and the passage that it was compared with. */
export interface ComparedUnit {
  readonly unit: Unit
  readonly alignment: Alignment
  readonly passage: StoredPassage
  readonly source: readonly SourceWord[]
}

/** The mark at the end of a sentence, also before closing quotation marks, brackets and note marks. */
export const END_MARK = /[.!?…。！？؟⁇⁈⁉⸮](?=["'”’»)\][(^\d¹²³⁴-⁹]*$)/u

/**
 * The differences at the edges of sentences: what the draft leaves out of a sentence changes the rest of it, two sentences became one, or
 * the draft asks what the source states.
 */
export function differencesAtEdges(compared: ComparedUnit, language: Language): Difference[] {
  const { unit, alignment, source } = compared
  const used = alignment.steps.flatMap(sourceOf)
  const [first, last] = [used[0], used.at(-1)]
  if (!first || !last) return []
  const [before, after] = restOfSentence(compared, source.indexOf(first), source.indexOf(last))
  const near = [
    lastClause(before, first, compared.passage, language),
    firstClause(last, after, compared.passage, language),
  ]
  const isOpen = [alignment.steps[0], alignment.steps.at(-1)].map((step) =>
    step?.draft.some(isPlaceholder),
  )
  // A quotation of some words may leave a negation to the writer's own words, but not with an ellipsis or brackets beside it.
  const hiding = [before, after].map((words, i) => {
    if (unit.own) return []
    return unit.isSentence ? words : isOpen[i] ? (near[i] ?? []) : []
  })
  const negated = hiding.filter((words) => negationsIn(words, language) > 0)
  return [
    ...Array.from(negated, (words) => differenceOf([], words)),
    ...(unit.own ? ownDifferences(unit.own, near, language) : []),
    ...cutNumbers(compared, { before, first, last, after }, language),
    ...otherItemNumber(alignment, before.at(-1)),
    ...joinedSentences(compared),
    ...(unit.isSentence && last.endsSentence ? otherEndMark(compared, last) : []),
  ]
}

/** What a sentence of the source has before and after the words that a draft has of it. */
function restOfSentence(
  { source, passage }: ComparedUnit,
  from: number,
  to: number,
): readonly [before: SourceWord[], after: SourceWord[]] {
  const isDivided = (i: number) => dividesStatements(passage, source[i - 1], source[i])
  let start = from
  while (start > 0 && !source[start - 1]?.endsSentence && !isDivided(start)) start -= 1
  let end = to + 1
  while (end < source.length && !source[end]?.beginsSentence && !isDivided(end)) end += 1
  return [source.slice(start, from), source.slice(to + 1, end)]
}

/** The words before another one that belong to its clause. */
function lastClause(
  before: readonly SourceWord[],
  next: SourceWord,
  passage: StoredPassage,
  language: Language,
): readonly SourceWord[] {
  const words = [...before, next]
  let start = before.length
  while (start > 0 && !dividesClauses(passage, words[start - 1], words[start], language)) start -= 1
  return before.slice(start)
}

/** The words after another one that belong to its clause. */
function firstClause(
  previous: SourceWord,
  after: readonly SourceWord[],
  passage: StoredPassage,
  language: Language,
): readonly SourceWord[] {
  const words = [previous, ...after]
  let end = 0
  while (end < after.length && !dividesClauses(passage, words[end], words[end + 1], language))
    end += 1
  return after.slice(0, end)
}

/** Whether another clause begins between two words, as far as punctuation says so. */
function dividesClauses(
  passage: StoredPassage,
  before: SourceWord | undefined,
  after: SourceWord | undefined,
  language: Language,
): boolean {
  if (!before || !after) return false
  const between = textBetween(passage, before, after)
  return /[;:()]/.test(between) || (between.includes(',') && language.joinsClauses(after.key))
}

/** Whether another statement begins between two words: after a semicolon, and where speech begins or ends. */
function dividesStatements(
  passage: StoredPassage,
  before: SourceWord | undefined,
  after: SourceWord | undefined,
): boolean {
  return (
    before !== undefined &&
    after !== undefined &&
    /;|[,.!?…]["”»“]|[,:]\s*["“„«]/u.test(textBetween(passage, before, after))
  )
}

function textBetween({ text, start }: StoredPassage, before: Span, after: Span): string {
  return text.slice(before.end - start, after.start - start)
}

/** The words of the source beside those that a draft has of it. */
interface Surroundings {
  readonly before: readonly SourceWord[]
  readonly first: SourceWord
  readonly last: SourceWord
  readonly after: readonly SourceWord[]
}

/** Numbers and words of which the draft has only a part, because the rest stands beside it: "5" of "5 million", "5 %" of "-5 %". */
function cutNumbers(
  { passage }: ComparedUnit,
  { before, first, last, after }: Surroundings,
  language: Language,
): Difference[] {
  const [lostBefore, lostAfter] = [before.at(-1), after[0]]
  const isCut = (left: SourceWord, right: SourceWord) =>
    isOneNumber(left, right, language) &&
    /^[ \u00A0\p{Zs}\p{Pd}\p{Cf}]*$/u.test(textBetween(passage, left, right))
  // "hundred and fifty", "half a million", "one in ten"
  const isChained = (left: SourceWord | undefined, link: Word, right: SourceWord | undefined) =>
    left !== undefined &&
    right !== undefined &&
    language.stopWords.has(link.key) &&
    language.namesNumber(left.key) &&
    language.namesNumber(right.key)
  const lost = [
    lostBefore &&
    !lostBefore.isOptional &&
    (isCut(lostBefore, first) || isChained(before.at(-2), lostBefore, first))
      ? lostBefore
      : null,
    lostAfter &&
    !lostAfter.isOptional &&
    (isCut(last, lostAfter) || isChained(last, lostAfter, after[1]))
      ? lostAfter
      : null,
  ]
  return lost.flatMap((word) => (word ? [differenceOf([], [word])] : []))
}

/** Another number of an item: "4. Eat fruit" for "3. Eat fruit". Its number alone may be left out or added. */
function otherItemNumber({ steps }: Alignment, written: SourceWord | undefined): Difference[] {
  const [{ draft, source } = { draft: [], source: [] }] = steps
  const [drafted] = draft
  if (!drafted || isPlaceholder(drafted) || source.length > 0 || !written) return []
  const isOther =
    drafted.isOptional &&
    (written.isOptional || written.beginsSentence) &&
    drafted.key !== written.key
  return isOther ? [differenceOf([drafted], [written])] : []
}

/** Where a draft goes over the end of a sentence of the source without a mark. */
function joinedSentences({ unit, alignment, passage }: ComparedUnit): Difference[] {
  const { steps } = alignment
  return steps.flatMap((step, i) => {
    const next = steps[i + 1]
    const [left, right] = [step.source.at(-1), next?.source[0]]
    const [drafted, following] = [step.draft.at(-1), next?.draft[0]]
    if (!left?.endsSentence || !right?.beginsSentence || !drafted || !following) return []
    if (isPlaceholder(drafted) || isPlaceholder(following)) return []
    const between = unit.text.slice(drafted.end - unit.start, following.start - unit.start)
    const isMarked = /[\p{Pe}\p{Pf}.!?…:;"'|\n。！？؟]/u.test(between)
    const isMarkedInSource = /[.!?…。！？؟]/u.test(textBetween(passage, left, right))
    return isMarked || !isMarkedInSource ? [] : [differenceOf([drafted, following], [left, right])]
  })
}

/** The difference between a question mark and another mark at the end of a sentence. */
function otherEndMark({ unit, passage }: ComparedUnit, last: SourceWord): Difference[] {
  const end = passage.sentences.find(
    ({ start, end: stop }) => start <= last.start && last.end <= stop,
  )
  if (!end) return []
  const drafted = endMark(unit.text, unit.start)
  const written = endMark(passageText(passage, end), end.start)
  if (!drafted || !written || drafted.asks === written.asks) return []
  return [differenceOf([drafted], [written])]
}

function endMark(text: string, from: number): (Span & { readonly asks: boolean }) | null {
  const match = END_MARK.exec(text)
  if (!match) return null
  const start = from + match.index
  return { start, end: start + 1, asks: asksSomething(text) }
}
