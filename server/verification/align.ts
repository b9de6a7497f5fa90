import { type DraftWord, isSameWord, isPlaceholder } from './draft-words.ts'
import type { Word } from './words.ts'

/** A word of a source, and whether a sentence of the source begins or ends with it. */
export interface SourceWord extends Word {
  readonly beginsSentence: boolean
  readonly endsSentence: boolean
}

/** A step of an alignment: words of a draft, and the words of its source that they come from. */
export interface Step {
  /** `placeholder`: an ellipsis or brackets of the draft, or words of the source that these replace. */
  readonly kind: 'same' | 'changed' | 'added' | 'left-out' | 'placeholder'
  /** Empty where words were left out. */
  readonly draft: readonly DraftWord[]
  /** Empty where words were added. */
  readonly source: readonly SourceWord[]
}

/** The cheapest way from the words of a source to those of a draft. */
export interface Alignment {
  /** In order. */
  readonly steps: readonly Step[]
  /** How many words were changed, added or left out; of words left out together, each after the first counts a quarter. */
  readonly edits: number
}

/**
 * What it costs to begin or to end inside a sentence of the source, in edits. Of two ways with the same number of edits, the
 * one that takes whole sentences wins. Both edges together cost less than one edit.
 */
const INSIDE_SENTENCE_COST = 0.1

/**
 * What each word of the source costs that an ellipsis or brackets replace, in edits. Of two places where the draft may go on,
 * the nearer one wins. Brackets cost more, because they replace only a few words.
 */
const PLACEHOLDER_COST = { ellipsis: 0.001, brackets: 0.05 } as const

/**
 * What an added word costs, and the first of words left out together, in edits. It is just over the 1 of a changed word: at the
 * edge of a quotation, another word is taken for a changed one rather than for an added one.
 */
const ADDED_COST = 1.01

/** What an unchanged word costs, in edits. Of two ways with the same number of edits, the one that keeps more words wins. */
const SAME_COST = -0.05

/** What each word after the first costs of words left out together, in edits: a clause of ten words left out is 3.25 edits, not ten. */
const MORE_LEFT_OUT_COST = 0.25

/** The moves to a cell of the table, each with how many words of the draft and of the source it takes. */
const MOVES = [
  { kind: 'start', draft: 0, source: 0 },
  { kind: 'same', draft: 1, source: 1 },
  { kind: 'changed', draft: 1, source: 1 },
  { kind: 'added', draft: 1, source: 0 },
  { kind: 'left-out', draft: 0, source: 1 },
  // A note mark in the source, or in the draft.
  { kind: 'same', draft: 0, source: 1 },
  { kind: 'same', draft: 1, source: 0 },
  { kind: 'placeholder', draft: 0, source: 1 },
  { kind: 'placeholder', draft: 1, source: 0 },
  // Two words of the draft that are one of the source, or the other way round.
  { kind: 'same', draft: 2, source: 1 },
  { kind: 'same', draft: 1, source: 2 },
  // One more of words left out together, and the end of these.
  { kind: 'left-out', draft: 0, source: 1 },
  { kind: 'end', draft: 0, source: 0 },
] as const
const [START, SAME, CHANGED, ADDED, LEFT_OUT, SOURCE_MARK, DRAFT_MARK] = [0, 1, 2, 3, 4, 5, 6]
const [REPLACED, PLACEHOLDER_ENDS, DRAFT_JOINED, SOURCE_JOINED, MORE_LEFT_OUT, RUN_ENDS] = [
  7, 8, 9, 10, 11, 12,
]

const EDITS: Readonly<Record<Step['kind'], number>> = {
  same: 0,
  placeholder: 0,
  changed: 1,
  added: 1,
  'left-out': 1,
}

/** Whether a step changes, adds or leaves out words. */
export function isEdit({ kind }: Step): boolean {
  return EDITS[kind] > 0
}

/**
 * Finds the part of a source from which the words of a draft come with the fewest edits: the edit distance of words, with free
 * ends in the source, and affine gaps for words left out. Time and memory grow with the product of both numbers of words.
 */
export function align(draft: readonly DraftWord[], source: readonly SourceWord[]): Alignment {
  const width = source.length + 1
  const size = (draft.length + 1) * width
  // The second half of both arrays is a second table, for the cells inside a run of words left out.
  const costs = new Float64Array(2 * size).fill(Infinity)
  const moves = new Uint8Array(costs.length)
  const reach = (cell: number, cost: number, move: number) => {
    if (cost >= (costs[cell] ?? 0)) return
    costs[cell] = cost
    moves[cell] = move
  }
  for (let j = 0; j < width; j += 1) {
    costs[j] = source[j]?.beginsSentence ? 0 : INSIDE_SENTENCE_COST
    moves[j] = START
  }
  for (let i = 0; i <= draft.length; i += 1) {
    const word = draft[i]
    const previous = draft[i - 1]
    for (let j = 0; j < width; j += 1) {
      const cell = i * width + j
      const inRun = costs[size + cell] ?? Infinity
      reach(cell, inRun, RUN_ENDS)
      const cost = costs[cell] ?? Infinity
      const other = source[j]
      if (i > 0 && other) {
        if (other.isOptional && !isOtherMark(word, other)) reach(cell + 1, cost, SOURCE_MARK)
        else if (previous && isPlaceholder(previous)) {
          reach(cell + 1, cost + PLACEHOLDER_COST[previous.form], REPLACED)
        } else {
          reach(size + cell + 1, cost + ADDED_COST, LEFT_OUT)
          reach(size + cell + 1, inRun + MORE_LEFT_OUT_COST, MORE_LEFT_OUT)
        }
      }
      if (!word) continue
      const below = cell + width
      if (isPlaceholder(word)) {
        reach(below, cost, PLACEHOLDER_ENDS)
        continue
      }
      const isFree = word.isOptional && !word.isBesideDigit && !isOtherMark(word, other)
      reach(below, cost + (isFree ? 0 : ADDED_COST), isFree ? DRAFT_MARK : ADDED)
      if (!other) continue
      const isSame = isSameWord(word, other)
      reach(below + 1, cost + (isSame ? SAME_COST : 1), isSame ? SAME : CHANGED)
      const next = draft[i + 1]
      if (word.joins && next && !isPlaceholder(next) && word.key + next.key === other.key) {
        reach(below + width + 1, cost + 2 * SAME_COST, DRAFT_JOINED)
      }
      const nextOther = source[j + 1]
      if (other.joins && nextOther && other.key + nextOther.key === word.key) {
        reach(below + 2, cost + SAME_COST, SOURCE_JOINED)
      }
    }
  }
  const end = bestEnd(costs.subarray(draft.length * width, size), source)
  return traced(draft, source, moves, end)
}

/**
 * Whether a draft and its source have different marks in one place, such as "[3]" and "[4]". These are a difference, because such
 * a mark may also be the number of an item. A mark that only one of them has is none.
 */
function isOtherMark(word: DraftWord | undefined, other: SourceWord | undefined): boolean {
  if (!word || !other || isPlaceholder(word)) return false
  return word.isOptional && other.isOptional && word.key !== other.key
}

/** How many words the source has up to the end of the cheapest way. */
function bestEnd(costs: Float64Array, source: readonly SourceWord[]): number {
  let best = 0
  let least = Infinity
  for (const [j, cost] of costs.entries()) {
    const total = cost + (source[j - 1]?.endsSentence ? 0 : INSIDE_SENTENCE_COST)
    if (total < least) [best, least] = [j, total]
  }
  return best
}

function traced(
  draft: readonly DraftWord[],
  source: readonly SourceWord[],
  moves: Uint8Array,
  end: number,
): Alignment {
  const steps: Step[] = []
  let edits = 0
  let isInRun = false
  let i = draft.length
  let j = end
  for (;;) {
    const cell = i * (source.length + 1) + j
    const at: number = moves[isInRun ? moves.length / 2 + cell : cell] ?? START
    const move = MOVES[at]
    if (!move || move.kind === 'start') break
    isInRun = at === RUN_ENDS || at === MORE_LEFT_OUT
    if (move.kind === 'end') continue
    const [fromDraft, fromSource] = [i - move.draft, j - move.source]
    const step = { draft: draft.slice(fromDraft, i), source: source.slice(fromSource, j) }
    steps.push({ kind: move.kind, ...step })
    edits += at === MORE_LEFT_OUT ? MORE_LEFT_OUT_COST : EDITS[move.kind]
    ;[i, j] = [fromDraft, fromSource]
  }
  return { steps: steps.toReversed(), edits }
}
