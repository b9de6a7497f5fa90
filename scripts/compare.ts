import { Command } from 'commander'
import { compareTexts } from '../devtools/evaluation/compare-texts.ts'
import { printable } from '../presentation/terminal-text.ts'
import { runScript } from './command-line.ts'

const command = new Command('npm run compare --')
  .description(
    'Compares what Footnote reads of two files of one text: which sentences of each stand in the other, letter for letter.',
  )
  .argument('<file>', 'such as a PDF')
  .argument('<other>', 'such as the web page that it was made from')
  .option('--list', 'name the sentences that were not found', false)

await runScript(async () => {
  const { list } = command.parse().opts<{ list: boolean }>()
  const [file = '', other = ''] = command.args
  for (const [from, to] of [
    [other, file],
    [file, other],
  ] as const) {
    const { sentences, found, missing } = await compareTexts(from, to)
    const share = ((100 * found) / Math.max(sentences, 1)).toFixed(1)
    console.log(`Of ${sentences} sentences of ${from}, ${found} stand in ${to}: ${share} %`)
    if (list) for (const sentence of missing) console.log(`- ${printable(sentence)}`)
  }
})
