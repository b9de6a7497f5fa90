import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import {
  benchmarkProduct,
  benchmarkScale,
  benchmarkStreaming,
} from '../devtools/benchmark/benchmark.ts'
import { measureDocuments } from '../devtools/benchmark/measure-documents.ts'
import {
  describeCorpus,
  scaleMeasures,
  scalePlot,
  scaleTable,
} from '../devtools/benchmark/scale-report.ts'
import { measuresTable } from '../devtools/measures.ts'
import { readConfig } from '../server/config.ts'
import { runScript, showProgress } from './command-line.ts'

const PLOT = fileURLToPath(new URL('../docs/scale.svg', import.meta.url))

interface Options {
  scale: boolean
  load: boolean
  streaming: boolean
  documents?: string
  dataset?: string
}

const command = new Command('npm run benchmark --')
  .description('Measures Footnote against its bare parts, in one run.')
  .option(
    '--scale',
    'measure how it scales with the number of passages instead, and draw docs/scale.svg',
    false,
  )
  .option('--load', 'measure only the behaviour under many concurrent clients', false)
  .option('--streaming', 'measure only answers that are sent as events', false)
  .option(
    '--documents <file>',
    'measure instead how a PDF is read and drawn, and how soon a changed file is answered from',
  )
  .option(
    '--dataset <file>',
    'with --scale: mix in the articles of a file in SQuAD 1.1 format, and ask its questions',
  )
  .allowExcessArguments(false)

await runScript(async () => {
  const { scale, load, streaming, documents, dataset } = command.parse().opts<Options>()
  const config = readConfig()
  if (documents !== undefined) return console.log(measuresTable(await measureDocuments(documents)))
  if (streaming) return console.log(measuresTable(await benchmarkStreaming(config)))
  if (!scale) return console.log(measuresTable(await benchmarkProduct(config, { onlyLoad: load })))
  const progress = showProgress('Indexed', 'bytes')
  const figures = await benchmarkScale(config, dataset, ({ doneBytes, totalBytes }) =>
    progress.update({ done: doneBytes, total: totalBytes }),
  ).finally(progress.stop)
  console.log(measuresTable(scaleMeasures(figures)))
  console.log(`\n${scaleTable(figures)}\n\n${describeCorpus(figures)}`)
  return writeFile(PLOT, scalePlot(figures))
})
