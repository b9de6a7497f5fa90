import type { Language } from '../../index/language/language.ts'
import type { Span } from '../../index/span.ts'
import { type Alignment, isEdit, type SourceWord, type Step } from './align.ts'
import { type DraftWord, isPlaceholder, type Placeholder } from './draft-words.ts'
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
 * What a draft changed, added and left out, in order. Words that an ellipsis or brackets replace are no difference, unless this
 * may change what the source says: see {@link isHiding} and {@link bringsInMore}.
 */
export function differencesIn({ steps }: Alignment, language: Language): Difference[] {
  const groups = grouped(steps)
  return groups.flatMap((group, i) => {
    const [{ kind } = { kind: 'same' }] = group
    const draft = group.flatMap(draftOf)
    const source = group.flatMap(sourceOf)
    switch (kind) {
      case 'same':
        return group.some((step) => changesEnding(step, language))
          ? [differenceOf(draft, source)]
          : []
      case 'placeholder': {
        const neighbours = [groups[i - 1]?.at(-1), groups[i + 1]?.[0]]
        const placeholder = draft.find(isPlaceholder)
        const isDifferent =
          placeholder &&
          (isHiding(placeholder, source, language) ||
            bringsInMore(placeholder, { source, neighbours }, language))
        return isDifferent ? [differenceOf([placeholder], source)] : []
      }
      default:
        return [differenceOf(draft, source)]
    }
  })
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

function draftOf({ draft }: Step): readonly DraftWord[] {
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

/** Whether another ending in brackets makes another name, number or negation: "can[not]", "six[ty]". */
function changesEnding({ draft: [draft], source: [source] }: Step, language: Language): boolean {
  if (!draft || !source || isPlaceholder(draft) || draft.kept === undefined) return false
  if (draft.key === source.key) return false
  const isName = source.isCapital && !source.beginsSentence
  return (
    isName || [draft, source].some((word) => language.negates(word.key) || isFigure(word, language))
  )
}

/**
 * Whether a placeholder takes a negation from what a draft shows of a sentence. A negation of a sentence of which it shows nothing
 * does not matter.
 */
function isHiding(
  { form, words }: Placeholder,
  source: readonly SourceWord[],
  language: Language,
): boolean {
  const lost =
    form === 'ellipsis'
      ? sentencesOf(source)
          .filter((part) => !isWhole(part))
          .flat()
      : source
  return negationsIn(lost, language) !== negationsIn(words, language)
}

function sentencesOf(words: readonly SourceWord[]): SourceWord[][] {
  const sentences: SourceWord[][] = []
  for (const word of words) {
    if (sentences.length === 0 || word.beginsSentence) sentences.push([])
    sentences.at(-1)?.push(word)
  }
  return sentences
}

function isWhole(words: readonly SourceWord[]): boolean {
  return words[0]?.beginsSentence === true && words.some(({ endsSentence }) => endsSentence)
}

/** How many of the words are negations. */
export function negationsIn(words: readonly Word[], language: Language): number {
  return words.filter(({ key }) => language.negates(key)).length
}

/**
 * Whether brackets bring in what nobody can check: a number, a date or a sign, another name, a name in place of nothing, or other
 * words beside a number ("5 [million]").
 */
function bringsInMore(
  { words }: Placeholder,
  {
    source,
    neighbours,
  }: { readonly source: readonly SourceWord[]; readonly neighbours: readonly (Step | undefined)[] },
  language: Language,
): boolean {
  const replaced = new Set(source.map(({ key }) => key))
  const given = words.filter(({ key }) => !replaced.has(key))
  if (given.some((word) => isFigure(word, language))) return true
  const isName = ({ key, isCapital }: Word) => isCapital && !language.stopWords.has(key)
  const names = source.filter((word) => isName(word) && !word.beginsSentence)
  const isBesideNumber = neighbours.some((step) =>
    step?.source.some((word) => isFigure(word, language)),
  )
  if (isBesideNumber && given.length > 0 && names.length === 0) return true
  if (!words.some(isName)) return false
  return (
    source.length === 0 ||
    (names.length > 0 && words.filter(isName).every(({ key }) => !replaced.has(key)))
  )
}

/** Whether a word names a number or a date, or is a sign. */
export function isFigure({ key, isCapital }: Word, language: Language): boolean {
  return !/^\p{L}/u.test(key) || language.namesFigure(key) || (isCapital && isRoman(key))
}

/** Whether a word in lower case is a Roman numeral. "I" is a pronoun far more often. */
function isRoman(key: string): boolean {
  return key !== 'i' && /^m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})$/.test(key)
}
