import type { Language } from '../../index/language/language.ts'
import type { Span } from '../../index/span.ts'
import { type Alignment, isEdit, type SourceWord, type Step } from './align.ts'
import { isStand, type Stand } from './draft-words.ts'
import type { Word } from './words.ts'

/** Something that a draft says otherwise than its source. */
export interface Difference {
  readonly kind: 'changed' | 'added' | 'left-out'
  /** In the draft; null where it was left out. */
  readonly draft: Span | null
  /** In the document of the source; null where it was added. */
  readonly source: Span | null
}

/**
 * A sentence means all of its source although it leaves out so many words at its beginning or its end: "It is not true that". A
 * longer rest is a clause of its own, and so is its negation.
 */
export const MAX_EDGE_WORDS = 6

const IS_NUMBER = /^\p{N}/u

/**
 * What a draft changed, added and left out, in order. Words that an ellipsis or brackets stand for are no difference, unless
 * that hides a negation of the same sentence or puts one number in place of another.
 */
export function differencesIn({ steps }: Alignment, language: Language): Difference[] {
  const differences: Difference[] = []
  for (const group of grouped(steps)) {
    const [{ kind } = { kind: 'same' }] = group
    const [draft, source] = [group.flatMap(draftOf), group.flatMap(sourceOf)]
    if (kind === 'stood-for') differences.push(...hiddenBy(group, language))
    else if (kind !== 'same') differences.push(differenceOf(draft, source))
  }
  return differences
}

/** Neighbouring steps, put together where all are edits, or all belong to the same ellipsis or brackets. */
function grouped(steps: readonly Step[]): Step[][] {
  const groups: Step[][] = []
  let last: string | null = null
  for (const step of steps) {
    const kind = isEdit(step) ? 'edit' : step.kind
    // The step with the ellipsis or the brackets comes before the words that they stand for.
    const continues = kind === last && kind !== 'same' && !step.draft.some(isStand)
    if (continues) groups.at(-1)?.push(step)
    else groups.push([step])
    last = kind
  }
  return groups
}

function draftOf({ draft }: Step): readonly Span[] {
  return draft
}

export function sourceOf({ source }: Step): readonly SourceWord[] {
  return source
}

export function differenceOf(draft: readonly Span[], source: readonly Span[]): Difference {
  const kind = draft.length === 0 ? 'left-out' : source.length === 0 ? 'added' : 'changed'
  return { kind, draft: spanOf(draft), source: spanOf(source) }
}

/** From the start of the first to the end of the last; null where there are none. */
export function spanOf(spans: readonly Span[]): Span | null {
  const [first, last] = [spans[0], spans.at(-1)]
  return first && last ? { start: first.start, end: last.end } : null
}

function hiddenBy(steps: readonly Step[], language: Language): Difference[] {
  const source = steps.flatMap(sourceOf)
  const stand = steps.flatMap(({ draft }) => draft.filter(isStand))[0]
  return stand && isHiding(stand, source, language) ? [differenceOf([stand], source)] : []
}

function isHiding(stand: Stand, source: readonly SourceWord[], language: Language): boolean {
  const negations = (words: readonly Word[]) =>
    words.filter(({ key }) => language.negates(key)).length
  if (stand.stands === 'ellipsis') {
    // A negation inside what is left out belongs to that; beside the ellipsis ("did … attack") it belongs to what stays.
    const isOpening = source[0]?.beginsSentence === true && source.length <= MAX_EDGE_WORDS
    const lost = isOpening ? source : [...source.slice(0, 1), ...source.slice(-1)]
    return negations(lost) > 0 && !source.some(({ endsSentence }) => endsSentence)
  }
  const [given, replaced] = [stand.words, source].map((words) =>
    Array.from(words, ({ key }) => key).filter((key) => IS_NUMBER.test(key)),
  )
  const isOtherNumber =
    given?.length !== 0 && replaced?.length !== 0 && given?.join(' ') !== replaced?.join(' ')
  return negations(stand.words) !== negations(source) || isOtherNumber
}
