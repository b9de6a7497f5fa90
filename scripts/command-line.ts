import { Presets, SingleBar } from 'cli-progress'
import { Option } from 'commander'
import type { BuildResult } from '../index/build.ts'
import { FootnoteError } from '../index/errors.ts'
import { escapeUnprintable } from '../presentation/terminal-text.ts'

/** How often progress is printed where standard error is not a terminal, in ms. */
const PROGRESS_LINE_INTERVAL_MS = 5000

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
 * Shows the progress of a long run on standard error: a bar on a terminal, plain lines elsewhere.
 * An update with `done` at 0 begins a new bar.
 */
export function showProgress(
  activity: string,
  unit: string,
): {
  readonly update: (progress: { done: number; total: number }) => void
  readonly stop: () => void
} {
  let startedAt = 0
  const counts = `{value}/{total} ${unit} | {rate}/s | {left} left`
  const bar = new SingleBar(
    {
      format: process.stderr.isTTY ? `${activity} {bar} ${counts}` : `${activity} ${counts}`,
      stream: process.stderr,
      noTTYOutput: true,
      notTTYSchedule: PROGRESS_LINE_INTERVAL_MS,
      // The bar's own handler for Ctrl-C would keep the process running.
      gracefulExit: false,
      linewrap: true,
    },
    Presets.shades_classic,
  )
  return {
    update: ({ done, total }) => {
      if (done === 0) {
        bar.stop()
        startedAt = performance.now()
        return bar.start(total, 0, { rate: '0.0', left: '?' })
      }
      const elapsedSeconds = (performance.now() - startedAt) / 1000
      const rate = done / elapsedSeconds
      return bar.update(done, {
        rate: rate.toFixed(1),
        left: formatDuration((total - done) / rate),
      })
    },
    stop: () => bar.stop(),
  }
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

function formatDuration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`
}
