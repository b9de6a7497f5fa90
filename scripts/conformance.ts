import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Command } from 'commander'
import {
  conformanceMeasures,
  readResults,
  type ScenarioResult,
} from '../devtools/conformance/results.ts'
import { runSuite } from '../devtools/conformance/run-suite.ts'
import { startFootnote } from '../devtools/footnote-process.ts'
import { tableOfMeasures } from '../devtools/measurements/tables.ts'
import { runScript } from './command-line.ts'
import { keepOption, runMeasured } from './measured-run.ts'

const command = new Command('npm run conformance --')
  .description(
    "Starts Footnote and tests /mcp with the Model Context Protocol's own conformance suite, which npx fetches.",
  )
  .addOption(keepOption())
  .allowExcessArguments(false)
  .parse()

await runScript(() =>
  runMeasured(command, async () => {
    const found = await testMcp()
    for (const { scenario, failures } of found.filter(({ applies }) => applies)) {
      for (const failure of failures) console.error(`${scenario}: ${failure}`)
    }
    const measures = conformanceMeasures(found)
    if (measures.some(({ met }) => met === false)) process.exitCode = 1
    return [tableOfMeasures(measures)]
  }),
)

async function testMcp(): Promise<ScenarioResult[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'footnote-conformance-'))
  const settings = { INDEX_DIR: path.join(folder, 'index'), DATA_DIR: path.join(folder, 'data') }
  const results = path.join(folder, 'results')
  try {
    await mkdir(results)
    // The suite sends more requests in a second than one client may in a minute.
    const footnote = await startFootnote({ ...settings, RATE_LIMIT: '0' })
    try {
      await runSuite(`${footnote.url}/mcp`, results)
    } finally {
      await footnote.stop()
    }
    return await readResults(results)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
