import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Command } from 'commander'
import { readFrontMatter } from '../index/documents/front-matter.ts'
import { loadModels } from '../index/inference/models.js'
import { readConfig } from '../server/config.ts'
import { startFootnote } from './benchmark/footnote-process.ts'
import { type Measure, printMeasures } from './benchmark/measure.ts'
import { measureBuild } from './benchmark/measure-build.ts'
import { measureKept } from './benchmark/measure-kept.ts'
import {
  askAlone,
  measureManyQuestions,
  measureRush,
  measureSaturation,
} from './benchmark/measure-load.ts'
import { measureMemory, measureQuestions } from './benchmark/measure-server.ts'
import { measureWidget } from './benchmark/measure-widget.ts'
import { runScript } from './command-line.ts'

new Command('npm run benchmark')
  .description('Measures Footnote against its bare parts, in one run.')
  .allowExcessArguments(false)
  .parse()

await runScript(async () => {
  const config = readConfig()
  const shipped = path.join(config.documentsDir, 'inss-insight-1351.txt')
  const { text } = readFrontMatter(await readFile(shipped, 'utf8'))
  const settings = {
    DOCUMENTS_DIR: config.documentsDir,
    INDEX_DIR: config.indexDir,
    INFERENCE_PROCESSES: String(config.inference.processes),
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
    measures.push(...(await measureMemory(footnote)))
    measures.push(...(await measureWidget(footnote.url)))
    const { perSecond, ...saturated } = await measureSaturation(footnote, models, references)
    measures.push(...saturated.measures)
    measures.push(...(await measureRush(footnote, perSecond, 1000)))
    measures.push(...(await measureQuestions(footnote.url, models, 3000)))
    measures.push(...(await measureKept(footnote.url)))
    measures.push(...(await measureManyQuestions(footnote, 4000)))
    await footnote.stop()
    measures.push(...(await measureBuild(config, text, models)))
  } finally {
    await footnote.stop()
  }
  printMeasures(measures)
})
