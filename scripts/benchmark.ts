import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError } from 'commander'
import {
  benchmarkProduct,
  benchmarkScale,
  benchmarkStart,
  benchmarkStreaming,
  startMeasure,
} from '../devtools/benchmark/benchmark.ts'
import { measureDocuments } from '../devtools/benchmark/measure-documents.ts'
import { measureQuestions } from '../devtools/benchmark/measure-questions.ts'
import { engineMeasures, enginePlot, engineTable } from '../devtools/benchmark/engine-report.ts'
import {
  describeCorpus,
  scaleMeasures,
  scalePlot,
  scaleStartPlot,
  scaleTable,
} from '../devtools/benchmark/scale-report.ts'
import { waterfall } from '../devtools/benchmark/waterfall.ts'
import { type Table, tableOfMeasures } from '../devtools/measurements/tables.ts'
import { type Config, readConfig } from '../server/config.ts'
import { runScript, serverOption } from './command-line.ts'
import { keepOption, runMeasured } from './measured-run.ts'
import { showProgress } from './progress.ts'

const PLOT = fileURLToPath(new URL('../docs/scale.svg', import.meta.url))
const START_PLOT = fileURLToPath(new URL('../docs/start.svg', import.meta.url))
const SCALE_START_PLOT = fileURLToPath(new URL('../docs/start-scale.svg', import.meta.url))
const ENGINE_PLOT = fileURLToPath(new URL('../docs/scale-engines.svg', import.meta.url))

interface Options {
  scale: boolean
  load: boolean
  streaming: boolean
  start: boolean
  questions: boolean
  documents?: string
  dataset?: string
  passages: number[]
  database?: string
  keep: boolean
}

const command = new Command('npm run benchmark --')
  .description('Measures Footnote against its bare parts, in one run.')
  .option(
    '--scale',
    'measure how it scales with the number of passages instead; with --keep, also draw docs/scale.svg and docs/start-scale.svg',
    false,
  )
  .option('--load', 'measure only the behaviour under many concurrent clients', false)
  .option('--streaming', 'measure only answers that are sent as events', false)
  .option(
    '--start',
    'measure only the steps of a start; with --keep, also draw docs/start.svg',
    false,
  )
  .option('--questions', 'measure only how long a page of the kept questions takes', false)
  .option(
    '--documents <file>',
    'measure instead how a PDF is read and drawn, and how soon a changed file is answered from',
  )
  .option(
    '--dataset <file>',
    'with --scale: mix in the articles of a file in SQuAD 1.1 format, and ask its questions',
  )
  .option(
    '--passages <numbers>',
    'with --scale: the sizes, in passages',
    sizesOf,
    [1000, 10_000, 100_000],
  )
  .addOption(serverOption('with --scale or --questions: also measure'))
  .addOption(keepOption())
  .allowExcessArguments(false)

await runScript(async () => {
  const options = command.parse().opts<Options>()
  await runMeasured(command, () => measure(options, readConfig()))
})

async function measure(options: Options, config: Config): Promise<Table[]> {
  const { scale, load, streaming, start, questions, documents, database } = options
  if (documents !== undefined) return [tableOfMeasures(await measureDocuments(documents))]
  if (questions) return [tableOfMeasures(await measureQuestions(database ?? null))]
  if (start) return measureStart(config, options)
  if (streaming) return [tableOfMeasures(await benchmarkStreaming(config))]
  if (!scale) return [tableOfMeasures(await benchmarkProduct(config, { onlyLoad: load }))]
  return measureSizes(config, options)
}

async function measureStart(config: Config, { keep }: Options): Promise<Table[]> {
  const { readyMs, steps } = await benchmarkStart(config)
  if (keep) {
    await writeFile(START_PLOT, waterfall('npm start with the shipped index: steps, ms', steps))
  }
  return [tableOfMeasures([startMeasure(readyMs)])]
}

async function measureSizes(
  config: Config,
  { dataset, passages: sizes, database, keep }: Options,
): Promise<Table[]> {
  const progress = showProgress('Indexed', 'bytes')
  const figures = await benchmarkScale(config, {
    sizes,
    dataset,
    serverUrl: database ?? null,
    onProgress: ({ doneBytes, totalBytes }) =>
      progress.update({ done: doneBytes, total: totalBytes }),
  }).finally(progress.stop)
  console.log(`${describeCorpus(figures)}\n`)
  const tables = [tableOfMeasures(scaleMeasures(figures)), scaleTable(figures)]
  if (keep) {
    await writeFile(PLOT, scalePlot(figures))
    await writeFile(SCALE_START_PLOT, scaleStartPlot(figures))
  }
  if (database === undefined) return tables
  if (keep) await writeFile(ENGINE_PLOT, enginePlot(figures))
  return [
    ...tables,
    tableOfMeasures(engineMeasures(figures), 'measured in PostgreSQL'),
    engineTable(figures),
  ]
}

function sizesOf(list: string): number[] {
  const sizes = list.split(',').map(Number)
  if (sizes.some((size) => !Number.isInteger(size) || size < 1000))
    throw new InvalidArgumentError(
      'The values must be whole numbers from 1000, separated by commas.',
    )
  return sizes.toSorted((a, b) => a - b)
}
