import { Command, InvalidArgumentError, Option } from 'commander'
import { type Measure, printMeasures } from '../devtools/benchmark/measure.ts'
import { runScript } from './command-line.ts'
import { fuzz } from '../devtools/stress/fuzz.ts'
import { killInference } from '../devtools/stress/kill-inference.ts'
import { killServer } from '../devtools/stress/kill-server.ts'
import { withPlace } from '../devtools/stress/place.ts'

const PARTS = { fuzz, inference: killInference, server: killServer }

/** Any will do: another one each time finds more. */
const anySeed = Math.floor(Math.random() * 2 ** 31)

const { requests, kills, seed, only } = new Command('npm run stress')
  .description(
    'Starts Footnote and mistreats it: generated requests, model processes killed, the server killed.',
  )
  .option('--requests <number>', 'generated requests', wholeNumber, 20_000)
  .option('--kills <number>', 'of a model process, and of the server', wholeNumber, 20)
  .option('--seed <number>', 'of an earlier run, for the same requests', wholeNumber, anySeed)
  .addOption(new Option('--only <part>', 'one part').choices(['fuzz', 'inference', 'server']))
  .allowExcessArguments(false)
  .parse()
  .opts<{ requests: number; kills: number; seed: number; only?: keyof typeof PARTS }>()

await runScript(async () => {
  const measures: Measure[] = []
  for (const part of only === undefined ? Object.values(PARTS) : [PARTS[only]]) {
    measures.push(...(await withPlace((place) => part(place, { requests, kills, seed }))))
  }
  printMeasures(measures)
  if (measures.some(({ met }) => met === false)) process.exitCode = 1
})

function wholeNumber(given: string): number {
  if (!/^\d{1,9}$/.test(given)) throw new InvalidArgumentError('It takes a whole number.')
  return Number(given)
}
