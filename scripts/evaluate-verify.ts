import { Command } from 'commander'
import {
  evaluateVerification,
  type VerificationTexts,
} from '../devtools/evaluation/verification/evaluate-verification.ts'
import { measuresTable } from '../devtools/measures.ts'
import { printable } from '../presentation/terminal-text.ts'
import { readConfig } from '../server/config.ts'
import { runScript } from './command-line.ts'

const command = new Command('npm run evaluate-verify --')
  .description(
    'Verifies sentences of documents, as they are and altered, and sentences of other texts, and counts the right verdicts.',
  )
  .requiredOption('--documents <path>', 'a folder of documents, or a data set')
  .requiredOption('--foreign <path>', 'a folder or a data set of texts on other subjects')
  .option('--list', 'print each sentence that was judged wrongly', false)
  .allowExcessArguments(false)

await runScript(async () => {
  const { list, ...texts } = command.parse().opts<VerificationTexts & { list: boolean }>()
  const report = (line: string) => {
    if (list) console.log(`- ${printable(line)}`)
  }
  console.log(measuresTable(await evaluateVerification(texts, readConfig(), report)))
})
