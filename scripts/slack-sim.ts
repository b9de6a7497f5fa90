import { createInterface } from 'node:readline'
import { Command } from 'commander'
import colours from 'picocolors'
import { renderCall } from '../devtools/slack-stand-in/render-call.ts'
import { SIMULATOR_HELP, startSlackSimulator } from '../devtools/slack-stand-in/simulator.ts'
import { readConfig } from '../server/config.ts'
import { runScript } from './command-line.ts'

new Command('npm run slack-sim')
  .description(
    'Plays Slack on this machine: sends what you write to Footnote, and shows its answers.',
  )
  .allowExcessArguments(false)
  .parse()

await runScript(async () => {
  console.log('Starting Footnote…')
  const simulator = await startSlackSimulator(readConfig(), (call) => console.log(renderCall(call)))
  try {
    console.log(`${simulator.url}\n\n${SIMULATOR_HELP}`)
    for await (const line of createInterface({ input: process.stdin })) {
      if (line.trim() === '') continue
      const { status, body, answered } = await simulator.send(line.trim())
      console.log(colours.dim(`→ ${status} ${body}`))
      if (!(await answered)) console.log(colours.dim('Footnote does not answer that.\n'))
    }
  } finally {
    await simulator.stop()
  }
})
