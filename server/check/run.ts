import { z } from 'zod'

/** See {@link CheckOutcome}. */
export const OUTCOMES = [
  'right',
  'wrong',
  'refused',
  'rightly-refused',
  'wrongly-answered',
  'failed',
] as const

/**
 * What came of a question: `right` (an expected quote was given), `wrong` (others were), `refused` although the documents answer;
 * `rightly-refused` or `wrongly-answered` where they do not; `failed` where it could not be answered even when it was asked again.
 */
export type CheckOutcome = (typeof OUTCOMES)[number]

const offset = z.int().min(0)

const quoted = z.object({
  documentId: z.string(),
  start: offset,
  end: offset,
  text: z.string(),
})

const checkResult = z.object({
  /** Of the question. */
  id: z.string(),
  question: z.string(),
  /** Whether quotes are expected, rather than a refusal. */
  isAnswerable: z.boolean(),
  outcome: z.enum(OUTCOMES),
  /**
   * The rank of the first expected quote among those that were given or, where it was refused, that came closest; from 1. Null
   * where none is among them.
   */
  rank: z.int().min(1).nullable(),
  /** Of the best quote, given or closest; 0 to 1. */
  confidence: z.number().min(0).max(1),
  /** The best quote, given or closest; null where nothing was found. */
  first: quoted.nullable(),
  /** How many of the expected quotes stand in the documents no longer. */
  lostQuotes: z.int().min(0),
})

/** What came of one question. */
export type CheckResult = z.infer<typeof checkResult>

const keptRun = z.object({
  startedAtMs: z.number(),
  endedAtMs: z.number(),
  by: z.string(),
  /** Those of who ran it; null: all. */
  collections: z.array(z.string()).nullable(),
  /** The generation of the index at its start. */
  generation: z.string(),
  /** The threshold at its start. */
  threshold: z.number(),
  results: z.array(checkResult),
})

export type KeptRun = z.infer<typeof keptRun>

/** All questions, asked once. */
export interface CheckRun extends KeptRun {
  readonly id: string
}

/** What the ids of runs begin with. */
export const RUN_PREFIX = 'run-'

/** Reads a run as it is kept. */
export function readRun(id: string, json: string): CheckRun {
  return { id, ...keptRun.parse(JSON.parse(json)) }
}

/** How often each came, over the questions of a run. */
export interface CheckSums {
  /** Those whose answer the documents have. */
  readonly answerable: number
  /** Those that the documents do not answer. */
  readonly unanswerable: number
  readonly right: number
  /** Those of them whose first quote was an expected one. */
  readonly rightFirst: number
  readonly wrong: number
  readonly refused: number
  readonly rightlyRefused: number
  readonly wronglyAnswered: number
  readonly failed: number
}

/** Counts the results of a run. */
export function sumsOf(results: readonly CheckResult[]): CheckSums {
  const count = (wanted: CheckOutcome) => {
    return results.filter(({ outcome }) => outcome === wanted).length
  }
  const answerable = results.filter(({ isAnswerable }) => isAnswerable).length
  return {
    answerable,
    unanswerable: results.length - answerable,
    right: count('right'),
    rightFirst: results.filter(({ outcome, rank }) => outcome === 'right' && rank === 1).length,
    wrong: count('wrong'),
    refused: count('refused'),
    rightlyRefused: count('rightly-refused'),
    wronglyAnswered: count('wrongly-answered'),
    failed: count('failed'),
  }
}

/** How a question differs from the run before: its first quote, or whether its result is good. */
export type CheckChange = 'better' | 'worse' | 'other-quote' | 'new'

/** A question whose result is another one than in the last run that asked it. */
export interface ChangedResult {
  readonly change: CheckChange
  readonly result: CheckResult
  /** Null where no earlier run asked it. */
  readonly before: CheckResult | null
}

/** What differs in a run from the latest of the earlier runs that asked the same question, in the order of the run; the earlier runs come oldest first. */
export function changesOf(run: CheckRun, earlier: readonly CheckRun[]): ChangedResult[] {
  const known = new Map(earlier.flatMap(({ results }) => results.map((each) => [each.id, each])))
  return run.results.flatMap((result) => {
    const before = known.get(result.id) ?? null
    const change = changeOf(result, before)
    return change ? { change, result, before } : []
  })
}

/** Whether people got what they should. */
export function isGood({ outcome }: CheckResult): boolean {
  return outcome === 'right' || outcome === 'rightly-refused'
}

function changeOf(result: CheckResult, before: CheckResult | null): CheckChange | null {
  if (!before) return 'new'
  if (isGood(result) !== isGood(before)) return isGood(result) ? 'better' : 'worse'
  return textOfFirst(result) === textOfFirst(before) ? null : 'other-quote'
}

/** Where the words stand in their document is no difference. */
function textOfFirst({ first }: CheckResult): string | null {
  return first && JSON.stringify([first.documentId, first.text])
}
