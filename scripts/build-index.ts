import path from 'node:path'
import { Command } from 'commander'
import { startInference } from '../index/inference/inference.ts'
import { readConfig } from '../server/config.ts'
import { buildWithProgress, lazily } from './build.ts'
import { describeBuild, runScript } from './command-line.ts'

interface Options {
  documents?: string
  index?: string
  force: boolean
  acceptProblems: boolean
}

const command = new Command('npm run build-index --')
  .description('Brings the index up to date with the documents; unchanged documents cost nothing.')
  .option('--documents <folder>', 'where the documents are (default: DOCUMENTS_DIR)')
  .option('--index <folder>', 'where the index is kept (default: INDEX_DIR)')
  .option('--force', 'build everything anew', false)
  .option('--accept-problems', 'end with status 0 although some files cannot be read', false)
  .allowExcessArguments(false)

await runScript(async () => {
  const options = command.parse().opts<Options>()
  const settings = readConfig()
  const config = {
    ...settings,
    documentsDir: options.documents ? path.resolve(options.documents) : settings.documentsDir,
    indexDir: options.index ? path.resolve(options.index) : settings.indexDir,
  }
  const inference = lazily(() => startInference(config.buildInference))
  try {
    const result = await buildWithProgress(config, inference.get, { force: options.force })
    const report = result.problems.length > 0 ? console.error : console.log
    report(describeBuild(result))
    if (result.problems.length > 0 && !options.acceptProblems) process.exitCode = 1
  } finally {
    await inference.close()
  }
})
