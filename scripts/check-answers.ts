import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import colours from 'picocolors'
import { FootnoteError } from '../index/errors.ts'
import { printable } from '../presentation/terminal-text.ts'
import { quoteUrl } from '../server/answer/quote-url.ts'
import type { CheckDesk, ComparedRun } from '../server/check/check-desk.ts'
import { comparedToJson } from '../server/check/check-json.ts'
import type { CheckUser } from '../server/check/check-user.ts'
import { type ChangedResult, type CheckSums, sumsOf } from '../server/check/run.ts'
import { readConfig } from '../server/config.ts'
import { openFootnote } from '../server/footnote.ts'
import { createLog } from '../server/log.ts'
import { describeBuild, runScript } from './command-line.ts'
import { showProgress } from './progress.ts'

interface Options {
  file?: string
  json: boolean
}

/** Who runs checks without a server. */
const USER: CheckUser = { name: 'check-answers', collections: null }

/** How often the progress is looked at, in ms. */
const PROGRESS_MS = 200

const command = new Command('npm run -s check-answers --')
  .description(
    'Asks the questions of the desk, or of a file, and compares the answers with the quotes that should come. The index is brought up to date with the documents first. Exits with 1 if a question got worse since its last run, or a line of the file cannot be used.',
  )
  .option('--file <file>', 'questions as JSON or CSV, in place of those of the desk')
  .option('--json', 'print the run as JSON', false)
  .allowExcessArguments(false)

await runScript(async () => {
  const { file, json } = command.parse().opts<Options>()
  const text = file === undefined ? null : await readQuestions(file)
  const config = { ...readConfig(), slack: null, webhooks: null }
  const footnote = await openFootnote(config, {
    log: createLog('silent'),
    build: 'if-changed',
    onBuilt: (built) => console.error(describeBuild(built)),
  })
  try {
    const { checks } = footnote.service
    const { questions, problems } =
      text === null ? { questions: null, problems: [] } : await checks.readFile(text, USER)
    // Where no line can be used, nothing else is printed.
    for (const { line, problem } of problems) {
      console.error(printable(`Line ${line} is not asked: ${problem}`))
    }
    const started = await checks.start(USER, questions)
    const run = await untilEnded(checks, started.ended)
    const compared = run && (await checks.run(run.id, USER))
    if (!compared) throw new Error('the run is not kept')
    if (json) {
      const printed = { ...comparedToJson(compared, quoteUrl), problems }
      console.log(JSON.stringify(printed, null, 2))
    } else {
      print(compared)
    }
    const isWorse = compared.changes.some(({ change }) => change === 'worse')
    if (isWorse || problems.length > 0) process.exitCode = 1
  } finally {
    await footnote.close()
  }
})

async function readQuestions(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const message = `The file ${printable(file)} cannot be read. Check its name, and whether you may read it.`
    throw new FootnoteError('check-invalid', message, error)
  }
}

/** Shows the progress of a run on standard error until it has ended. */
async function untilEnded<T>(checks: CheckDesk, ended: Promise<T>): Promise<T> {
  const bar = showProgress('Asked', 'questions')
  const show = () => {
    const progress = checks.progress(USER)
    if (progress) bar.update(progress)
  }
  show()
  const timer = setInterval(show, PROGRESS_MS)
  try {
    return await ended
  } finally {
    clearInterval(timer)
    bar.stop()
  }
}

function print({ run, changes }: ComparedRun): void {
  for (const line of sumLines(sumsOf(run.results))) console.log(line)
  const kinds = [
    ['worse', 'Got worse'],
    ['better', 'Got better'],
    ['other-quote', 'Has another first quote'],
    ['new', 'Asked for the first time, and not right'],
  ] as const
  for (const [kind, heading] of kinds) {
    const changed = changes.filter((each) => each.change === kind && isShown(each))
    if (changed.length === 0) continue
    console.log(`\n${colours.bold(`${heading}:`)}`)
    for (const each of changed) console.log(describe(each))
  }
}

/** New questions with the right answer are counted above. */
function isShown({ change, result: { outcome } }: ChangedResult): boolean {
  return change !== 'new' || (outcome !== 'right' && outcome !== 'rightly-refused')
}

function describe({ result, before }: ChangedResult): string {
  const { question, outcome, first, lostQuotes } = result
  const outcomes = before ? `${wordsFor(before.outcome)} → ${wordsFor(outcome)}` : wordsFor(outcome)
  const lost = lostQuotes > 0 ? '; an expected quote is no longer in the documents' : ''
  const quote = first
    ? `\n    ${colours.dim(printable(`${first.documentId}: “${first.text}”`))}`
    : ''
  return `  ${printable(question)} (${outcomes}${lost})${quote}`
}

function wordsFor(outcome: string): string {
  return outcome.replace('-', ' ')
}

function sumLines(sums: CheckSums): string[] {
  const { answerable, unanswerable, right, rightFirst, wrong, refused } = sums
  const { rightlyRefused, wronglyAnswered, failed } = sums
  return [
    ...(answerable > 0
      ? [
          `The documents answer ${answerable}: right ${share(right, answerable)} (by the first quote ${share(rightFirst, answerable)}), wrong ${share(wrong, answerable)}, refused ${share(refused, answerable)}.`,
        ]
      : []),
    ...(unanswerable > 0
      ? [
          `They do not answer ${unanswerable}: refused ${share(rightlyRefused, unanswerable)}, wrongly answered ${share(wronglyAnswered, unanswerable)}.`,
        ]
      : []),
    ...(failed > 0 ? [`${failed} could not be answered in time.`] : []),
  ]
}

function share(count: number, of: number): string {
  return `${count} (${Math.round((100 * count) / of)} %)`
}
