import { Command } from 'commander'
import { calibrate } from '../devtools/evaluation/calibrate.ts'
import { readConfig } from '../server/config.ts'
import { runScript } from './command-line.ts'
import { showProgress } from './progress.ts'

const command = new Command('npm run calibrate --')
  .description('Fits confidence on labelled questions, and writes server/answer/calibration.json.')
  .requiredOption('--dataset <file>', 'a file in SQuAD 1.1 format')
  .allowExcessArguments(false)

await runScript(async () => {
  const { dataset } = command.parse().opts<{ dataset: string }>()
  const progress = showProgress('Asked', 'questions')
  await calibrate(dataset, readConfig(), progress.update).finally(progress.stop)
})
