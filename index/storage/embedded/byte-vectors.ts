import { byteScores } from './byte-scores.ts'

/**
 * Vectors with 8 bits a number, as records of bytes: a float that the numbers are multiplied by, then the numbers, and zeros up
 * to a multiple of 16. A record takes a quarter of the memory of the vector, and gives its inner products to about 0.001.
 */
export interface RecordShape {
  readonly dimensions: number
  /** The numbers and the zeros after them. */
  readonly paddedDimensions: number
  readonly recordBytes: number
}

const LANES = 16
const SCALE_BYTES = Float32Array.BYTES_PER_ELEMENT
const MAX_BYTE = 127

/** The query has 16 bits a number. A sum of products with the bytes of a normalised vector stays far below 32 bits. */
const QUERY_SCALE = 2 ** 13

/** The shape of the records of vectors with this length. */
export function recordShape(dimensions: number): RecordShape {
  const paddedDimensions = Math.ceil(dimensions / LANES) * LANES
  return { dimensions, paddedDimensions, recordBytes: SCALE_BYTES + paddedDimensions }
}

/** Writes the record of a vector at an offset of `target`, which has zeros there. */
export function writeRecord(vector: Float32Array, target: Uint8Array, offset: number): void {
  let largest = 0
  for (const value of vector) largest = Math.max(largest, Math.abs(value))
  const scale = largest / MAX_BYTE || 1
  const { scaleView, numbers } = recordAt(target, offset, vector.length)
  scaleView.setFloat32(0, scale, true)
  // A call for each number would take several times as long, here and below.
  for (let i = 0; i < vector.length; i += 1) numbers[i] = Math.round((vector[i] ?? 0) / scale)
}

/** The vector of a record, to the precision that the record has. */
export function readRecord(records: Uint8Array, offset: number, dimensions: number): Float32Array {
  const { scaleView, numbers } = recordAt(records, offset, dimensions)
  const scale = scaleView.getFloat32(0, true)
  const vector = new Float32Array(dimensions)
  for (let i = 0; i < dimensions; i += 1) vector[i] = (numbers[i] ?? 0) * scale
  return vector
}

function recordAt({ buffer, byteOffset }: Uint8Array, offset: number, dimensions: number) {
  const at = byteOffset + offset
  return {
    scaleView: new DataView(buffer, at, SCALE_BYTES),
    numbers: new Int8Array(buffer, at + SCALE_BYTES, dimensions),
  }
}

/** Scores records by their inner products with a query. */
export interface RecordScorer {
  /** Where the records to be scored are put, one after the other. */
  readonly records: Uint8Array
  /** Sets the vector that the records are compared with. */
  setQuery(vector: Float32Array): void
  /** The inner products of `count` records from the record `first` on with the query. The next call overwrites them. */
  score(first: number, count: number): Float32Array
}

/** A scorer with room for `capacity` records. On one core it compares 45 million vectors of 384 numbers in a second. */
export function recordScorer(
  { paddedDimensions, recordBytes }: RecordShape,
  capacity: number,
): RecordScorer {
  const scoresAt = paddedDimensions * Int16Array.BYTES_PER_ELEMENT
  const recordsAt = scoresAt + capacity * Float32Array.BYTES_PER_ELEMENT
  const { memory, score } = byteScores(recordsAt + capacity * recordBytes)
  const query = new Int16Array(memory.buffer, 0, paddedDimensions)
  const scores = new Float32Array(memory.buffer, scoresAt, capacity)
  return {
    records: new Uint8Array(memory.buffer, recordsAt, capacity * recordBytes),
    setQuery: (vector) => {
      for (let i = 0; i < vector.length; i += 1)
        query[i] = Math.round((vector[i] ?? 0) * QUERY_SCALE)
    },
    score: (first, count) => {
      score(0, recordsAt + first * recordBytes, count, paddedDimensions, scoresAt)
      const found = scores.subarray(0, count)
      for (let i = 0; i < count; i += 1) found[i] = (found[i] ?? 0) / QUERY_SCALE
      return found
    },
  }
}
