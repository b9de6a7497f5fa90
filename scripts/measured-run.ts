import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Command, Option } from 'commander'
import { typedCommand } from '../devtools/measurements/command-line.ts'
import { renderRun, withFigures } from '../devtools/measurements/document.ts'
import { keepRun, readRuns } from '../devtools/measurements/kept-runs.ts'
import { surroundingsNow } from '../devtools/measurements/surroundings.ts'
import type { Table } from '../devtools/measurements/tables.ts'

/** Where runs are kept and shown. */
const FILES = {
  runs: fileURLToPath(new URL('../docs/measurements.jsonl', import.meta.url)),
  document: fileURLToPath(new URL('../docs/measurements.md', import.meta.url)),
}

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
  files = FILES,
): Promise<void> {
  // Before a run that may take an hour: a damaged file is an error at once.
  const earlier = await readRuns(files.runs)
  const surroundings = await surroundingsNow()
  const run = { command: typedCommand(command), ...surroundings, tables: await measure() }
  console.log(renderRun(run, earlier))
  if (!command.opts<{ keep: boolean }>().keep) {
    return console.error('These figures were not kept. Add --keep to keep them.')
  }
  await keepRun(files.runs, run)
  await updateDocument(files)
  return console.error(`These figures were kept in ${path.relative('.', files.runs)}.`)
}

/** Makes the tables of `docs/measurements.md` from the kept runs. Throws `measurements-invalid`. */
export async function updateDocument({ runs, document } = FILES): Promise<void> {
  const text = await readFile(document, 'utf8')
  await writeFile(document, withFigures(text, await readRuns(runs)))
}
