import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Command } from 'commander'
import { readFrontMatter } from '../index/documents/front-matter.ts'
import { loadModels } from '../index/inference/models.js'
import { readConfig } from '../server/config.ts'
import { startFootnote } from './benchmark/footnote-process.ts'
import { type Measure, printMeasures } from './benchmark/measure.ts'
import { measureBuild } from './benchmark/measure-build.ts'
import { measureHealth, measureMemory, measureQuestions } from './benchmark/measure-server.ts'
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
  printMeasures(measures)
})
