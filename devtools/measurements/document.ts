import { FootnoteError } from '../../index/errors.ts'
import { lastLike, type Run, tableNamed } from './kept-runs.ts'
import { renderTable } from './render.ts'
import { describeSurroundings } from './surroundings.ts'

/**
 * A place for figures: a comment with the command, and behind "|" the name of one of its tables where it has several. What
 * stands between this comment and the next one is made from the kept runs.
 */
const PLACE = /^<!-- figures: ([^|\n]+?)(?: \| ([^\n]+?))? -->\n[^]*?^<!-- end -->$/gm

/** A document whose places have the figures of the last runs. Throws `measurements-invalid` where a place has none. */
export function withFigures(document: string, runs: readonly Run[]): string {
  return document.replace(PLACE, (place, command: string, name?: string) => {
    const [begin = ''] = place.split('\n', 1)
    return `${begin}\n\n${figuresOf(runs, command, name)}\n\n<!-- end -->`
  })
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
  return renderRun({ ...run, tables }, lastLike(runs.slice(0, at), run))
}

/** The surroundings of a run and its tables, with the changes against an earlier run. */
export function renderRun(run: Run, earlier: Run | undefined): string {
  return [
    describeSurroundings(run),
    ...run.tables.map((table) => renderTable(table, tableNamed(table.name, earlier))),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}
