import type { Outcome } from './ask-all.ts'
import { areaUnderRoc, calibrationError, mean, percentile, percentOf } from './metrics.ts'

/** The figures of a run; shares in percent. NaN where there was nothing to count. */
export interface Figures {
  readonly questions: number
  readonly 'quote@1': number
  readonly 'quote@3': number
  /** Of the questions that the documents answer. */
  readonly refused: number
  /** Of the questions whose article was not indexed. */
  readonly 'false answers': number
  /** Mean UTF-16 code units. */
  readonly 'first quote, characters': number
  readonly 'pairs a question': number
  /** Of answers given: how far confidence is from the share that is right; 0 to 1. */
  readonly 'calibration error': number
  /** How well confidence tells questions with an answer from those without. */
  readonly 'refusal, area under ROC': number
  readonly 'p50, ms': number
  readonly 'p95, ms': number
}

/** Sums up the questions that were asked of all documents, and those that were asked of others' documents. */
export function summarize(asked: readonly Outcome[], elsewhere: readonly Outcome[]): Figures {
  const answerable = asked.filter((outcome) => outcome.answerable)
  const all = [...asked, ...elsewhere]
  const given = all.filter(({ answered }) => answered)
  const lengths = given.flatMap(({ firstQuoteLength }) => firstQuoteLength ?? [])
  const times = asked.map(({ ms }) => ms)
  return {
    questions: answerable.length,
    'quote@1': percentOf(answerable, ({ rightQuote }) => rightQuote === 1),
    'quote@3': percentOf(answerable, ({ rightQuote }) => rightQuote !== null),
    refused: percentOf(answerable, ({ answered }) => !answered),
    'false answers': percentOf(elsewhere, ({ answered }) => answered),
    'first quote, characters': mean(lengths),
    'pairs a question': mean(asked.map(({ pairs }) => pairs)),
    'calibration error': calibrationError(
      given.map(({ confidence, rightQuote }) => ({ confidence, right: rightQuote === 1 })),
    ),
    'refusal, area under ROC': areaUnderRoc(
      all.map(({ confidence, answerable: right }) => ({ confidence, right })),
    ),
    'p50, ms': percentile(times, 0.5),
    'p95, ms': percentile(times, 0.95),
  }
}

/** Figures side by side as a Markdown table; a dash where there was nothing to count. */
export function table(columns: Readonly<Record<string, Partial<Figures>>>): string {
  const names = Object.keys(columns)
  const rows = [...new Set(Object.values(columns).flatMap((figures) => Object.keys(figures)))]
  return [
    `| | ${names.join(' | ')} |`,
    `| --- |${names.map(() => ' --- |').join('')}`,
    ...rows.map((row) => {
      const cells = names.map((name) => {
        const value = new Map(Object.entries(columns[name] ?? {})).get(row)
        return value === undefined || Number.isNaN(value) ? '–' : format(value)
      })
      return `| ${row} | ${cells.join(' | ')} |`
    }),
  ].join('\n')
}

function format(value: number): string {
  if (Number.isInteger(value)) return String(value)
  return Math.abs(value) < 1 ? value.toFixed(3) : value.toFixed(1)
}
