import { setImmediate } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import type { Language } from '../../index/language/language.ts'
import { languageOfQuestion } from '../../index/language/languages.ts'
import { wordsOf } from '../../index/language/stems.ts'
import type { Span } from '../../index/span.ts'
import type { Store, StoredPassage } from '../../index/storage/storage.ts'
import { align, type Alignment, type SourceWord } from './align.ts'
import { type Difference, differencesIn, spanOf } from './differences.ts'
import { type DraftWord, isPlaceholder } from './draft-words.ts'
import { differencesAtEdges } from './edges.ts'
import { isAttribution, type OwnWords } from './own-words.ts'
import { sourceWordsOf } from './source.ts'
import type { Word } from './words.ts'

/** A sentence or a quotation of a draft, as it is looked for. */
export interface Unit extends Span {
  readonly text: string
  /** Its words as they stand. */
  readonly words: readonly Word[]
  /** The same with ellipses and brackets read as such; null if it has none of these. */
  readonly edited: readonly DraftWord[] | null
  /** Whether it is surely a whole sentence: then it may not leave out a negation at the edges of its source. */
  readonly isSentence: boolean
  /** The writer's own words around it, where it is all quotations of a sentence; null where there are none to compare. */
  readonly own: OwnWords | null
}

/** A place in a document that has the words of a unit, or nearly. */
export interface NearPlace {
  readonly passage: StoredPassage
  /** The sentences of the place. */
  readonly sentences: Span
  /** The words of the place. */
  readonly words: Span
  /** Empty if the place has the unit word for word. */
  readonly differences: readonly Difference[]
  /** The share of the words that are the same, 0 to 1; 1 if there is no edit. */
  readonly confidence: number
  readonly alignment: Alignment
  /** Whether the words begin and end where sentences do. */
  readonly isWhole: boolean
}

/** How many passages are compared with a unit word by word. */
const MAX_PASSAGES = 20

/** How many passages are remembered: some MB. Sentences of one draft often come from the same ones. */
const MAX_READ_PASSAGES = 500

/** The lowest share of the same words, 0 to 1, of a place that nearly has a unit. */
const MIN_SHARE = 0.6

/** The fewest same words of a place that nearly has a unit. With fewer, almost any sentence would be near. */
const MIN_SAME_WORDS = 3

/** After a comparison of more pairs of words, other work gets a turn: so many take 30 ms. A sentence of 500 words in a passage of 1,000 has them. */
const LONG_COMPARISON = 500_000
/** The most pairs of words that are compared, which bounds time and memory. No prose that people read has longer sentences. */
const MAX_COMPARED = 4 * LONG_COMPARISON

/** A passage with its words, and how often it has each. */
interface ReadPassage {
  readonly passage: StoredPassage
  readonly words: readonly SourceWord[]
  readonly counts: ReadonlyMap<string, number>
}

/** Looks for words in one generation of the index. It remembers the last passages that it has read. */
export class WordFinder {
  readonly #store: Store
  readonly #documentIds: readonly string[] | null
  readonly #signal: AbortSignal | undefined
  readonly #passages = new LRUCache<number, ReadPassage>({ max: MAX_READ_PASSAGES })
  #tags: readonly string[] | null = null

  constructor(
    store: Store,
    {
      documentIds,
      signal,
    }: { readonly documentIds: readonly string[] | null; readonly signal: AbortSignal | undefined },
  ) {
    this.#store = store
    this.#documentIds = documentIds
    this.#signal = signal
  }

  /** The places that have a unit word for word, or else those that nearly have it; the nearest first. Rejects if the signal is aborted. */
  async find(unit: Unit): Promise<NearPlace[]> {
    // Other requests are answered between two units.
    await setImmediate()
    this.#signal?.throwIfAborted()
    this.#tags ??= await this.#store.languages(this.#documentIds)
    const language = languageOfQuestion(unit.text, this.#tags)
    const ids = await this.#candidates(unit, language)
    const readings = unit.edited ? [unit.words, unit.edited] : [unit.words]
    const places: NearPlace[] = []
    for (const { passage, words, counts } of await this.#read(ids)) {
      const nearest = readings
        .filter(
          (reading) => reading.length * words.length <= MAX_COMPARED && mayStand(reading, counts),
        )
        .flatMap((reading) => placeIn(passage, words, { unit, reading }, language) ?? [])
        .toSorted(byNearness)
      places.push(...nearest.slice(0, 1))
      // And between two long comparisons.
      if (unit.words.length * words.length > LONG_COMPARISON) await setImmediate()
    }
    const exact = places.filter(({ differences }) => differences.length === 0)
    // A short sentence may be a part of many others: the places where it is a whole sentence come first.
    if (exact.length > 0) return exact.toSorted((a, b) => Number(b.isWhole) - Number(a.isWhole))
    return places.toSorted(byNearness)
  }

  async #candidates({ words, edited }: Unit, language: Language): Promise<number[]> {
    const find = (run: readonly Word[]) => {
      const stems = wordsOf(textOf(run), language).map(language.stem)
      return this.#store.findPassagesWith(stems, MAX_PASSAGES, this.#documentIds)
    }
    const whole = await find(words)
    return edited ? [...new Set([...(await find(longestRun(edited))), ...whole])] : whole
  }

  async #read(ids: readonly number[]): Promise<ReadPassage[]> {
    const missing = ids.filter((id) => !this.#passages.has(id))
    for (const passage of await this.#store.passages(missing)) {
      const words = sourceWordsOf(passage)
      this.#passages.set(passage.id, { passage, words, counts: countsOf(words) })
    }
    return ids.flatMap((id) => this.#passages.get(id) ?? [])
  }
}

/** The words as one text, with a space only where the draft has one: the index, too, takes "5km" for one word. */
function textOf(words: readonly Word[]): string {
  return words.map(({ key, end }, i) => (words[i + 1]?.start === end ? key : `${key} `)).join('')
}

/** The longest run of words between ellipses and brackets. */
function longestRun(words: readonly DraftWord[]): readonly Word[] {
  const runs: Word[][] = [[]]
  for (const word of words) {
    if (isPlaceholder(word)) runs.push([])
    else runs.at(-1)?.push(word)
  }
  const [longest = []] = runs.toSorted((a, b) => b.length - a.length)
  return longest
}

/** Whether a passage has enough words of a unit at all, in any order: a quick test before the alignment. */
function mayStand(words: readonly DraftWord[], counts: ReadonlyMap<string, number>): boolean {
  const counted = words.flatMap((word) => (isPlaceholder(word) ? [] : [word]))
  // A word that may be divided in another way is taken for one that is there.
  const seen = counted.filter(({ joins, kept }) => !joins && !kept)
  let there = counted.length - seen.length
  for (const [key, count] of countsOf(seen)) there += Math.min(count, counts.get(key) ?? 0)
  return there >= MIN_SHARE * counted.length
}

function countsOf(words: readonly Word[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { key } of words) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

function placeIn(
  passage: StoredPassage,
  source: readonly SourceWord[],
  { unit, reading }: { readonly unit: Unit; readonly reading: readonly DraftWord[] },
  language: Language,
): NearPlace | null {
  const alignment = align(reading, source)
  const used = alignment.steps.flatMap((step) => step.source)
  const words = spanOf(used)
  const same = alignment.steps.filter(({ kind, draft }) => kind === 'same' && draft.length > 0)
  if (!words || same.length === 0) return null
  const confidence = same.length / (same.length + alignment.edits)
  if (alignment.edits > 0 && (confidence < MIN_SHARE || same.length < MIN_SAME_WORDS)) return null
  const sentences = spanOf(
    passage.sentences.filter(({ start, end }) => start < words.end && words.start < end),
  )
  if (!sentences) return null
  const differences = [
    ...differencesIn(alignment, language).filter(
      (difference) => !unit.own || !isAttribution(difference, passage),
    ),
    ...differencesAtEdges({ unit, alignment, passage, source }, language),
  ]
  const isWhole = used[0]?.beginsSentence === true && used.at(-1)?.endsSentence === true
  return { passage, sentences, words, differences, confidence, alignment, isWhole }
}

function byNearness(a: NearPlace, b: NearPlace): number {
  return b.confidence - a.confidence || a.differences.length - b.differences.length
}
