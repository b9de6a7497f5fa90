import type { LinkTo } from '../answer/quote-url.ts'
import type { ComparedRun } from './check-desk.ts'
import type { ExpectedQuote } from './check-question.ts'
import { type CheckResult, type CheckRun, sumsOf } from './run.ts'

/** A run with what differs from those before it, as JSON: the same for HTTP and the command line. */
export function comparedToJson({ run, changes }: ComparedRun, linkTo: LinkTo) {
  const toJson = (each: CheckResult) => resultToJson(each, linkTo)
  return {
    run: runToJson(run),
    results: run.results.map(toJson),
    changes: changes.map(({ change, result, before }) => {
      return { change, result: toJson(result), before: before && toJson(before) }
    }),
  }
}

/** A run without its results, as JSON. */
export function runToJson({ id, startedAtMs, endedAtMs, ...run }: CheckRun) {
  const { by, generation, threshold, results } = run
  const [startedAt, endedAt] = [isoTime(startedAtMs), isoTime(endedAtMs)]
  return { id, startedAt, endedAt, by, generation, threshold, sums: sumsOf(results) }
}

/** A quote as JSON, with the address that opens it. */
export function quoteToJson({ documentId, start, end, text }: ExpectedQuote, linkTo: LinkTo) {
  return { documentId, start, end, text, url: linkTo({ documentId, start, end, highlight: null }) }
}

/** A time in ms since 1970 as in ISO 8601. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}

function resultToJson(result: CheckResult, linkTo: LinkTo) {
  const { first } = result
  return { ...result, first: first && quoteToJson(first, linkTo) }
}
