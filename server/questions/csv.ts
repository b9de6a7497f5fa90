import type { KeptQuestion } from '../state/state.ts'

const COLUMNS: readonly (readonly [name: string, cell: (question: KeptQuestion) => string])[] = [
  ['id', ({ id }) => String(id)],
  ['group', ({ group }) => String(group)],
  ['question', ({ question }) => question],
  ['read as', ({ interpretedAs }) => interpretedAs],
  ['answered', ({ answered }) => (answered ? 'yes' : 'no')],
  ['confidence', ({ confidence }) => confidence.toFixed(3)],
  ['times asked', ({ times }) => String(times)],
  ['last asked', ({ lastAskedMs }) => new Date(lastAskedMs).toISOString()],
  ['helped', ({ helped }) => String(helped)],
  ['did not help', ({ didNotHelp }) => String(didNotHelp)],
  ['collections', ({ collections }) => collections?.join(', ') ?? ''],
  ['document', ({ found: [first] }) => first?.documentId ?? ''],
  ['start', ({ found: [first] }) => String(first?.start ?? '')],
  ['end', ({ found: [first] }) => String(first?.end ?? '')],
  ['text', ({ found: [first] }) => first?.text ?? ''],
]

/**
 * Where a spreadsheet would begin a formula: at the start of a cell, and after a semicolon, a tab or the end of a line, at which some
 * of them divide cells whatever the quotes say. Some also take full-width characters.
 */
const FORMULAS =
  /^(?=[\s']*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|[\t\r\n])|([;\t\r\n][ "']*)(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g

/** The first line of a table of questions. */
export const CSV_HEADER = lineOf(COLUMNS.map(([name]) => name))

/** A question as a line of CSV (RFC 4180). */
export function csvLine(question: KeptQuestion): string {
  return lineOf(COLUMNS.map(([, cell]) => cell(question)))
}

function lineOf(cells: readonly string[]): string {
  return `${cells.map(quoted).join(',')}\r\n`
}

/**
 * A cell. What a spreadsheet would take for a formula gets an apostrophe, since anybody may ask a question that is one.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
function quoted(cell: string): string {
  const harmless = cell.replace(FORMULAS, (_, before = '') => `${before}'`)
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
