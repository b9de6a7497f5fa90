/**
 * The formula of SQLite's FTS5, with its constants and in its order of operations, so that both engines give the same scores to
 * the last bit: https://www.sqlite.org/fts5.html#the_bm25_function
 */
const K1 = "'1.2'::float8"
const B = "'0.75'::float8"
/** What a stem that most passages have weighs. */
const MIN_WEIGHT = "'1e-6'::float8"

/** The SQL for what a stem weighs. `total` and `count` are the SQL for the number of all passages (float8), and of those with it. */
export function weightOf(total: string, count: string): string {
  const weight = `ln((${total} - ${count} + 0.5::float8) / (${count} + 0.5::float8))`
  return `CASE WHEN ${weight} <= 0 THEN ${MIN_WEIGHT} ELSE ${weight} END`
}

/**
 * The SQL for what a stem counts in a passage, up to its weight. `frequency` is the SQL for how often the passage has it (float8), `size` for the
 * number of the passage's stems, and `average` for that of a passage on average (float8).
 */
export function partOf(frequency: string, size: string, average: string): string {
  return `((${frequency} * (${K1} + 1::float8))
    / (${frequency} + ${K1} * (1::float8 - ${B} + ${B} * ${size} / ${average})))`
}
