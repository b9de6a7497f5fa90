import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { readFrontMatter } from '../index/documents/front-matter.ts'
import { FootnoteError } from '../index/errors.ts'
import { loadModels } from '../index/inference/models.js'
import { type Config, readConfig } from '../server/config.ts'
import { startFootnote } from '../devtools/benchmark/footnote-process.ts'
import { type Measure, printMeasures } from '../devtools/benchmark/measure.ts'
import { measureBuild } from '../devtools/benchmark/measure-build.ts'
import { measureKept } from '../devtools/benchmark/measure-kept.ts'
import { measureManyQuestions } from '../devtools/benchmark/measure-many.ts'
import { measureRush } from '../devtools/benchmark/measure-rush.ts'
import {
  askAlone,
  measureSaturation,
  measureSecondProcess,
} from '../devtools/benchmark/measure-saturation.ts'
import { measureMemory, measureQuestions } from '../devtools/benchmark/measure-server.ts'
import {
  measureScale,
  type MixedIn,
  type ScaleFigures,
} from '../devtools/benchmark/measure-scale.ts'
import {
  describeCorpus,
  scaleMeasures,
  scalePlot,
  scaleTable,
} from '../devtools/benchmark/scale-report.ts'
import { measureWidget } from '../devtools/benchmark/measure-widget.ts'
import { runScript } from './command-line.ts'
import { articleDocument, readDataset } from '../devtools/evaluation/dataset.ts'

/** Passages of the indexes that a scale run measures. */
const SIZES = [1000, 10_000, 100_000]
const PLOT = fileURLToPath(new URL('../docs/scale.svg', import.meta.url))

interface Options {
  scale: boolean
  load: boolean
  dataset?: string
}

const command = new Command('npm run benchmark --')
  .description('Measures Footnote against its bare parts, in one run.')
  .option('--scale', 'measure instead what grows with the number of passages, and plot it', false)
  .option('--load', 'measure only what many clients at once get', false)
  .option(
    '--dataset <file>',
    'with --scale: mix in the articles of a file in SQuAD 1.1 format, and ask its questions',
  )
  .allowExcessArguments(false)

await runScript(async () => {
  const { scale, load, dataset } = command.parse().opts<Options>()
  const config = readConfig()
  await (scale ? measureGrowth(config, dataset) : measureParts(config, load))
})

async function measureGrowth(config: Config, dataset: string | undefined): Promise<void> {
  const mixedIn = dataset === undefined ? null : await readMixedIn(dataset)
  const figures: ScaleFigures[] = []
  for (const passages of SIZES) figures.push(await measureScale(passages, config, mixedIn))
  printMeasures(scaleMeasures(figures))
  console.log(`\n${scaleTable(figures)}\n\n${describeCorpus(mixedIn !== null)}`)
  await writeFile(PLOT, scalePlot(figures))
}

async function readMixedIn(file: string): Promise<MixedIn> {
  const set = await readDataset(file)
  if (set.kind !== 'squad') {
    throw new FootnoteError('dataset-invalid', `${file} is not in SQuAD 1.1 format.`)
  }
  return {
    documents: set.articles.map(({ title, paragraphs }, article) =>
      articleDocument(article, title, paragraphs),
    ),
    questions: set.questions.flatMap(({ question, gold }) => (gold ? { question, gold } : [])),
  }
}

async function measureParts(config: Config, onlyLoad: boolean): Promise<void> {
  const shipped = path.join(config.documentsDir, 'inss-insight-1351.txt')
  const { text } = readFrontMatter(await readFile(shipped, 'utf8'))
  const settings = {
    DOCUMENTS_DIR: config.documentsDir,
    INDEX_DIR: config.indexDir,
    DATA_DIR: config.dataDir,
    RATE_LIMIT: '0',
  }

  const models = await loadModels(config.inference)
  const measures: Measure[] = []
  // Once for the index, so that the next start finds it, and for what is answered when nobody else asks.
  const alone = await startFootnote(settings)
  const references = await askAlone(alone.url)
  await alone.stop()
  const footnote = await startFootnote(settings)
  try {
    const { readyAfter } = footnote
    measures.push({
      what: 'npm start to ready, with an index there',
      value: `${readyAfter.toFixed(0)} ms`,
      target: '≤ 3000 ms',
      met: readyAfter <= 3000,
    })
    if (!onlyLoad) {
      measures.push(...(await measureMemory(footnote)))
      measures.push(...(await measureWidget(footnote.url)))
    }
    const saturated = await measureSaturation(footnote, models, references)
    measures.push(...saturated.measures)
    measures.push(...(await measureRush(footnote, saturated.perSecond, 1000)))
    if (onlyLoad) return printMeasures(measures)
    measures.push(...(await measureQuestions(footnote.url, models, 3000)))
    measures.push(...(await measureKept(footnote.url)))
    measures.push(...(await measureManyQuestions(footnote, 4000)))
    await footnote.stop()
    measures.push(...(await measureSecondProcess(settings, references, saturated)))
    measures.push(...(await measureBuild(config, text, models)))
  } finally {
    await footnote.stop()
  }
  printMeasures(measures)
}
