import sparticuz from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'

/** What the packaged Chromium needs in a container, without its own defaults, which switch web security off. */
const ARGS = ['--no-sandbox', '--disable-dev-shm-usage', '--headless=shell']

/** Starts a real Chromium: the packaged one on Linux x64, elsewhere an installed Chrome. */
export async function launchBrowser(): Promise<Browser> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return chromium.launch({ channel: 'chrome' })
  }
  return chromium.launch({ executablePath: await sparticuz.executablePath(), args: ARGS })
}
