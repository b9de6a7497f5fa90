import { Command } from 'commander'
import {
  evaluateVerification,
  type VerificationTexts,
} from '../devtools/evaluation/verification/evaluate-verification.ts'
import { tableOfMeasures } from '../devtools/measurements/tables.ts'
import { printable } from '../presentation/terminal-text.ts'
import { readConfig } from '../server/config.ts'
import { runScript } from './command-line.ts'
import { keepOption, runMeasured } from './measured-run.ts'

const command = new Command('npm run evaluate-verify --')
  .description(
    'Verifies sentences of documents, as they are and altered, and sentences of other texts, and counts the right verdicts.',
  )
  .requiredOption('--documents <path>', 'a folder of documents, or a data set')
  .requiredOption('--foreign <path>', 'a folder or a data set of texts on other subjects')
  .option('--list', 'print each sentence that was judged wrongly', false)
  .addOption(keepOption())
  .allowExcessArguments(false)

await runScript(async () => {
  const { list, ...texts } = command.parse().opts<VerificationTexts & { list: boolean }>()
  const report = (line: string) => {
    if (list) console.log(`- ${printable(line)}`)
  }
  await runMeasured(command, async () => [
    tableOfMeasures(await evaluateVerification(texts, readConfig(), report)),
  ])
})
