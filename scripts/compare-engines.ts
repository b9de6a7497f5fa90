import { Command, InvalidArgumentError } from 'commander'
import {
  type AskedSet,
  compareEngines,
  differencesIn,
  engineMeasures,
} from '../devtools/engines/compare-engines.ts'
import { tableOfMeasures } from '../devtools/measurements/tables.ts'
import { FootnoteError } from '../index/errors.ts'
import { startInference } from '../index/inference/inference.ts'
import { printable } from '../presentation/terminal-text.ts'
import { readConfig } from '../server/config.ts'
import { runScript, serverOption } from './command-line.ts'
import { keepOption, runMeasured } from './measured-run.ts'
import { showProgress } from './progress.ts'

interface Options {
  database?: string
  dataset?: string
  questions: number
  list: boolean
}

const command = new Command('npm run compare-engines --')
  .description(
    'Asks the embedded index and one in PostgreSQL the same questions, and counts the answers that are different.',
  )
  .addOption(serverOption('where a temporary database gets a copy of the index'))
  .option('--dataset <file>', 'also ask questions of a file in the format of SQuAD')
  .option('--questions <number>', 'how many of them, evenly chosen', positiveNumber, 600)
  .option('--list', 'name each difference', false)
  .addOption(keepOption())
  .allowExcessArguments(false)

await runScript(async () => {
  const { database, list, ...options } = command.parse().opts<Options>()
  const serverUrl = requireServer(database)
  let sets: AskedSet[] = []
  await runMeasured(command, async () => {
    sets = await compare(serverUrl, options)
    return [tableOfMeasures(engineMeasures(sets))]
  })
  if (!list) return
  for (const { kind, question, what } of sets.flatMap(differencesIn)) {
    console.log(printable(`- ${question}: ${kind}; embedded / PostgreSQL: ${what}`))
  }
})

async function compare(
  serverUrl: string,
  options: Pick<Options, 'dataset' | 'questions'>,
): Promise<AskedSet[]> {
  const config = readConfig()
  const progress = showProgress('Asked', 'questions and conversations')
  const inference = await startInference(config.inference)
  try {
    const onProgress = progress.update
    return await compareEngines(config, inference, { ...options, serverUrl, onProgress })
  } finally {
    progress.stop()
    await inference.close()
  }
}

function requireServer(url: string | undefined): string {
  if (url !== undefined) return url
  throw new FootnoteError(
    'setting-invalid',
    'Name a PostgreSQL server with pgvector, by --database or TEST_DATABASE_URL: postgres://USER:PASSWORD@HOST:PORT/DATABASE. Its user must be allowed to create databases.',
  )
}

function positiveNumber(value: string): number {
  if (!/^[1-9]\d*$/.test(value))
    throw new InvalidArgumentError('The value must be a whole number above 0.')
  return Number(value)
}
