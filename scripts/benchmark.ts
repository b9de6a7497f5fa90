import { readFile, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { readFrontMatter } from '../index/documents/front-matter.ts'
import { FootnoteError } from '../index/errors.ts'
import { loadModels } from '../index/inference/models.js'
import { type Config, readConfig } from '../server/config.ts'
import { startFootnote } from './benchmark/footnote-process.ts'
import type { Measure } from './benchmark/measure.ts'
import { measureBuild } from './benchmark/measure-build.ts'
import { measureHealth, measureMemory, measureQuestions } from './benchmark/measure-server.ts'
import { measureScale, type MixedIn, type ScaleFigures } from './benchmark/measure-scale.ts'
import { describeCorpus, scaleMeasures, scalePlot, scaleTable } from './benchmark/scale-report.ts'
import { measureWidget } from './benchmark/measure-widget.ts'
import { runScript } from './command-line.ts'
import { articleDocument, readDataset } from './evaluation/dataset.ts'

/** Passages of the indexes that a scale run measures. */
const SIZES = [1000, 10_000, 100_000]
const PLOT = fileURLToPath(new URL('../docs/scale.svg', import.meta.url))

interface Options {
  scale: boolean
  dataset?: string
}

const command = new Command('npm run benchmark --')
  .description('Measures Footnote against its bare parts, in one run.')
  .option('--scale', 'measure instead what grows with the number of passages, and plot it', false)
  .option(
    '--dataset <file>',
    'with --scale: mix in the articles of a file in SQuAD 1.1 format, and ask its questions',
  )
  .allowExcessArguments(false)

await runScript(async () => {
  const { scale, dataset } = command.parse().opts<Options>()
  const config = readConfig()
  await (scale ? measureGrowth(config, dataset) : measureParts(config))
})

async function measureGrowth(config: Config, dataset: string | undefined): Promise<void> {
  const mixedIn = dataset === undefined ? null : await readMixedIn(dataset)
  const figures: ScaleFigures[] = []
  for (const passages of SIZES) figures.push(await measureScale(passages, config, mixedIn))
  print(scaleMeasures(figures))
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

async function measureParts(config: Config): Promise<void> {
  const shipped = path.join(config.documentsDir, 'inss-insight-1351.txt')
  const { text } = readFrontMatter(await readFile(shipped, 'utf8'))
  const settings = { DOCUMENTS_DIR: config.documentsDir, INDEX_DIR: config.indexDir }

  // Once for the index, so that the second start finds it.
  await (await startFootnote(settings)).stop()
  const footnote = await startFootnote(settings)
  const measures: Measure[] = []
  try {
    const { readyAfter } = footnote
    measures.push({
      what: 'npm start to ready, with an index there',
      value: `${readyAfter.toFixed(0)} ms`,
      target: '≤ 3000 ms',
      met: readyAfter <= 3000,
    })
    measures.push(...(await measureHealth(footnote.url)))
    measures.push(...(await measureMemory(footnote)))
    measures.push(...(await measureWidget(footnote.url)))
    const models = await loadModels(config.inference)
    measures.push(...(await measureQuestions(footnote.url, models)))
    await footnote.stop()
    measures.push(...(await measureBuild(config, text, models)))
  } finally {
    await footnote.stop()
  }
  print(measures)
}

function print(measures: readonly Measure[]): void {
  const [cpu] = cpus()
  console.log(
    `Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} × ${cpu?.model ?? 'CPU'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB\n`,
  )
  console.log('| measured | value | target | met |\n| --- | --- | --- | --- |')
  for (const { what, value, target, met } of measures) {
    console.log(`| ${what} | ${value} | ${target} | ${met ? 'yes' : 'no'} |`)
  }
}
