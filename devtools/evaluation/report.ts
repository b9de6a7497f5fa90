import { mean, percentile, percentOf } from '../statistics.ts'
import { areaUnderRoc, calibrationError } from './metrics.ts'
import type { Outcome } from './outcome.ts'

/**
 * The figures of one run, by the label of each. Shares are percentages; NaN where there was nothing
 * to count.
 */
export type Figures = Readonly<Record<string, number>>

/**
 * Sums up the questions that were asked of all documents, and those that were asked of documents on
 * other subjects.
 */
export function summarize(asked: readonly Outcome[], elsewhere: readonly Outcome[]) {
  const answerable = asked.filter((outcome) => outcome.answerable)
  const all = [...asked, ...elsewhere]
  return {
    questions: answerable.length,
    'quote@1': percentOf(answerable, isRightWithin(1)),
    'quote@3': percentOf(answerable, isRightWithin(3)),
    refused: percentOf(answerable, ({ answered }) => !answered),
    'questions about other articles': elsewhere.length,
    'false answers': percentOf(elsewhere, ({ answered }) => answered),
    ...commonFigures(all),
  }
}

/** Sums up the turns of conversations. */
export function summarizeTurns(turns: readonly Outcome[]) {
  const answerable = turns.filter((outcome) => outcome.answerable)
  const unanswerable = turns.filter((outcome) => !outcome.answerable)
  return {
    turns: answerable.length,
    'hit@1': percentOf(answerable, isRightWithin(1)),
    'hit@3': percentOf(answerable, isRightWithin(3)),
    refused: percentOf(answerable, ({ answered }) => !answered),
    'turns without an answer': unanswerable.length,
    'false answers': percentOf(unanswerable, ({ answered }) => answered),
    ...commonFigures(turns),
    "reading, % of a question's time":
      (100 * mean(turns.map(({ readingMs }) => readingMs))) /
      mean(turns.map(({ ms, readingMs }) => ms - readingMs)),
  }
}

/**
 * The share of the gain in hit@3 from questions as typed (`raw`) to questions as people rewrote
 * them (`human`) that another run reaches; 1 is all of it.
 */
export function recovery(run: Figures, { raw, human }: { raw: Figures; human: Figures }): number {
  const [reached = NaN, typed = NaN, rewritten = NaN] = [run, raw, human].map(
    (figures) => figures['hit@3'],
  )
  return (reached - typed) / (rewritten - typed)
}

/** Whether one of the first `count` quotes of an answer is right. */
function isRightWithin(count: number) {
  return ({ answered, quotes }: Outcome) =>
    answered && quotes.slice(0, count).some(({ right }) => right)
}

/** The figures that every kind of run has. */
function commonFigures(outcomes: readonly Outcome[]) {
  const answers = outcomes.filter(({ answered }) => answered)
  const times = outcomes.map(({ ms }) => ms)
  return {
    'first quote, characters': mean(
      answers.flatMap(({ quotes }) => quotes.slice(0, 1).map(({ length }) => length)),
    ),
    'pairs a question': mean(outcomes.map(({ pairs }) => pairs)),
    'calibration error': calibrationError(answers.flatMap(({ quotes }) => quotes.slice(0, 1))),
    'calibration error, further quotes': calibrationError(
      answers.flatMap(({ quotes }) => quotes.slice(1)),
    ),
    'refusal, area under ROC': areaUnderRoc(
      outcomes.map(({ confidence, answerable: right }) => ({ confidence, right })),
    ),
    'p50, ms': percentile(times, 0.5),
    'p95, ms': percentile(times, 0.95),
  }
}

/** A Markdown table with a column for each run; a dash where there was nothing to count. */
export function table(columns: Readonly<Record<string, Figures>>): string {
  const names = Object.keys(columns)
  const rows = [...new Set(Object.values(columns).flatMap((figures) => Object.keys(figures)))]
  return [
    `| | ${names.join(' | ')} |`,
    `| --- |${names.map(() => ' --- |').join('')}`,
    ...rows.map((row) => {
      const cells = names.map((name) => {
        const value = columns[name]?.[row]
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
