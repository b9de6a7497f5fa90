import { type Figure, figure } from '../measurements/figures.ts'
import { row, type Table, tableOfColumns } from '../measurements/tables.ts'
import { mean, percentile, percentOf } from '../statistics.ts'
import {
  areaUnderRoc,
  bestBalancedAccuracy,
  calibrationError,
  type Prediction,
  thresholdRefusing,
} from './metrics.ts'
import type { Outcome } from './outcome.ts'

/**
 * The figures of one run, by the label of each. Shares are percentages; NaN where there was nothing
 * to count.
 */
export type Figures = Readonly<Record<string, number>>

/** The labels of figures that are percentages. */
const PERCENTAGES = /^(?:quote@|hit@|refused|false answers|highlight|answers whose first|reading)/

/** A reading that helps some conversations and harms others shows in the parts of a set. */
const PARTS = 5

/** Sums up questions that were asked alone, those with an answer and those without. */
export function summarize(outcomes: readonly Outcome[]) {
  const answerable = outcomes.filter((outcome) => outcome.answerable)
  const unanswerable = outcomes.filter((outcome) => !outcome.answerable)
  const predictions = outcomes.map(({ confidence, answerable: right }) => ({ confidence, right }))
  return {
    questions: answerable.length,
    'quote@1': percentOf(answerable, isRightWithin(1)),
    'quote@3': percentOf(answerable, isRightWithin(3)),
    refused: percentOf(answerable, ({ answered }) => !answered),
    'questions without an answer': unanswerable.length,
    'false answers': percentOf(unanswerable, ({ answered }) => answered),
    'false answers, 3 % of the answerable refused': answeredAt(predictions, 0.03),
    'false answers, 5 % of the answerable refused': answeredAt(predictions, 0.05),
    'highlight, F1 of the words': highlightFigure(answerable),
    'balanced accuracy, best': unanswerable.length > 0 ? bestBalancedAccuracy(predictions) : NaN,
    ...commonFigures(outcomes),
  }
}

/** Of the answers whose first quote is right: how well its highlight matches the gold span, in percent. */
function highlightFigure(answerable: readonly Outcome[]): number {
  const right = answerable.filter(isRightWithin(1))
  return 100 * mean(right.flatMap(({ quotes: [first] }) => first?.highlightF1 ?? []))
}

/** What a threshold would bring: the questions that it refuses, and the answers that are wrong all the same. */
export function summarizeAt(threshold: number, outcomes: readonly Outcome[]): Figures {
  const reaches = ({ confidence }: Outcome) => confidence >= threshold
  const answerable = outcomes.filter((outcome) => outcome.answerable)
  const unanswerable = outcomes.filter((outcome) => !outcome.answerable)
  return {
    refused: percentOf(answerable, (outcome) => !reaches(outcome)),
    'false answers': percentOf(unanswerable, reaches),
    'answers whose first quote is right': percentOf(
      outcomes.filter(reaches),
      ({ quotes: [first] }) => first?.right ?? false,
    ),
  }
}

/** The share of the questions without an answer that a threshold lets pass which refuses `share` of the others. */
function answeredAt(predictions: readonly Prediction[], share: number): number {
  const threshold = thresholdRefusing(predictions, share)
  return percentOf(
    predictions.filter(({ right }) => !right),
    ({ confidence }) => confidence >= threshold,
  )
}

/** Sums up the turns of conversations. */
export function summarizeTurns(dialogs: readonly (readonly Outcome[])[]) {
  const turns = dialogs.flat()
  const answerable = turns.filter((outcome) => outcome.answerable)
  const unanswerable = turns.filter((outcome) => !outcome.answerable)
  return {
    turns: answerable.length,
    'hit@1': percentOf(answerable, isRightWithin(1)),
    'hit@3': hitAt3(dialogs),
    'hit@3, follow-ups': hitAt3(dialogs.map((dialog) => dialog.slice(1))),
    ...Object.fromEntries(
      Array.from({ length: PARTS }, (_, part) => [
        `hit@3, part ${part + 1} of ${PARTS}`,
        hitAt3(dialogs.filter((__, i) => Math.floor((i * PARTS) / dialogs.length) === part)),
      ]),
    ),
    refused: percentOf(answerable, ({ answered }) => !answered),
    'turns without an answer': unanswerable.length,
    'false answers': percentOf(unanswerable, ({ answered }) => answered),
    ...commonFigures(turns),
    "reading, % of a question's time":
      (100 * mean(turns.map(({ readingMs }) => readingMs))) /
      mean(turns.map(({ ms, readingMs }) => ms - readingMs)),
  }
}

/** The share of the turns with an answer for which one of the first three quotes is right. */
function hitAt3(dialogs: readonly (readonly Outcome[])[]): number {
  return percentOf(
    dialogs.flat().filter(({ answerable }) => answerable),
    isRightWithin(3),
  )
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
    'windows a question': mean(outcomes.map(({ windows }) => windows)),
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

/** A table with a column for each run; a dash where there was nothing to count. */
export function figuresTable(columns: Readonly<Record<string, Figures>>): Table {
  const labels = [...new Set(Object.values(columns).flatMap((figures) => Object.keys(figures)))]
  return tableOfColumns(
    'measured',
    Object.keys(columns),
    (name) => name,
    labels.map((what) => row(what, (name) => cell(what, columns[name]?.[what]))),
  )
}

function cell(label: string, value: number | undefined): Figure | string {
  if (value === undefined || Number.isNaN(value)) return '–'
  return figure(value, unitOf(label), format(value))
}

/** The unit of a figure: those without one are counts, or have the range from 0 to 1. */
function unitOf(label: string): string {
  if (label.endsWith(', ms')) return 'ms'
  return PERCENTAGES.test(label) ? '%' : ''
}

function format(value: number): string {
  if (Number.isInteger(value)) return String(value)
  return Math.abs(value) < 1 ? value.toFixed(3) : value.toFixed(1)
}
