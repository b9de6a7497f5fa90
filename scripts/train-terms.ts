import { Command } from 'commander'
import { trainTerms } from '../devtools/evaluation/train-terms.ts'
import { runScript } from './command-line.ts'

const command = new Command('npm run train-terms --')
  .description(
    'Learns which words of a conversation a follow-up question means, and writes server/conversation/term-weights.json.',
  )
  .requiredOption('--dataset <file>', 'conversations whose questions people rewrote to stand alone')
  .allowExcessArguments(false)

await runScript(async () => {
  const { dataset } = command.parse().opts<{ dataset: string }>()
  console.table(await trainTerms(dataset))
})
