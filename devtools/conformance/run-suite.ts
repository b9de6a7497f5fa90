import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** The version of the suite. */
const VERSION = '0.2.0-alpha.12'

/**
 * Runs the server scenarios of the Model Context Protocol's own conformance suite against `url`. The suite writes a folder for each
 * scenario below `folder`. npx fetches it, because as a dependency it would add 100 packages, and also Node 22, which it needs.
 * Throws if the suite could not run.
 */
export async function runSuite(url: string, folder: string): Promise<void> {
  const command = `conformance server --suite all --url ${url} --output-dir ${folder}`
  const packages = ['node@22', `@modelcontextprotocol/conformance@${VERSION}`]
  const options = packages.map((name) => `--package=${name}`)
  const child = spawn('npx', ['--yes', ...options, '--call', command], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  // It exits with 1 where any scenario fails, and those of the example server do.
  const [code] = await once(child, 'exit')
  if (code !== 0 && code !== 1) throw new Error(`The conformance suite ended with ${code}.`)
}
