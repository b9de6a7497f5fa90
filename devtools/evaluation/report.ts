import type { Outcome } from './ask-all.ts'
import { areaUnderRoc, calibrationError, mean, percentile, percentOf } from './metrics.ts'

/** What a run gave, by the name that the table shows; shares in percent. NaN where there was nothing to count. */
export type Figures = Readonly<Record<string, number>>

/** Sums up the questions that were asked of all documents, and those that were asked of others' documents. */
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
    ...whatAnyRunHas(all),
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
    ...whatAnyRunHas(turns),
    "reading, % of a question's time":
      (100 * mean(turns.map(({ readingMs }) => readingMs))) /
      mean(turns.map(({ ms, readingMs }) => ms - readingMs)),
  }
}

/** What a conversation recovers of what people add who rewrite its questions to stand alone, on hit@3; 1 is all. */
export function recovery(
  conversation: Figures,
  { raw, human }: { raw: Figures; human: Figures },
): number {
  const [asked = NaN, alone = NaN, rewritten = NaN] = [conversation, raw, human].map(
    (figures) => figures['hit@3'],
  )
  return (asked - alone) / (rewritten - alone)
}

function isRightWithin(most: number) {
  return ({ answered, quotes }: Outcome) =>
    answered && quotes.slice(0, most).some(({ right }) => right)
}

function whatAnyRunHas(outcomes: readonly Outcome[]) {
  const given = outcomes.filter(({ answered }) => answered)
  const times = outcomes.map(({ ms }) => ms)
  return {
    'first quote, characters': mean(
      given.flatMap(({ quotes }) => quotes.slice(0, 1).map(({ length }) => length)),
    ),
    'pairs a question': mean(outcomes.map(({ pairs }) => pairs)),
    'calibration error': calibrationError(given.flatMap(({ quotes }) => quotes.slice(0, 1))),
    'calibration error, further quotes': calibrationError(
      given.flatMap(({ quotes }) => quotes.slice(1)),
    ),
    'refusal, area under ROC': areaUnderRoc(
      outcomes.map(({ confidence, answerable: right }) => ({ confidence, right })),
    ),
    'p50, ms': percentile(times, 0.5),
    'p95, ms': percentile(times, 0.95),
  }
}

/** Figures side by side as a Markdown table; a dash where there was nothing to count. */
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
