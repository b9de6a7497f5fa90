import type { Language } from '../../index/language/language.ts'
import type { Span } from '../../index/span.ts'
import { type Alignment, isEdit, type SourceWord, type Step } from './align.ts'
import { type DraftWord, isPlaceholder } from './draft-words.ts'
import { isMisleading } from './placeholders.ts'
import { isFigure } from './word-kinds.ts'

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
 * may change what the source says: see {@link isMisleading}.
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
        const placeholder = draft.find(isPlaceholder)
        const neighbours = [groups[i - 1]?.at(-1)?.source.at(-1), groups[i + 1]?.[0]?.source[0]]
        return placeholder && isMisleading({ placeholder, source, neighbours }, language)
          ? [differenceOf([placeholder], source)]
          : []
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
