import { setImmediate } from 'node:timers/promises'
import type { Language } from '../../index/language/language.ts'
import { languageOfQuestion } from '../../index/language/languages.ts'
import { wordsOf } from '../../index/language/stems.ts'
import type { Span } from '../../index/span.ts'
import type { Store, StoredPassage } from '../../index/storage/storage.ts'
import { align, type Alignment, type SourceWord } from './align.ts'
import { type Difference, differencesIn, spanOf } from './differences.ts'
import { type DraftWord, isStand } from './draft-words.ts'
import { differencesAtEdges } from './edges.ts'
import { sourceWordsOf } from './source.ts'
import type { Word } from './words.ts'

/** A sentence or a quotation of a draft, as it is looked for. */
export interface Unit extends Span {
  readonly text: string
  /** Its words as they stand. */
  readonly words: readonly Word[]
  /** Its words as writers quote, with ellipses and brackets; null where it has none of these. */
  readonly edited: readonly DraftWord[] | null
  /** Whether it is surely a whole sentence: then it may not leave out the negation that its source begins or ends with. */
  readonly isSentence: boolean
}

/** A place in a document where a unit stands, or nearly stands. */
export interface NearPlace {
  readonly passage: StoredPassage
  /** The sentences of the place. */
  readonly sentences: Span
  /** The words of the place. */
  readonly words: Span
  /** Empty where the unit stands there word for word. */
  readonly differences: readonly Difference[]
  /** The share of the words that are the same; 1 where the unit stands there. */
  readonly confidence: number
  readonly alignment: Alignment
  /** Whether the words are all words of the sentences. */
  readonly isWhole: boolean
}

/** How many passages are compared with a unit word by word. */
const MAX_PASSAGES = 20

/** Where less of the words is the same, the unit does not nearly stand there. */
const MIN_SHARE = 0.6

/** With fewer words that are the same, nearly any sentence would be near. */
const MIN_SAME_WORDS = 3

/**
 * Pairs of words of a unit and a passage. Half a million take 30 ms. A sentence of 500 words in a passage of 1,000 has so
 * many, and longer ones have no words that people read.
 */
const LONG_COMPARISON = 500_000
const MAX_COMPARED = 4 * LONG_COMPARISON

/** A passage with its words, and how often it has each. */
interface ReadPassage {
  readonly passage: StoredPassage
  readonly words: readonly SourceWord[]
  readonly counts: ReadonlyMap<string, number>
}

/** Looks for words in one generation of the index. It remembers the passages that it has read. */
export class WordFinder {
  readonly #store: Store
  readonly #documentIds: readonly string[] | null
  readonly #signal: AbortSignal | undefined
  readonly #passages = new Map<number, ReadPassage>()
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

  /** The places where a unit stands, or else those where it nearly stands; the nearest first. Rejects where the signal is aborted. */
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
    // Of a short sentence, the places where it is the whole sentence come first.
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

/** The words as a text of the index has them: what the writer divided is divided, and nothing else ("5km"). */
function textOf(words: readonly Word[]): string {
  return words.map(({ key, end }, i) => (words[i + 1]?.start === end ? key : `${key} `)).join('')
}

/** The longest run of words between ellipses and brackets. */
function longestRun(words: readonly DraftWord[]): readonly Word[] {
  const runs: Word[][] = [[]]
  for (const word of words) {
    if (isStand(word)) runs.push([])
    else runs.at(-1)?.push(word)
  }
  const [longest = []] = runs.toSorted((a, b) => b.length - a.length)
  return longest
}

/** Whether enough words of a unit are in a passage at all, in any order, which is quickly seen. */
function mayStand(words: readonly DraftWord[], counts: ReadonlyMap<string, number>): boolean {
  const counted = words.flatMap((word) => (isStand(word) ? [] : [word]))
  // A word that is divided otherwise is not seen here.
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
    ...differencesIn(alignment, language),
    ...(unit.isSentence
      ? differencesAtEdges({ sentence: unit, alignment, passage, source }, language)
      : []),
  ]
  const isWhole = used[0]?.beginsSentence === true && used.at(-1)?.endsSentence === true
  return { passage, sentences, words, differences, confidence, alignment, isWhole }
}

function byNearness(a: NearPlace, b: NearPlace): number {
  return b.confidence - a.confidence || a.differences.length - b.differences.length
}
