import { FootnoteError } from '../../index/errors.ts'
import { lastTableLike, type Run, tableNamed } from './kept-runs.ts'
import { renderTable } from './render.ts'
import { describeSurroundings } from './surroundings.ts'

/** A place for figures begins with this comment. */
const BEGIN = '<!-- figures: '

/**
 * A place for figures: a comment with the command, and behind "|" the name of one of its tables where it has several. What
 * stands between this comment and the one at its end is made from the kept runs.
 */
const PLACE = /^(<!-- figures: ([^|\n]+?)(?: \| ([^\n]+?))? -->)\n[^]*?^<!-- end -->$/m

/**
 * A document whose places have the figures of the last runs. Throws `measurements-invalid` where there are none for a place, or
 * its end is missing.
 */
export function withFigures(document: string, runs: readonly Run[]): string {
  const parts = document.split(new RegExp(`^(?=${BEGIN})`, 'm'))
  return parts.map((part) => (part.startsWith(BEGIN) ? filled(part, runs) : part)).join('')
}

/** A part of a document that begins with a place. */
function filled(part: string, runs: readonly Run[]): string {
  const [place, begin, command = '', name] = PLACE.exec(part) ?? []
  if (place === undefined) {
    const [line = ''] = part.split('\n', 1)
    throw new FootnoteError(
      'measurements-invalid',
      `docs/measurements.md has a line "${line}" without a line "<!-- end -->" after it. Add that line where the figures end.`,
    )
  }
  const figures = figuresOf(runs, command, name)
  return `${begin}\n\n${figures}\n\n<!-- end -->${part.slice(place.length)}`
}

function figuresOf(runs: readonly Run[], command: string, name: string | undefined): string {
  const at = runs.findLastIndex(
    (run) => run.command === command && (name === undefined || tableNamed(name, run) !== undefined),
  )
  const run = runs[at]
  if (!run) {
    const table = name === undefined ? '' : ` with a table "${name}"`
    throw new FootnoteError(
      'measurements-invalid',
      `docs/measurements.md has a place for \`${command}\`, but no run of it${table} was kept. Run it with --keep, or remove the place.`,
    )
  }
  const tables = run.tables.filter((table) => name === undefined || table.name === name)
  return renderRun({ ...run, tables }, runs.slice(0, at))
}

/** The surroundings of a run and its tables, with the changes against the last of `earlier` that is like it. */
export function renderRun(run: Run, earlier: readonly Run[]): string {
  const tables = run.tables.map((table) =>
    renderTable(table, lastTableLike(earlier, run, table.name)),
  )
  return [describeSurroundings(run), ...tables].filter((part) => part !== '').join('\n\n')
}
