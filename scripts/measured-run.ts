import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Command, Option } from 'commander'
import { typedCommand } from '../devtools/measurements/command-line.ts'
import { renderRun, withFigures } from '../devtools/measurements/document.ts'
import { keepRun, lastLike, readRuns } from '../devtools/measurements/kept-runs.ts'
import { surroundingsNow } from '../devtools/measurements/surroundings.ts'
import type { Table } from '../devtools/measurements/tables.ts'

const KEPT_RUNS = fileURLToPath(new URL('../docs/measurements.jsonl', import.meta.url))
const DOCUMENT = fileURLToPath(new URL('../docs/measurements.md', import.meta.url))

/** The option to keep the figures of a run. Without it, a run changes no file of the project. */
export function keepOption(): Option {
  return new Option(
    '--keep',
    'add the figures to docs/measurements.jsonl, and show them in docs/measurements.md',
  ).default(false)
}

/**
 * Measures, and prints the tables with their changes against the last kept run of the same command on a machine like this one.
 * Keeps them if the command, which must have been parsed, was given `--keep`.
 */
export async function runMeasured(
  command: Command,
  measure: () => Promise<Table[]>,
): Promise<void> {
  const surroundings = await surroundingsNow()
  const run = { command: typedCommand(command), ...surroundings, tables: await measure() }
  console.log(renderRun(run, lastLike(await readRuns(KEPT_RUNS), run)))
  if (!command.opts<{ keep: boolean }>().keep) {
    return console.error('These figures were not kept. Add --keep to keep them.')
  }
  await keepRun(KEPT_RUNS, run)
  await updateDocument()
  return console.error('These figures were kept in docs/measurements.jsonl.')
}

/** Makes the tables of `docs/measurements.md` from the kept runs. Throws `measurements-invalid`. */
export async function updateDocument(): Promise<void> {
  const document = await readFile(DOCUMENT, 'utf8')
  await writeFile(DOCUMENT, withFigures(document, await readRuns(KEPT_RUNS)))
}
