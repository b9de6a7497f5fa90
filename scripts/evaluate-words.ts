import { Command } from 'commander'
import { figuresTable } from '../devtools/evaluation/report.ts'
import { evaluateWords } from '../devtools/evaluation/words/evaluate-words.ts'
import { readConfig } from '../server/config.ts'
import { positiveNumber, runScript } from './command-line.ts'
import { keepOption, runMeasured } from './measured-run.ts'
import { showProgress } from './progress.ts'

const command = new Command('npm run evaluate-words --')
  .description(
    'Asks questions about names, with abbreviations in the questions or the documents, and counts the right answers without and with words.',
  )
  .requiredOption('--dataset <file>', 'a file in the format of SQuAD')
  .option('--limit <number>', 'ask only this many questions, evenly chosen', positiveNumber)
  .addOption(keepOption())
  .allowExcessArguments(false)

await runScript(async () => {
  const { dataset, limit } = command.parse().opts<{ dataset: string; limit?: number }>()
  await runMeasured(command, async () => {
    const progress = showProgress('Asked', 'questions')
    const options = { limit, onProgress: progress.update }
    return [
      figuresTable(await evaluateWords(dataset, readConfig(), options).finally(progress.stop)),
    ]
  })
})
