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
import { isAmount, isDigitsOrSign, negationsIn } from './word-kinds.ts'

/** A unit of a draft, and the passage that it was compared with. */
export interface ComparedUnit {
  readonly unit: Unit
  readonly alignment: Alignment
  readonly passage: StoredPassage
  readonly source: readonly SourceWord[]
}

/** The mark at the end of a sentence, also before closing quotation marks and brackets. */
export const END_MARK = /[.!?…。！？؟⁇⁈⁉⸮](?=["'”’»)\]]*$)/u

/** How many words beside a part of a sentence belong to it closely, in a draft that quotes only this part. */
const NEAR_WORDS = 8

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
  const near = [before.slice(-NEAR_WORDS), after.slice(0, NEAR_WORDS)]
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
    ...cutNumbers(compared, [before.at(-1), first, last, after[0]], language),
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
  const isDivided = (i: number) => dividesSpeech(passage, source[i - 1], source[i])
  let start = from
  while (start > 0 && !source[start - 1]?.endsSentence && !isDivided(start)) start -= 1
  let end = to + 1
  while (end < source.length && !source[end]?.beginsSentence && !isDivided(end)) end += 1
  return [source.slice(start, from), source.slice(to + 1, end)]
}

/** Whether speech begins or ends between two words: what it says and who says it are two statements. */
function dividesSpeech(
  passage: StoredPassage,
  before: SourceWord | undefined,
  after: SourceWord | undefined,
): boolean {
  return (
    before !== undefined &&
    after !== undefined &&
    /[,.!?…]["”»“]|[,:]\s*["“„«]/u.test(textBetween(passage, before, after))
  )
}

function textBetween({ text, start }: StoredPassage, before: Span, after: Span): string {
  return text.slice(before.end - start, after.start - start)
}

/** Numbers and words of which the draft has only a part, because the rest stands beside it: "5" of "5 million", "5 %" of "-5 %". */
function cutNumbers(
  { passage }: ComparedUnit,
  [before, first, last, after]: readonly (SourceWord | undefined)[],
  language: Language,
): Difference[] {
  const pairs = [
    { lost: before, left: before, right: first },
    { lost: after, left: last, right: after },
  ]
  return pairs.flatMap(({ lost, left, right }) => {
    if (!lost || !left || !right || lost.isOptional) return []
    const isSign = isDigitsOrSign(lost) && left.end === right.start
    const isOne =
      (isAmount(left, language) || isSign) &&
      (isAmount(right, language) || isSign) &&
      /^[ \u00A0\p{Zs}\p{Pd}\p{Cf}]*$/u.test(textBetween(passage, left, right))
    return isOne ? [differenceOf([], [lost])] : []
  })
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
