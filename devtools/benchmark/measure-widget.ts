import type { Page } from 'playwright-core'
import { percentile } from '../evaluation/metrics.ts'
import { launchBrowser } from './browser.ts'
import type { Measure } from './measure.ts'

const LOADS = 15

/** How soon the widget's bubble is painted once its script is there, in a page that is loaded anew each time. */
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
    const waits: number[] = []
    for (let load = 0; load < LOADS; load += 1) {
      await page.goto(`${url}/page`)
      waits.push(await paintAfterScript(page))
    }
    const wait = percentile(waits, 0.5)
    return [
      {
        what: `the widget's bubble painted after its script is loaded, median of ${LOADS}`,
        value: `${wait.toFixed(1)} ms`,
        target: '≤ 100 ms',
        met: wait <= 100,
      },
    ]
  } finally {
    await browser.close()
  }
}

/** In ms. What was drawn in one frame is painted when the next one begins. */
async function paintAfterScript(page: Page): Promise<number> {
  return page.evaluate(async () => {
    while (!document.querySelector('footnote-chat')?.shadowRoot?.querySelector('.bubble')) {
      await new Promise(requestAnimationFrame)
    }
    await new Promise(requestAnimationFrame)
    const script = performance
      .getEntriesByType('resource')
      .find(({ name }) => name.endsWith('/widget.js'))
    const loaded = script instanceof PerformanceResourceTiming ? script.responseEnd : 0
    return performance.now() - loaded
  })
}
