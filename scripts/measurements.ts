import { Command } from 'commander'
import { runScript } from './command-line.ts'
import { updateDocument } from './measured-run.ts'

new Command('npm run measurements')
  .description(
    'Makes the tables of docs/measurements.md from docs/measurements.jsonl, as each run with --keep does.',
  )
  .allowExcessArguments(false)
  .parse()

await runScript(() => updateDocument())
