import { Command } from 'commander'
import {
  evaluateVouched,
  type ReportPair,
  TEST_PAIRS,
} from '../devtools/evaluation/same-questions/evaluate.ts'
import { tableOfMeasures } from '../devtools/measurements/tables.ts'
import { printable } from '../presentation/terminal-text.ts'
import { readConfig } from '../server/config.ts'
import { runScript } from './command-line.ts'
import { keepOption, runMeasured } from './measured-run.ts'

const command = new Command('npm run evaluate-vouched --')
  .description(
    'Counts how many questions get a vouched answer: paraphrases, and near but different questions.',
  )
  .option('--pairs <file>', 'texts with questions that ask for the same and nearly', TEST_PAIRS)
  .option('--sentences <file>', 'a data set whose questions about one sentence are compared')
  .option('--list', 'print each pair that was judged wrongly', false)
  .addOption(keepOption())
  .allowExcessArguments(false)

await runScript(async () => {
  const {
    list,
    pairs,
    sentences = null,
  } = command.parse().opts<{
    list: boolean
    pairs: string
    sentences?: string
  }>()
  const report: ReportPair = ({ asked, vouched, kind }, probability) => {
    if (list) console.log(printable(`- ${kind}, ${probability.toFixed(2)}: ${vouched} / ${asked}`))
  }
  await runMeasured(command, async () => [
    tableOfMeasures(await evaluateVouched({ pairs, sentences }, readConfig(), report)),
  ])
})
