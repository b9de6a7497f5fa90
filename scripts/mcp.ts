import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { Command } from 'commander'
import { FootnoteError } from '../index/errors.ts'
import { rightsOf } from '../server/access/caller.ts'
import { httpUrl, readConfig } from '../server/config.ts'
import { createLog } from '../server/log.ts'
import { createMcpServer } from '../server/mcp/mcp-server.ts'
import { exitWhenIdle, runScript } from './command-line.ts'
import { openForCommand } from './open-for-command.ts'

/** How long a request waits for the index and the models, in ms. Clients wait 60 s, and the models load in about 2 s. */
const LOADING_MS = 30_000

new Command('npm run -s mcp')
  .description(
    'Serves the Model Context Protocol over standard input and output, for a program that starts it. docs/mcp.md says how.',
  )
  .allowExcessArguments(false)
  .parse()

await runScript(async () => {
  const config = readConfig()
  // Standard output belongs to the protocol.
  const log = createLog(config.logLevel, 2)
  const opening = openForCommand(config, log)
  const service = async () => {
    const footnote = await Promise.race([opening, setTimeout(LOADING_MS, null, { ref: false })])
    if (footnote) return footnote.service
    const message = 'The index and the models are still being loaded. Try again in a moment.'
    throw new FootnoteError('not-ready', message)
  }
  // Links lead to the pages of `npm start` with the same settings.
  const address = config.publicUrl ?? httpUrl(config.host, config.port)

  // Whoever starts this command can read the documents.
  const may = rightsOf(['ask', 'verify'])

  // This answers before the index is open, because clients do not wait for a build.
  const connection = serveStdio(() => createMcpServer({ service, address, may, log }), {
    onerror: (err) => log.debug({ err }, 'an MCP message was refused'),
  })
  const ended = Promise.race([
    once(process.stdin, 'close'),
    once(process, 'SIGTERM'),
    once(process, 'SIGINT'),
  ])
  const footnote = await Promise.race([opening, ended.then(() => null)])
  if (footnote) {
    await ended
    await connection.close()
    await footnote.close()
  }
  // This also ends a build that runs, and the models. The last complete index stays as it is.
  await exitWhenIdle()
})
