import { type DraftWord, isSameWord, isStand } from './draft-words.ts'
import type { Word } from './words.ts'

/** A word of a source, and whether a sentence of the source begins or ends with it. */
export interface SourceWord extends Word {
  readonly beginsSentence: boolean
  readonly endsSentence: boolean
}

/** What became of words of a draft and of its source. */
export interface Step {
  /** `stood-for`: an ellipsis or brackets of the draft stand in place of the words. */
  readonly kind: 'same' | 'changed' | 'added' | 'left-out' | 'stood-for'
  /** Empty where words were left out. */
  readonly draft: readonly DraftWord[]
  /** Empty where words were added. */
  readonly source: readonly SourceWord[]
}

/** The way from the words of a source to those of a draft with the fewest edits. */
export interface Alignment {
  /** In order. */
  readonly steps: readonly Step[]
  /** How many words were changed, added or left out; each further word of a run that was left out counts a quarter. */
  readonly edits: number
}

/**
 * What it costs to begin or end inside a sentence of the source, in edits. Of two ways with as many edits, the one that stays
 * inside one sentence is meant.
 */
const INSIDE_SENTENCE_COST = 0.1

/**
 * What each word costs that an ellipsis or brackets stand for, in edits. Of two continuations the nearest is meant, and
 * brackets stand for a few words.
 */
const STOOD_FOR_COST = { ellipsis: 0.001, brackets: 0.05 } as const

/**
 * What a word costs that was added or left out, in edits. Of a word that was added and one that was changed, at the edge of what
 * was quoted, the changed one is meant.
 */
const ADDED_COST = 1.01

/** What a word costs that is the same, in edits. Of two ways with as many edits, the one that keeps more words is meant. */
const SAME_COST = -0.05

/** What each further word of a run of words costs that was left out, in edits: a clause that is left out is one edit, not ten. */
const MORE_LEFT_OUT_COST = 0.25

/** The ways to reach a cell, each with the words of the draft and of the source that it takes. */
const MOVES = [
  { kind: 'start', draft: 0, source: 0 },
  { kind: 'same', draft: 1, source: 1 },
  { kind: 'changed', draft: 1, source: 1 },
  { kind: 'added', draft: 1, source: 0 },
  { kind: 'left-out', draft: 0, source: 1 },
  // A mark of a note in the source, or in the draft.
  { kind: 'same', draft: 0, source: 1 },
  { kind: 'same', draft: 1, source: 0 },
  { kind: 'stood-for', draft: 0, source: 1 },
  { kind: 'stood-for', draft: 1, source: 0 },
  // Two words of the draft are one of the source, or the other way round.
  { kind: 'same', draft: 2, source: 1 },
  { kind: 'same', draft: 1, source: 2 },
  // A run of words that were left out goes on, or ends.
  { kind: 'left-out', draft: 0, source: 1 },
  { kind: 'end', draft: 0, source: 0 },
] as const
const [START, SAME, CHANGED, ADDED, LEFT_OUT, SOURCE_MARK, DRAFT_MARK] = [0, 1, 2, 3, 4, 5, 6]
const [STANDS_FOR, STAND_ENDS, DRAFT_JOINED, SOURCE_JOINED, MORE_LEFT_OUT, RUN_ENDS] = [
  7, 8, 9, 10, 11, 12,
]

const EDITS: Readonly<Record<Step['kind'], number>> = {
  same: 0,
  'stood-for': 0,
  changed: 1,
  added: 1,
  'left-out': 1,
}

/** Whether a word was changed, added or left out. */
export function isEdit({ kind }: Step): boolean {
  return EDITS[kind] > 0
}

/**
 * Finds the part of a source that all words of a draft come from with the fewest edits (the edit distance of words, with
 * free ends in the source, and affine gaps for what was left out). Takes time in proportion to the product of both numbers of words.
 */
export function align(draft: readonly DraftWord[], source: readonly SourceWord[]): Alignment {
  const width = source.length + 1
  const size = (draft.length + 1) * width
  // In the second half of both stand the cells inside a run of words that were left out.
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
    const stand = draft[i - 1]
    for (let j = 0; j < width; j += 1) {
      const cell = i * width + j
      const inRun = costs[size + cell] ?? Infinity
      reach(cell, inRun, RUN_ENDS)
      const cost = costs[cell] ?? Infinity
      const other = source[j]
      if (i > 0 && other) {
        if (other.isOptional && !isOtherMark(word, other)) reach(cell + 1, cost, SOURCE_MARK)
        else if (stand && isStand(stand)) {
          reach(cell + 1, cost + STOOD_FOR_COST[stand.stands], STANDS_FOR)
        } else {
          reach(size + cell + 1, cost + ADDED_COST, LEFT_OUT)
          reach(size + cell + 1, inRun + MORE_LEFT_OUT_COST, MORE_LEFT_OUT)
        }
      }
      if (!word) continue
      const below = cell + width
      if (isStand(word)) {
        reach(below, cost, STAND_ENDS)
        continue
      }
      const isFree = word.isOptional && !isOtherMark(word, other)
      reach(below, cost + (isFree ? 0 : ADDED_COST), isFree ? DRAFT_MARK : ADDED)
      if (!other) continue
      const isSame = isSameWord(word, other)
      reach(below + 1, cost + (isSame ? SAME_COST : 1), isSame ? SAME : CHANGED)
      const next = draft[i + 1]
      if (word.joins && next && !isStand(next) && word.key + next.key === other.key) {
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
 * Whether a draft and its source have different marks in one place: of a note, or the number of an item in a program. A mark
 * that only one of them has may be left out.
 */
function isOtherMark(word: DraftWord | undefined, other: SourceWord | undefined): boolean {
  if (!word || !other || isStand(word)) return false
  return word.isOptional && other.isOptional && word.key !== other.key
}

/** How many words of the source stand before the end of the best way. */
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
