import { Command } from 'commander'
import { readConfig } from '../server/config.ts'
import { createLog } from '../server/log.ts'
import { DEFAULT_THRESHOLD } from '../server/verification/verify-schema.ts'
import { runScript } from './command-line.ts'
import { openForCommand } from './open-for-command.ts'
import { printVerified } from './print-verified.ts'
import { readDraftFile } from './read-draft-file.ts'

interface Options {
  json: boolean
  similar: boolean
}

const command = new Command('npm run verify --')
  .description('Says which sentences and quotations of a draft the documents have, and where.')
  .argument('<file>', 'in any format that Footnote reads; - for plain text from standard input')
  .option('--json', 'print the same JSON as POST /verify', false)
  .option('--no-similar', 'do not look for sentences that say something similar, which is faster')
  .allowExcessArguments(false)

await runScript(async () => {
  const [file = '-'] = command.parse().args
  const { json, similar } = command.opts<Options>()
  const { text, blocks } = await readDraftFile(file)
  const threshold = similar ? DEFAULT_THRESHOLD : 1
  const footnote = await openForCommand(readConfig(), createLog('silent'))
  try {
    const draft = { text, blocks, documentIds: null, threshold }
    const sentences = await footnote.service.verify(draft, { background: true })
    if (json) console.log(JSON.stringify(sentences, null, 2))
    else printVerified(sentences)
  } finally {
    await footnote.close()
  }
})
