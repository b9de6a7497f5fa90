import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { launchBrowser } from '../../devtools/benchmark/browser.ts'

/**
 * A real Chromium for all tests of a file. Gives a function that opens a page of its own profile, closed when the
 * test ends.
 */
export function useBrowser(): (options?: BrowserContextOptions) => Promise<Page> {
  let browser: Browser | undefined

  beforeAll(async () => {
    browser = await launchBrowser()
  })

  afterAll(async () => {
    await browser?.close()
  })

  return async (options = {}) => {
    if (!browser) throw new Error('the browser is there only while tests run')
    const context = await browser.newContext(options)
    onTestFinished(() => context.close())
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    return page
  }
}
