import { Command, InvalidArgumentError } from 'commander'
import { FootnoteError } from '../index/errors.ts'
import { readConfig } from '../server/config.ts'
import { addPages, type Outcome } from '../server/web/add-pages.ts'
import { parseAddress } from '../server/web/addresses.ts'
import { machineNetwork } from '../server/web/http-request.ts'
import { WEB_FOLDER } from '../server/web/web-folder.ts'
import { WebProblem } from '../server/web/web-problem.ts'
import { runScript } from './command-line.ts'

/** A page takes a second: these take some three minutes. */
const DEFAULT_LIMIT = 200

interface Options {
  sitemap: boolean
  depth: number
  include: RegExp | null
  limit: number
  allowPrivate: boolean
}

const command = new Command('npm run add --')
  .description(
    `Fetches pages and files of the web into the folder ${WEB_FOLDER}/ of the documents.`,
  )
  .argument('<address...>', 'http or https addresses')
  .option('--sitemap', 'the addresses are sitemaps; fetch the pages that they list', false)
  .option('--depth <number>', 'follow links on the same site so many steps', wholeNumber, 0)
  .option('--include <pattern>', 'only pages whose path matches a regular expression', regExp, null)
  .option('--limit <number>', 'the most pages to ask for', wholeNumber, DEFAULT_LIMIT)
  .option('--allow-private', 'allow the hosts that you name to be on a private network', false)

await runScript(async () => {
  const { allowPrivate, ...options } = command.parse().opts<Options>()
  const urls = command.args.map(namedAddress)
  const privateHosts = new Set(allowPrivate ? urls.map(({ hostname }) => hostname) : [])
  const { documentsDir } = readConfig()
  const counts = { added: 0, changed: 0, unchanged: 0, problem: 0 }
  const { left } = await addPages(
    { urls, ...options },
    { documentsDir, network: machineNetwork(privateHosts) },
    (outcome) => {
      counts[outcome.became] += 1
      print(outcome)
    },
  )
  const { added, changed, unchanged, problem } = counts
  console.log(`${added} added, ${changed} changed, ${unchanged} unchanged, ${problem} left out.`)
  if (left > 0)
    console.log(`${left} more pages are known; --limit allows more than ${options.limit}.`)
  if (added + changed > 0) console.log('To index them: npm run build-index')
})

function print({ url, became, detail, named }: Outcome): void {
  if (became === 'problem') {
    console.error(`${url} ${detail}`)
    if (named) process.exitCode = 1
  } else {
    console.log(`${url} → ${WEB_FOLDER}/${detail} (${became})`)
  }
}

function namedAddress(text: string): URL {
  try {
    return parseAddress(text)
  } catch (error) {
    if (!(error instanceof WebProblem)) throw error
    // What may have a password in it is not shown.
    const shown = text.includes('@') ? 'An address' : `"${text}"`
    throw new FootnoteError('address-invalid', `${shown} ${error.message}.`, error)
  }
}

function wholeNumber(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number.')
}

function regExp(text: string): RegExp {
  try {
    return new RegExp(text, 'u')
  } catch {
    throw new InvalidArgumentError('It must be a regular expression, such as ^/docs/.')
  }
}
