import { Command, InvalidArgumentError, Option } from 'commander'
import { type AskedOf, evaluateFile } from '../devtools/evaluation/evaluate.ts'
import { table } from '../devtools/evaluation/report.ts'
import { readConfig } from '../server/config.ts'
import { runScript } from './command-line.ts'
import { showProgress } from './progress.ts'

interface Options {
  dataset: string
  limit?: number
  askedOf: AskedOf
  json: boolean
  thresholds: number[]
  ablate: boolean
}

const command = new Command('npm run evaluate --')
  .description('Asks labelled questions as the server does, and counts the right answers.')
  .requiredOption('--dataset <file>', 'a file in the format of SQuAD, or a file of conversations')
  .option(
    '--limit <number>',
    'ask only this many questions (of conversations: dialogs), evenly chosen',
    positiveNumber,
  )
  .addOption(
    new Option('--asked-of <what>', 'what to ask the questions of a SQuAD file of')
      .choices(['all', 'left-out', 'own-document'] satisfies AskedOf[])
      .default('all'),
  )
  .option('--ablate', 'compare with BM25 alone, vectors alone, and both fused', false)
  .option(
    '--thresholds <numbers>',
    'also print what other values of MIN_CONFIDENCE would bring, such as 0.3,0.5,0.8',
    thresholdsOf,
    [],
  )
  .option('--json', 'print JSON instead of a table', false)
  .allowExcessArguments(false)

await runScript(async () => {
  const {
    dataset,
    limit,
    askedOf,
    json,
    thresholds,
    ablate: withAblations,
  } = command.parse().opts<Options>()
  const progress = showProgress('Asked', 'questions')
  const columns = await evaluateFile(dataset, readConfig(), {
    limit,
    askedOf,
    withAblations,
    thresholds,
    onProgress: progress.update,
  }).finally(progress.stop)
  console.log(json ? JSON.stringify(columns, null, 2) : table(columns))
})

function thresholdsOf(list: string): number[] {
  const numbers = list.split(',').map((number) => (number.trim() === '' ? NaN : Number(number)))
  if (numbers.some((number) => !(number >= 0 && number <= 1)))
    throw new InvalidArgumentError('The values must be numbers from 0 to 1, separated by commas.')
  return numbers
}

function positiveNumber(value: string): number {
  if (!/^[1-9]\d*$/.test(value))
    throw new InvalidArgumentError('The value must be a whole number above 0.')
  return Number(value)
}
