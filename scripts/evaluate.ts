import { Command, InvalidArgumentError, Option } from 'commander'
import { type AskedOf, type Columns, evaluateFile } from '../devtools/evaluation/evaluate.ts'
import { figuresTable } from '../devtools/evaluation/report.ts'
import { readConfig } from '../server/config.ts'
import { positiveNumber, runScript } from './command-line.ts'
import { keepOption, runMeasured } from './measured-run.ts'
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
  .addOption(new Option('--json', 'print JSON instead of a table').default(false).conflicts('keep'))
  .addOption(keepOption())
  .allowExcessArguments(false)

await runScript(async () => {
  const options = command.parse().opts<Options>()
  if (options.json) return console.log(JSON.stringify(await evaluate(options), null, 2))
  return runMeasured(command, async () => [figuresTable(await evaluate(options))])
})

async function evaluate({
  dataset,
  limit,
  askedOf,
  thresholds,
  ablate: withAblations,
}: Options): Promise<Columns> {
  const progress = showProgress('Asked', 'questions')
  return evaluateFile(dataset, readConfig(), {
    limit,
    askedOf,
    withAblations,
    thresholds,
    onProgress: progress.update,
  }).finally(progress.stop)
}

function thresholdsOf(list: string): number[] {
  const numbers = list.split(',').map((number) => (number.trim() === '' ? NaN : Number(number)))
  if (numbers.some((number) => !(number >= 0 && number <= 1)))
    throw new InvalidArgumentError('The values must be numbers from 0 to 1, separated by commas.')
  return numbers
}
