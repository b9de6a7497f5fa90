import { Command } from 'commander'
import { TRAINING_PAIRS, trainSameQuestions } from '../devtools/evaluation/same-questions/train.ts'
import { readConfig } from '../server/config.ts'
import { runScript } from './command-line.ts'

const command = new Command('npm run train-same-questions --')
  .description(
    'Learns when two questions ask for the same, and writes server/vouched/same-question-trees.json.',
  )
  .option('--pairs <file>', 'texts with questions that ask for the same and nearly', TRAINING_PAIRS)
  .allowExcessArguments(false)

await runScript(async () => {
  const { pairs } = command.parse().opts<{ pairs: string }>()
  console.table(await trainSameQuestions(pairs, readConfig()))
})
