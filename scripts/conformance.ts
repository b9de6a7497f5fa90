import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Command } from 'commander'
import { conformanceMeasures, readResults } from '../devtools/conformance/results.ts'
import { runSuite } from '../devtools/conformance/run-suite.ts'
import { startFootnote } from '../devtools/footnote-process.ts'
import { measuresTable } from '../devtools/measures.ts'
import { runScript } from './command-line.ts'

new Command('npm run conformance')
  .description(
    "Starts Footnote and tests /mcp with the Model Context Protocol's own conformance suite, which npx fetches.",
  )
  .allowExcessArguments(false)
  .parse()

await runScript(async () => {
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
    const found = await readResults(results)
    const measures = conformanceMeasures(found)
    console.log(measuresTable(measures))
    for (const { scenario, failures } of found.filter(({ applies }) => applies)) {
      for (const failure of failures) console.log(`${scenario}: ${failure}`)
    }
    if (measures.some(({ met }) => met === false)) process.exitCode = 1
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
