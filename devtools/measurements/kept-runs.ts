import { appendFile, readFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { FootnoteError } from '../../index/errors.ts'
import { surroundings } from './surroundings.ts'
import { table, type Table } from './tables.ts'

const run = surroundings.extend({
  /** As a reader types it, without paths: `npm run evaluate -- --dataset xquad-en-dev.json`. */
  command: z.string(),
  tables: z.array(table),
})

/** One run of a command that measures. */
export type Run = z.infer<typeof run>

/** Reads the kept runs, the earliest first: one a line, as JSON. Throws `measurements-invalid`. */
export async function readRuns(file: string): Promise<Run[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '')
  return lines.map((line, i) => {
    try {
      return run.parse(JSON.parse(line))
    } catch (cause) {
      throw new FootnoteError(
        'measurements-invalid',
        `Line ${i + 1} of ${file} is no run of a command that measures. Remove the line, or restore the file with git.`,
        cause,
      )
    }
  })
}

/** Adds a run to the kept ones. */
export async function keepRun(file: string, kept: Run): Promise<void> {
  await appendFile(file, `${JSON.stringify(kept)}\n`)
}

/**
 * The table of this name of the last of `runs` that has one, and has the same command as `of` on a machine like its own. A run
 * may lack a table, such as those of PostgreSQL where no server was named.
 */
export function lastTableLike(runs: readonly Run[], of: Run, name: string): Table | undefined {
  const like = runs.filter(
    ({ command, machine }) =>
      command === of.command && machine !== null && isDeepStrictEqual(machine, of.machine),
  )
  return like.flatMap((each) => tableNamed(name, each) ?? []).at(-1)
}

/** The table of a run that has this name. */
export function tableNamed(name: string, { tables }: Run): Table | undefined {
  return tables.find((each) => each.name === name)
}
