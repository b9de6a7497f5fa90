import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { recordScorer, type RecordShape, recordShape, writeRecord } from './byte-vectors.ts'
import { findCentres, highest, nearestCentre, scorerOf } from './clusters.ts'
import type { LabelledVector } from './hnsw.ts'

/**
 * How long a list is on average. Longer ones would be fewer, so that a search reads more of what is far from the query; shorter
 * ones would have more centres to compare.
 */
const LIST_LENGTH = 256

/** How many vectors of a list the centres are learnt from, on average. */
const SAMPLED_OF_LIST = 32

/** The lists are made anew where more of the sentences were added or removed since. */
const MAX_CHANGED_SHARE = 0.1

/**
 * What a file of lists begins with: numbers of 32 bits, the records of the centres, the length of each list, and the ids of all
 * sentences, list by list and in ascending order in each. After it come the records of the vectors, in the same order.
 */
export interface ListsDirectory {
  readonly shape: RecordShape
  /** How many vectors were added and removed since the lists were made. */
  readonly changed: number
  readonly centres: Uint8Array
  /** The place of the first sentence of each list, and after it their number. */
  readonly firsts: Uint32Array
  readonly ids: Uint32Array
  /** The offset of the first record of a vector. */
  readonly recordsAt: number
}

const HEADER_NUMBERS = 4
const NUMBER_BYTES = Uint32Array.BYTES_PER_ELEMENT

/** Reads the directory of an open file. Throws if the file is too short. */
export function readDirectory(descriptor: number): ListsDirectory {
  let offset = 0
  const readNext = (bytes: number) => {
    const content = new Uint8Array(bytes)
    readExactly(descriptor, content, offset)
    offset += bytes
    return content
  }
  const numbersNext = (count: number) => new Uint32Array(readNext(count * NUMBER_BYTES).buffer)
  const [dimensions = 0, lists = 0, sentences = 0, changed = 0] = numbersNext(HEADER_NUMBERS)
  const shape = recordShape(dimensions)
  const centres = readNext(lists * shape.recordBytes)
  const firsts = firstsOf(numbersNext(lists))
  const ids = numbersNext(sentences)
  return { shape, changed, centres, firsts, ids, recordsAt: offset }
}

/** Fills `target` from an offset of a file. Throws if the file is too short. */
export function readExactly(descriptor: number, target: Uint8Array, offset: number): void {
  for (let read = 0; read < target.length;) {
    const bytes = readSync(descriptor, target, read, target.length - read, offset + read)
    if (bytes === 0) throw new Error('the file of the vectors is too short')
    read += bytes
  }
}

/** Writes the lists of `count` vectors to `file`. `vectors` begins to read them anew, by id. */
export function makeLists(
  file: string,
  vectors: () => Iterable<LabelledVector>,
  count: number,
  dimensions: number,
): void {
  const shape = recordShape(dimensions)
  const wanted = Math.ceil(count / LIST_LENGTH)
  const centres = findCentres(takeSample(vectors(), count, { wanted, shape }), wanted, shape)
  const nearest = nearestCentre(centres, shape)
  const lengths = new Uint32Array(centres.flat().length)
  const listOf = new Uint32Array(count)
  let joined = 0
  // Uint32Array.from would hold all vectors in memory first.
  for (const { vector } of vectors()) {
    const list = nearest(vector)
    listOf[joined] = list
    lengths[list] = (lengths[list] ?? 0) + 1
    joined += 1
  }

  const records = new Uint8Array(shape.recordBytes)
  const ids = new Uint32Array(count)
  const next = firstsOf(lengths)
  const directory = {
    shape,
    changed: 0,
    centres: scorerOf(centres.flat(), shape).records,
    lengths,
    ids,
  }
  const descriptor = openSync(file, 'w')
  try {
    const recordsAt = directoryBytes(directory)
    let i = 0
    for (const { id, vector } of vectors()) {
      const list = listOf[i] ?? 0
      const place = next[list] ?? 0
      next[list] = place + 1
      ids[place] = id
      writeRecord(vector, records, 0)
      writeExactly(descriptor, records, recordsAt + place * shape.recordBytes)
      i += 1
    }
    writeDirectory(descriptor, directory)
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Writes the lists of `base` to `file` without the sentences that are not among `ids`, which ascend, and with those that `added`
 * gives from above an id on, by id. Gives false, and writes nothing, where the lists are to be made anew.
 */
export function changeLists(
  base: string,
  file: string,
  ids: Uint32Array,
  added: (afterId: number) => Iterable<LabelledVector>,
): boolean {
  const source = openSync(base, 'r')
  try {
    const before = readDirectory(source)
    const kept = before.ids.filter((id) => includes(ids, id)).length
    const changed = before.changed + (before.ids.length - kept) + (ids.length - kept)
    if (changed > MAX_CHANGED_SHARE * ids.length) return false
    const lastId = before.ids.reduce((last, id) => Math.max(last, id), 0)
    const joining = recordsByList(added(lastId), before)
    const target = openSync(file, 'w')
    try {
      const { lengths, ids: written } = copyLists(source, before, ids, joining, target)
      if (written.length !== ids.length) return false
      writeDirectory(target, { ...before, changed, lengths, ids: written })
      return true
    } finally {
      closeSync(target)
    }
  } finally {
    closeSync(source)
  }
}

type Joining = ReadonlyMap<number, readonly { readonly id: number; readonly record: Uint8Array }[]>

/** The records of vectors, by the number of the list whose centre is nearest. */
function recordsByList(vectors: Iterable<LabelledVector>, before: ListsDirectory): Joining {
  const { shape, centres } = before
  const scorer = recordScorer(shape, centres.length / shape.recordBytes)
  scorer.records.set(centres)
  const joining = new Map<number, { id: number; record: Uint8Array }[]>()
  for (const { id, vector } of vectors) {
    scorer.setQuery(vector)
    const [list = 0] = highest(scorer.score(0, centres.length / shape.recordBytes), 1)
    const record = new Uint8Array(shape.recordBytes)
    writeRecord(vector, record, 0)
    joining.set(list, [...(joining.get(list) ?? []), { id, record }])
  }
  return joining
}

/** Writes the records of the lists, and gives the rest of the directory. */
function copyLists(
  source: number,
  before: ListsDirectory,
  ids: Uint32Array,
  joining: Joining,
  target: number,
) {
  const { shape, firsts } = before
  const { recordBytes } = shape
  const lengths = new Uint32Array(firsts.length - 1)
  const written: number[] = []
  const recordsAt = directoryBytes({ ...before, lengths, ids })
  for (const [list] of lengths.entries()) {
    const [from, to] = [firsts[list] ?? 0, firsts[list + 1] ?? 0]
    const joined = joining.get(list) ?? []
    const records = new Uint8Array((to - from + joined.length) * recordBytes)
    readExactly(
      source,
      records.subarray(0, (to - from) * recordBytes),
      before.recordsAt + from * recordBytes,
    )
    const offset = recordsAt + written.length * recordBytes
    let kept = 0
    for (const [i, id] of before.ids.subarray(from, to).entries()) {
      if (!includes(ids, id)) continue
      records.copyWithin(kept * recordBytes, i * recordBytes, (i + 1) * recordBytes)
      written.push(id)
      kept += 1
    }
    for (const { id, record } of joined) {
      records.set(record, kept * recordBytes)
      written.push(id)
      kept += 1
    }
    writeExactly(target, records.subarray(0, kept * recordBytes), offset)
    lengths[list] = kept
  }
  return { lengths, ids: Uint32Array.from(written) }
}

interface WrittenDirectory {
  readonly shape: RecordShape
  readonly changed: number
  readonly centres: Uint8Array
  readonly lengths: Uint32Array
  readonly ids: Uint32Array
}

function directoryBytes({ centres, lengths, ids }: WrittenDirectory): number {
  return centres.length + (HEADER_NUMBERS + lengths.length + ids.length) * NUMBER_BYTES
}

function writeDirectory(
  descriptor: number,
  { shape, changed, centres, lengths, ids }: WrittenDirectory,
): void {
  const header = Uint32Array.of(shape.dimensions, lengths.length, ids.length, changed)
  let offset = 0
  for (const { buffer, byteOffset, byteLength } of [header, centres, lengths, ids]) {
    writeExactly(descriptor, new Uint8Array(buffer, byteOffset, byteLength), offset)
    offset += byteLength
  }
}

function writeExactly(descriptor: number, content: Uint8Array, offset: number): void {
  for (let written = 0; written < content.length;) {
    const rest = content.length - written
    written += writeSync(descriptor, content, written, rest, offset + written)
  }
}

/** Where each list begins, and where the last one ends. */
function firstsOf(lengths: Uint32Array): Uint32Array {
  const firsts = new Uint32Array(lengths.length + 1)
  for (const [i, length] of lengths.entries()) firsts[i + 1] = (firsts[i] ?? 0) + length
  return firsts
}

/** The records of vectors that are spread evenly. */
function takeSample(
  vectors: Iterable<LabelledVector>,
  count: number,
  { wanted, shape }: { readonly wanted: number; readonly shape: RecordShape },
): Uint8Array {
  const step = Math.max(1, Math.floor(count / (wanted * SAMPLED_OF_LIST)))
  const sample = new Uint8Array(Math.ceil(count / step) * shape.recordBytes)
  let i = 0
  for (const { vector } of vectors) {
    if (i % step === 0) writeRecord(vector, sample, (i / step) * shape.recordBytes)
    i += 1
  }
  return sample
}

/** Whether a number is among numbers that ascend. */
function includes(ascending: Uint32Array, wanted: number): boolean {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ascending[middle] ?? 0) < wanted) low = middle + 1
    else high = middle
  }
  return ascending[low] === wanted
}
