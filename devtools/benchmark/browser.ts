import sparticuz from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'

/**
 * What Chromium needs in a container. The package's own default arguments are left out: they switch
 * web security off.
 */
const ARGS = ['--no-sandbox', '--disable-dev-shm-usage', '--headless=shell']

/** Starts a real Chromium: the packaged one on Linux x64, an installed Chrome elsewhere. */
export async function launchBrowser(): Promise<Browser> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return chromium.launch({ channel: 'chrome' })
  }
  return chromium.launch({ executablePath: await sparticuz.executablePath(), args: ARGS })
}
