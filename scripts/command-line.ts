import { setTimeout } from 'node:timers/promises'
import { InvalidArgumentError, Option } from 'commander'
import type { BuildResult } from '../index/build.ts'
import { FootnoteError } from '../index/errors.ts'
import { escapeUnprintable } from '../presentation/terminal-text.ts'

/**
 * Runs a script to its end. A `FootnoteError`, which the user can act on, is printed as one line on
 * standard error; any other error is printed with its stack. Both end the process with exit code 1.
 */
export async function runScript(main: () => Promise<void>): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever read the output, such as `head`, has read enough.
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  try {
    await main()
  } catch (error) {
    console.error(error instanceof FootnoteError ? error.message : error)
    process.exit(1)
  }
}

/**
 * How long a server does nothing before it exits, in ms. Node may hang for ever if it exits while V8 still compiles what ran a moment ago
 * (https://github.com/nodejs/node/issues/54918): so did one of seven servers that were stopped as soon as they were ready, and with
 * this pause none of 22.
 */
const IDLE_BEFORE_EXIT_MS = 200

/** Ends a process that has closed what it had open, with status 0. */
export async function exitWhenIdle(): Promise<never> {
  await setTimeout(IDLE_BEFORE_EXIT_MS)
  process.exit(0)
}

/** Reads a whole number above 0 from a command line. */
export function positiveNumber(value: string): number {
  if (!/^[1-9]\d*$/.test(value))
    throw new InvalidArgumentError('The value must be a whole number above 0.')
  return Number(value)
}

/** The option that names a PostgreSQL server for measurements, whose user may create databases. */
export function serverOption(purpose: string): Option {
  return new Option(
    '--database <url>',
    `${purpose}; a PostgreSQL server with pgvector, whose user may create databases`,
  ).env('TEST_DATABASE_URL')
}

/** The result of a build as lines for people; the problems come last. */
export function describeBuild(result: BuildResult): string {
  const { published, documents, changed, removed, embedded, problems } = result
  const summary = published
    ? `Indexed ${count(documents, 'document')}: ${changed} new or changed, ${removed} removed, ${count(embedded, 'sentence')} embedded.`
    : `The index is up to date with ${count(documents, 'document')}.`
  if (problems.length === 0) return summary
  return [
    summary,
    `What follows could not be read, and stays in the index as it was there before, if it was:`,
    ...problems.map(({ name, reason }) => escapeUnprintable(`${name} ${reason}`)),
  ].join('\n')
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
