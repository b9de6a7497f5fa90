import type { Language } from '../../index/language/language.ts'
import type { Span } from '../../index/span.ts'
import { type Alignment, isEdit, type SourceWord, type Step } from './align.ts'
import { isPlaceholder, type Placeholder } from './draft-words.ts'
import type { Word } from './words.ts'

/** A place where a draft differs from its source. */
export interface Difference {
  readonly kind: 'changed' | 'added' | 'left-out'
  /** In the draft; null where it was left out. */
  readonly draft: Span | null
  /** In the document of the source; null where it was added. */
  readonly source: Span | null
}

/**
 * The most words at an edge of a sentence of the source that belong to the rest of it, as "It is not true that" does. A negation
 * among them counts as left out. More words are taken for a clause of their own, whose negation does not concern the rest.
 */
export const MAX_EDGE_WORDS = 6

const IS_NUMBER = /^\p{N}/u

/**
 * What a draft changed, added and left out, in order. Words that an ellipsis or brackets replace are no difference, unless this
 * hides a negation beside them, or brackets bring in a number or another name.
 */
export function differencesIn({ steps }: Alignment, language: Language): Difference[] {
  const differences: Difference[] = []
  for (const group of grouped(steps)) {
    const [{ kind } = { kind: 'same' }] = group
    const [draft, source] = [group.flatMap(draftOf), group.flatMap(sourceOf)]
    if (kind === 'placeholder') differences.push(...hiddenBy(group, language))
    else if (kind !== 'same') differences.push(differenceOf(draft, source))
  }
  return differences
}

/** Groups neighbouring steps: edits together, and an ellipsis or brackets with the words that they replace. */
function grouped(steps: readonly Step[]): Step[][] {
  const groups: Step[][] = []
  let last: string | null = null
  for (const step of steps) {
    const kind = isEdit(step) ? 'edit' : step.kind
    // The step with the ellipsis or the brackets comes before those with the words that it replaces.
    const continues = kind === last && kind !== 'same' && !step.draft.some(isPlaceholder)
    if (continues) groups.at(-1)?.push(step)
    else groups.push([step])
    last = kind
  }
  return groups
}

function draftOf({ draft }: Step): readonly Span[] {
  return draft
}

/** The words of the source in a step. */
export function sourceOf({ source }: Step): readonly SourceWord[] {
  return source
}

/** The difference between words of a draft and words of its source, one of which may be empty. */
export function differenceOf(draft: readonly Span[], source: readonly Span[]): Difference {
  const kind = draft.length === 0 ? 'left-out' : source.length === 0 ? 'added' : 'changed'
  return { kind, draft: spanOf(draft), source: spanOf(source) }
}

/** The span from the start of the first to the end of the last; null if there are none. */
export function spanOf(spans: readonly Span[]): Span | null {
  const [first, last] = [spans[0], spans.at(-1)]
  return first && last ? { start: first.start, end: last.end } : null
}

function hiddenBy(steps: readonly Step[], language: Language): Difference[] {
  const source = steps.flatMap(sourceOf)
  const placeholder = steps.flatMap(({ draft }) => draft.filter(isPlaceholder))[0]
  return placeholder && isHiding(placeholder, source, language)
    ? [differenceOf([placeholder], source)]
    : []
}

function isHiding(
  placeholder: Placeholder,
  source: readonly SourceWord[],
  language: Language,
): boolean {
  const negations = (words: readonly Word[]) =>
    words.filter(({ key }) => language.negates(key)).length
  if (placeholder.form === 'ellipsis') {
    // A negation in the middle of what is left out belongs to it. Beside the ellipsis ("did … attack") it belongs to what stays.
    const isOpening = source[0]?.beginsSentence === true && source.length <= MAX_EDGE_WORDS
    const lost = isOpening ? source : [...source.slice(0, 1), ...source.slice(-1)]
    return negations(lost) > 0 && !source.some(({ endsSentence }) => endsSentence)
  }
  const { words } = placeholder
  return (
    negations(words) !== negations(source) ||
    bringsNumber(words, source) ||
    swapsName(placeholder, source, language)
  )
}

function bringsNumber(words: readonly Word[], source: readonly SourceWord[]): boolean {
  const replaced = new Set(source.map(({ key }) => key))
  return words.some(({ key }) => IS_NUMBER.test(key) && !replaced.has(key))
}

/** Whether brackets put a name in place of another one. A name for "he", or "he" for a name, is what brackets are for. */
function swapsName(
  { words }: Placeholder,
  source: readonly SourceWord[],
  language: Language,
): boolean {
  const isName = ({ key, isCapital }: Word) => isCapital && !language.stopWords.has(key)
  const given = words.filter(isName).map(({ key }) => key)
  const replaced = source.filter((word) => isName(word) && !word.beginsSentence)
  if (given.length === 0 || replaced.length === 0) return false
  return !replaced.some(({ key }) => given.includes(key))
}
