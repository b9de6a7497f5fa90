import {
  readRecord,
  type RecordScorer,
  recordScorer,
  type RecordShape,
  writeRecord,
} from './byte-vectors.ts'

/** After so many rounds of k-means, the clusters hardly change. */
const ROUNDS = 8

/** A vector is compared with the centres in this many groups, those nearest to it. */
const COMPARED_GROUPS = 4

/** Centres of clusters, in groups of neighbouring ones. */
export type Centres = readonly (readonly Float32Array[])[]

/**
 * Divides normalised vectors into about `wanted` clusters by k-means, first into groups, and then each group. `sample` has the
 * records of the vectors. A cluster that would be empty is left out.
 */
export function findCentres(sample: Uint8Array, wanted: number, shape: RecordShape): Centres {
  const all = Array.from({ length: sample.length / shape.recordBytes }, (_, i) => i)
  const groups = divide(all, Math.ceil(Math.sqrt(wanted)), sample, shape)
  return groups.map(({ members }) => {
    const count = Math.ceil((wanted * members.length) / all.length)
    return divide(members, count, sample, shape).map(({ centre }) => centre)
  })
}

/** Gives a function that finds the number of the centre nearest to a vector, or nearly; they are numbered from 0 through all groups. */
export function nearestCentre(
  centres: Centres,
  shape: RecordShape,
): (vector: Float32Array) => number {
  const groups = scorerOf(centres.map(normalisedSum), shape)
  const scorer = scorerOf(centres.flat(), shape)
  const firsts = centres.map((_, i) => centres.slice(0, i).flat().length)
  return (vector) => {
    groups.setQuery(vector)
    scorer.setQuery(vector)
    let [nearest, best] = [0, -Infinity]
    for (const group of highest(groups.score(0, centres.length), COMPARED_GROUPS)) {
      const first = firsts[group] ?? 0
      const scores = scorer.score(first, centres[group]?.length ?? 0)
      for (let i = 0; i < scores.length; i += 1) {
        if ((scores[i] ?? 0) > best) [nearest, best] = [first + i, scores[i] ?? 0]
      }
    }
    return nearest
  }
}

/** A scorer of these vectors, by their inner products with a query. */
export function scorerOf(vectors: readonly Float32Array[], shape: RecordShape): RecordScorer {
  const scorer = recordScorer(shape, vectors.length)
  for (const [i, vector] of vectors.entries()) {
    writeRecord(vector, scorer.records, i * shape.recordBytes)
  }
  return scorer
}

/** The places of the `count` highest scores, the highest first. */
export function highest(scores: Float32Array, count: number): number[] {
  // Numbers of which the higher part is a score and the lower its place are sorted without a call for each two of them.
  const keys = new Float64Array(scores.length)
  for (let i = 0; i < scores.length; i += 1) {
    keys[i] = Math.round((1 - (scores[i] ?? 0)) * SCORE_STEPS) * scores.length + i
  }
  return Array.from(keys.toSorted().subarray(0, count), (key) => key % scores.length)
}

/** Two scores that differ by less are equal; the product with a number of places is exact in a double. */
const SCORE_STEPS = 2 ** 24

interface Cluster {
  readonly centre: Float32Array
  /** The numbers of its records. */
  readonly members: readonly number[]
}

function divide(
  members: readonly number[],
  wanted: number,
  sample: Uint8Array,
  shape: RecordShape,
): Cluster[] {
  const vectorOf = (member: number) =>
    readRecord(sample, member * shape.recordBytes, shape.dimensions)
  const count = Math.min(wanted, members.length)
  let clusters = Array.from({ length: count }, (_, i): Cluster => {
    const member = members[Math.floor((i * members.length) / count)] ?? 0
    return { centre: vectorOf(member), members: [] }
  })
  for (let round = 0; round < ROUNDS; round += 1) {
    const scorer = scorerOf(
      clusters.map(({ centre }) => centre),
      shape,
    )
    const sums = clusters.map(() => new Float32Array(shape.dimensions))
    const joined = clusters.map((): number[] => [])
    for (const member of members) {
      const vector = vectorOf(member)
      scorer.setQuery(vector)
      const nearest = placeOfHighest(scorer.score(0, clusters.length))
      addTo(sums[nearest], vector)
      joined[nearest]?.push(member)
    }
    clusters = Array.from(sums, (sum, i) => ({ centre: normalised(sum), members: joined[i] ?? [] }))
      // A cluster that nothing joined stays empty.
      .filter((cluster) => cluster.members.length > 0)
  }
  return clusters
}

function placeOfHighest(scores: Float32Array): number {
  let place = 0
  for (let i = 1; i < scores.length; i += 1) if ((scores[i] ?? 0) > (scores[place] ?? 0)) place = i
  return place
}

function normalisedSum(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0]?.length ?? 0)
  for (const vector of vectors) addTo(sum, vector)
  return normalised(sum)
}

function addTo(sum: Float32Array | undefined, vector: Float32Array): void {
  if (!sum) return
  for (let i = 0; i < vector.length; i += 1) sum[i] = (sum[i] ?? 0) + (vector[i] ?? 0)
}

function normalised(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0)) || 1
  return vector.map((value) => value / length)
}
