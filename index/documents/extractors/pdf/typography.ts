import type { Line } from './lines.ts'

/** What is usual in a document: sizes in points. */
export interface Typography {
  /** Of most of the text. */
  readonly bodySize: number
  /** Whether most of the text is set in a font whose letters are equally wide, as by a typewriter. */
  readonly typewritten: boolean
  /** From one baseline to the next, for text of a size. */
  readonly leadingOf: (size: number) => number
}

/** What is usual from baseline to baseline where a document has too few lines of a size, in sizes. */
const DEFAULT_LEADING = 1.2

/** Larger steps than this are gaps between paragraphs, in sizes. */
const MAX_LEADING = 2.6

/** How many steps show what is usual. */
const MIN_STEPS = 3

/** What is usual in a document, given the lines of its columns. */
export function typographyOf(columns: readonly (readonly Line[])[]): Typography {
  const lines = columns.flat()
  const letters = new Map<number, number>()
  let all = 0
  let monospaced = 0
  for (const line of lines) {
    letters.set(line.size, (letters.get(line.size) ?? 0) + line.text.length)
    all += line.text.length
    if (line.monospaced) monospaced += line.text.length
  }
  const leadings = leadingsOf(columns)
  return {
    bodySize: mostFrequent(letters) ?? 10,
    typewritten: monospaced > all / 2,
    leadingOf: (size) => leadings.get(size) ?? size * DEFAULT_LEADING,
  }
}

function leadingsOf(columns: readonly (readonly Line[])[]): Map<number, number> {
  const steps = new Map<number, Map<number, number>>()
  for (const lines of columns) {
    lines.forEach((line, i) => {
      const before = lines[i - 1]
      if (!before || before.size !== line.size) return
      const step = Math.round((line.baseline - before.baseline) * 5) / 5
      if (step <= 0.5 * line.size || step > MAX_LEADING * line.size) return
      const counts = steps.get(line.size) ?? new Map<number, number>()
      counts.set(step, (counts.get(step) ?? 0) + 1)
      steps.set(line.size, counts)
    })
  }
  const usual = new Map<number, number>()
  for (const [size, counts] of steps) {
    const step = mostFrequent(counts)
    if (step !== undefined && (counts.get(step) ?? 0) >= MIN_STEPS) usual.set(size, step)
  }
  return usual
}

/** The key with the highest count; the smaller key of two. */
function mostFrequent(counts: ReadonlyMap<number, number>): number | undefined {
  return [...counts].toSorted(([a, m], [b, n]) => n - m || a - b)[0]?.[0]
}
