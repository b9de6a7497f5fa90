import { Presets, SingleBar } from 'cli-progress'
import type { BuildResult } from '../index/build.ts'
import { foldSpace } from '../index/embedded-texts.ts'
import { FootnoteError } from '../index/errors.ts'

/** Control characters, which can drive a terminal or begin a line, and those that turn the direction of what follows. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu

/** Between two lines of progress where there is no terminal, in ms. */
const LINE_EVERY = 5000

/**
 * Runs a script to its end. What a person can mend is told in a line on standard error, and the process
 * exits with 1; anything else is told whole.
 */
export async function runScript(main: () => Promise<void>): Promise<void> {
  try {
    await main()
  } catch (error) {
    console.error(error instanceof FootnoteError ? error.message : error)
    process.exit(1)
  }
}

/** Shows how far a long run is, on standard error: a bar on a terminal, plain lines elsewhere. */
export function showProgress(
  what: string,
  things: string,
): {
  readonly update: (progress: { done: number; total: number }) => void
  readonly stop: () => void
} {
  const started = performance.now()
  const counts = `{value}/{total} ${things} | {rate}/s | {left} left`
  const bar = new SingleBar(
    {
      format: process.stderr.isTTY ? `${what} {bar} ${counts}` : `${what} ${counts}`,
      stream: process.stderr,
      noTTYOutput: true,
      notTTYSchedule: LINE_EVERY,
      // Its handler for Ctrl-C would leave the run going.
      gracefulExit: false,
      linewrap: true,
    },
    Presets.shades_classic,
  )
  return {
    update: ({ done, total }) => {
      const seconds = (performance.now() - started) / 1000
      const rate = done / seconds
      const details = {
        rate: rate.toFixed(1),
        left: done > 0 ? duration((total - done) / rate) : '?',
      }
      if (done === 0) bar.start(total, 0, details)
      else bar.update(done, details)
    },
    stop: () => bar.stop(),
  }
}

/** What a build did, in lines for people. */
export function describeBuild(result: BuildResult): string {
  const { published, documents, changed, removed, embedded, problems } = result
  const lines = problems.map(({ name, reason }) => escaped(`${name} ${reason}`))
  if (problems.length > 0) {
    lines.push('The index was left as it was. Mend or remove these files, then build again.')
  } else if (published) {
    lines.push(
      `Indexed ${count(documents, 'document')}: ${changed} new or changed, ${removed} removed, ${count(embedded, 'sentence')} embedded.`,
    )
  } else {
    lines.push(`The index is up to date with ${count(documents, 'document')}.`)
  }
  return lines.join('\n')
}

/** Text of a document or a file's name, made safe for a terminal and put on one line. */
export function printable(text: string): string {
  return foldSpace(text).replace(UNPRINTABLE, '\uFFFD')
}

/** A file's name made safe as `printable` makes text, such that it can still be told which file it is. */
function escaped(text: string): string {
  return text.replace(UNPRINTABLE, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`)
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`
}
