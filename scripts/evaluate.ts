import { Command, InvalidArgumentError } from 'commander'
import { evaluateFile } from '../devtools/evaluation/evaluate.ts'
import { table } from '../devtools/evaluation/report.ts'
import { readConfig } from '../server/config.ts'
import { runScript, showProgress } from './command-line.ts'

interface Options {
  dataset: string
  limit?: number
  json: boolean
  ablate: boolean
}

const command = new Command('npm run evaluate --')
  .description('Asks labelled questions as the server does, and counts the right answers.')
  .requiredOption('--dataset <file>', 'a file in SQuAD 1.1 format, or a file of conversations')
  .option(
    '--limit <number>',
    'ask only this many questions (of conversations: dialogs), evenly chosen',
    positiveNumber,
  )
  .option('--ablate', 'compare with BM25 alone, vectors alone, and both fused', false)
  .option('--json', 'print JSON instead of a table', false)
  .allowExcessArguments(false)

await runScript(async () => {
  const { dataset, limit, json, ablate: withAblations } = command.parse().opts<Options>()
  const progress = showProgress('Asked', 'questions')
  const columns = await evaluateFile(dataset, readConfig(), {
    limit,
    withAblations,
    onProgress: progress.update,
  }).finally(progress.stop)
  console.log(json ? JSON.stringify(columns, null, 2) : table(columns))
})

function positiveNumber(value: string): number {
  if (!/^[1-9]\d*$/.test(value))
    throw new InvalidArgumentError('The value must be a whole number above 0.')
  return Number(value)
}
