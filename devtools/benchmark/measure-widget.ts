import type { Page } from 'playwright-core'
import { ms, shown } from '../measurements/figures.ts'
import type { Measure } from '../measures.ts'
import { percentile } from '../statistics.ts'
import { launchBrowser } from './browser.ts'

const LOADS = 15

/**
 * How soon the widget's bubble is painted after its script was loaded. The page is loaded anew each
 * time.
 */
export async function measureWidget(url: string): Promise<Measure[]> {
  const browser = await launchBrowser()
  try {
    const page = await browser.newPage()
    await page.route(`${url}/page`, (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: '<!doctype html><p>Words.</p><script src="/widget.js" defer></script>',
      }),
    )
    const delays: number[] = []
    for (let load = 0; load < LOADS; load += 1) {
      await page.goto(`${url}/page`)
      delays.push(await paintDelayMs(page))
    }
    const delay = percentile(delays, 0.5)
    return [
      {
        what: `the widget's bubble painted after its script is loaded, median of ${LOADS}`,
        value: shown`${ms(delay)}`,
        target: '≤ 100 ms',
        met: delay <= 100,
      },
    ]
  } finally {
    await browser.close()
  }
}

async function paintDelayMs(page: Page): Promise<number> {
  return page.evaluate(async () => {
    while (!document.querySelector('footnote-chat')?.shadowRoot?.querySelector('.bubble')) {
      await new Promise(requestAnimationFrame)
    }
    // What was drawn in one frame is painted when the next frame begins.
    await new Promise(requestAnimationFrame)
    const script = performance
      .getEntriesByType('resource')
      .find(({ name }) => name.endsWith('/widget.js'))
    const loadedAt = script instanceof PerformanceResourceTiming ? script.responseEnd : 0
    return performance.now() - loadedAt
  })
}
