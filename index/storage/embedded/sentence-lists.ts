import { type FileHandle, open } from 'node:fs/promises'
import { cosine } from '../../cosine.ts'
import { recordScorer } from './byte-vectors.ts'
import { highest } from './clusters.ts'
import { type ListsDirectory, readDirectory, readExactly } from './lists-file.ts'
import type { Scored } from './ranking.ts'
import { isIn, type Range, type VectorSearch } from './vector-search.ts'

/**
 * How many vectors a search compares, at least: all of the lists whose centres are nearest to the query, until there are so many,
 * and this share of all. Of 200,000 generated vectors, 40,000 give 1.000 of the ten nearest and 0.998 of the fifty nearest (20,000: 1.000
 * and 0.948), but only 0.979 of the ten nearest to people's questions about other texts. Of 2,000,000 generated ones, 160,000 give 0.999 of the ten nearest, and 0.980
 * of those of vectors that were mixed from generated ones (80,000: 0.880).
 */
const MIN_COMPARED = 50_000
const COMPARED_SHARE = 0.08

/** How many records are read at once: 1 MB of 384 numbers. */
const BLOCK_RECORDS = 2700

/** The search finds this many times as many sentences as are wanted, because the order of 8-bit vectors is not exact. */
const CANDIDATES = 2

/**
 * Opens a file that `makeLists` or `changeLists` wrote, whose digest the caller has compared: the vectors of many sentences with 8 bits
 * a number, in lists of neighbouring ones. A search reads the lists that are nearest to the query. In memory are the centres of the
 * lists and the ids of the sentences: about 6 bytes a sentence. `exactVector` gives the vector of a sentence.
 */
export async function openLists(
  file: string,
  exactVector: (id: number) => Float32Array,
): Promise<VectorSearch> {
  const handle = await open(file)
  const descriptor = handle.fd
  const { shape, centres, firsts, ids, recordsAt } = await directoryOf(handle)
  const { recordBytes } = shape
  const lists = firsts.length - 1
  const listScorer = recordScorer(shape, lists)
  listScorer.records.set(centres)
  const scorer = recordScorer(shape, BLOCK_RECORDS)
  const wanted = Math.max(MIN_COMPARED, COMPARED_SHARE * ids.length)

  /** Compares the sentences at these places. */
  function compare({ from, to }: Run, best: Best): void {
    for (let at = from; at < to; at += BLOCK_RECORDS) {
      const count = Math.min(BLOCK_RECORDS, to - at)
      const block = scorer.records.subarray(0, count * recordBytes)
      readExactly(descriptor, block, recordsAt + at * recordBytes)
      const scores = scorer.score(0, count)
      for (let i = 0; i < count; i += 1) best.offer(ids[at + i] ?? 0, scores[i] ?? 0)
    }
  }

  return {
    nearest: (vector, limit, ranges) => {
      listScorer.setQuery(vector)
      scorer.setQuery(vector)
      const best = new Best(CANDIDATES * limit)
      let compared = 0
      for (const list of highest(listScorer.score(0, lists), lists)) {
        if (compared >= wanted) break
        const whole = { from: firsts[list] ?? 0, to: firsts[list + 1] ?? 0 }
        for (const run of ranges ? runsIn(ranges, ids, whole) : [whole]) {
          compare(run, best)
          compared += run.to - run.from
        }
      }
      return best
        .ids()
        .map((id) => ({ id, score: 1 - cosine(vector, exactVector(id)) }))
        .toSorted((a, b) => a.score - b.score)
        .slice(0, limit)
    },
    // A thread of the system frees a file that was removed.
    close: () => handle.close(),
  }
}

async function directoryOf(handle: FileHandle): Promise<ListsDirectory> {
  try {
    return readDirectory(handle.fd)
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Neighbouring places, the last one excluded. */
interface Run {
  readonly from: number
  readonly to: number
}

/** The runs of places in a list whose ids are in the ranges, which ascend. */
function runsIn(ranges: readonly Range[], ids: Uint32Array, { from, to }: Run): Run[] {
  const runs: { from: number; to: number }[] = []
  for (let at = from; at < to; at += 1) {
    if (!isIn(ranges, ids[at] ?? 0)) continue
    const last = runs.at(-1)
    if (last?.to === at) last.to = at + 1
    else runs.push({ from: at, to: at + 1 })
  }
  return runs
}

/** The sentences with the highest scores of those that were offered. */
class Best {
  readonly #limit: number
  /** The highest score first. */
  readonly #items: Scored[] = []
  #lowest = -Infinity

  constructor(limit: number) {
    this.#limit = limit
  }

  offer(id: number, score: number): void {
    if (score <= this.#lowest) return
    let at = this.#items.length
    while (at > 0 && (this.#items[at - 1]?.score ?? 0) < score) at -= 1
    this.#items.splice(at, 0, { id, score })
    if (this.#items.length < this.#limit) return
    this.#items.length = this.#limit
    this.#lowest = this.#items.at(-1)?.score ?? -Infinity
  }

  ids(): number[] {
    return this.#items.map(({ id }) => id)
  }
}
