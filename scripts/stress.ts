import { Command, InvalidArgumentError, Option } from 'commander'
import { type Table, tableOfMeasures } from '../devtools/measurements/tables.ts'
import { doors } from '../devtools/stress/doors.ts'
import { fuzz } from '../devtools/stress/fuzz.ts'
import { killInference } from '../devtools/stress/kill-inference.ts'
import { killServer } from '../devtools/stress/kill-server.ts'
import { type StressOptions, withSandbox } from '../devtools/stress/sandbox.ts'
import { servers } from '../devtools/stress/servers/servers.ts'
import { runScript } from './command-line.ts'
import { keepOption, runMeasured } from './measured-run.ts'

const PARTS = { fuzz, doors, inference: killInference, server: killServer, servers }

/** Without --seed, each run uses a new seed, so that repeated runs send different requests. */
const randomSeed = Math.floor(Math.random() * 2 ** 31)

const command = new Command('npm run stress --')
  .description(
    'Starts Footnote and mistreats it: sends generated requests, kills model processes, kills the server, kills two servers and their database.',
  )
  .option('--requests <number>', 'how many requests to generate', wholeNumber, 20_000)
  .option('--kills <number>', 'how often to kill a model process, and the server', wholeNumber, 20)
  .option('--seconds <number>', 'how long to kill two servers and their database', wholeNumber, 60)
  .option(
    '--seed <number>',
    'the seed of an earlier run, to repeat its requests',
    wholeNumber,
    randomSeed,
  )
  .addOption(new Option('--only <part>', 'run one part').choices(Object.keys(PARTS)))
  .addOption(keepOption())
  .allowExcessArguments(false)
  .parse()

const { only, ...options } = command.opts<StressOptions & { only?: string }>()

await runScript(() =>
  runMeasured(command, async () => {
    const tables: Table[] = []
    for (const [name, part] of Object.entries(PARTS)) {
      if (only !== undefined && name !== only) continue
      const measures = await withSandbox((sandbox) => part(sandbox, options))
      if (measures.some(({ met }) => met === false)) process.exitCode = 1
      tables.push(tableOfMeasures(measures, name))
    }
    return tables
  }),
)

function wholeNumber(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError('The value must be a whole number.')
  return Number(value)
}
