import { partOf, weightOf } from './bm25.ts'
import type { CollectionScope } from './collection-scope.ts'

/** What a search for words reads, as SQL. */
export interface StemTable {
  /** The rows: `stem`, `passages`, `places`, and what the other fields name. */
  readonly rows: string
  /** The values of the first parameters, which `rows` has. */
  readonly values: readonly unknown[]
  /** Whether a stem may have several rows, each with other passages. */
  readonly isSplit: boolean
  /** What the stem of a row `s` weighs, where `n` numbers the stems. */
  readonly weight: string
  /** The columns that tell what a stem counts in each of its passages. */
  readonly columns: string
  /** These columns, one row for each passage. */
  readonly unnested: string
  /** What a stem counts in a passage, up to its weight, by what is unnested. */
  readonly part: string
}

/** The stems of all passages of a generation. */
export function allStems(schema: string): StemTable {
  return {
    rows: `${schema}.stems`,
    values: [],
    isSplit: false,
    weight: 's.weight',
    columns: 'parts',
    unnested: 'unnest(parts) AS part',
    part: 'part',
  }
}

/** The stems of the passages of some collections, which count as if there were no others. */
export function stemsIn(
  schema: string,
  { numbers, passages, averageStems }: CollectionScope,
): StemTable {
  return {
    rows: `(
      SELECT *, $2::float8 AS total, $3::float8 AS average FROM ${schema}.collection_stems
        WHERE collection = ANY($1::integer[])
    )`,
    values: [numbers, passages, averageStems],
    isSplit: true,
    weight: weightOf('s.total', '(sum(s.passages) OVER (PARTITION BY n))::float8'),
    columns: 'frequencies, sizes, average',
    unnested: 'unnest(frequencies)::float8 AS frequency, unnest(sizes) AS size, average',
    part: partOf('frequency', 'size', 'average'),
  }
}
