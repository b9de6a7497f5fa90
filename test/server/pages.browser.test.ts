import { describe, expect, test } from 'vitest'
import { answer } from '../../server/answer/answer-schema.ts'
import { useBrowser } from '../support/browser.ts'
import { HOSTILE, openWords, post, serveWords } from '../support/serve-words.ts'
import { writeFiles } from '../support/temporary.ts'
import { violations } from '../support/violations.ts'
import { writePdf } from '../support/write-pdf.ts'

const JAVASCRIPT_OFF = { javaScriptEnabled: false, viewport: { width: 800, height: 400 } }
const openPage = useBrowser()

const GARDEN = `# The garden

Plants grow.

## In spring

### Bulbs

${'Tulips open in April, and close at night. '.repeat(40)}

Snowdrops come *first*.

## In autumn

- Asters bloom late.
- Leaves fall.
`

describe("a document's page", () => {
  test('marks the quote in its URL and scrolls to it, without scripts', async () => {
    const url = await serveWords({}, { files: { 'garden.md': GARDEN } })
    const page = await openPage(JAVASCRIPT_OFF)
    const start = GARDEN.indexOf('Snowdrops')
    await page.goto(`${url}/documents/garden?start=${start}&end=${start + 9}#quote`)
    const mark = page.locator('mark')
    expect(await mark.textContent()).toBe('Snowdrops')
    const box = await mark.boundingBox()
    expect(box?.y).toBeGreaterThan(0)
    expect(box?.y).toBeLessThan(400)
  })

  test('sets off the words that answer inside the quote', async () => {
    const url = await serveWords({}, { files: { 'garden.md': GARDEN } })
    const page = await openPage(JAVASCRIPT_OFF)
    const [start, end] = [GARDEN.indexOf('Snowdrops come'), GARDEN.indexOf(' *first*')]
    const words = `highlightStart=${start}&highlightEnd=${start + 9}`
    await page.goto(`${url}/documents/garden?start=${start}&end=${end}&${words}`)
    expect(await page.locator('mark').textContent()).toBe('Snowdrops come')
    expect(await page.locator('mark strong').textContent()).toBe('Snowdrops')
  })

  test('shows the headings, and numbers paragraphs as citations do', async () => {
    const url = await serveWords({}, { files: { 'garden.md': GARDEN } })
    const page = await openPage(JAVASCRIPT_OFF)
    await page.goto(`${url}/documents/garden`)
    const headings = await page.locator('h1, h2, h3').allTextContents()
    expect(headings).toEqual(['The garden', 'In spring', 'Bulbs', 'In autumn'])
    expect(await page.locator('.number').allTextContents()).toEqual(['1', '2', '3', '4'])
    expect(await page.locator('#p3 p').textContent()).toBe('Snowdrops come *first*.')
  })

  test('marks a range over several paragraphs', async () => {
    const url = await serveWords({}, { files: { 'garden.md': GARDEN } })
    const page = await openPage(JAVASCRIPT_OFF)
    const start = GARDEN.indexOf('grow')
    await page.goto(`${url}/documents/garden?start=${start}&end=${GARDEN.indexOf(' open in')}`)
    expect(await page.locator('mark').allTextContents()).toEqual(['grow.', 'Tulips'])
  })

  test.each(['start=5', 'start=9&end=5', 'start=-1&end=5', 'start=0&end=99999', 'x=1'])(
    'of a range that is none shows the whole, and says so: %s',
    async (query) => {
      const address = `${await serveWords()}/documents/cats?${query}`
      const response = await fetch(address, { headers: { Accept: 'text/html' } })
      expect(response.status).toBe(400)
      const html = await response.text()
      expect(html).toContain('marks no valid place')
      expect(html).toContain('Cats sleep all day. They hunt at night.')
      expect(html).not.toContain('<mark')
    },
  )

  test('shows markup in a document as text', async () => {
    const url = await serveWords()
    const page = await openPage()
    const alerts: string[] = []
    page.on('dialog', (dialog) => alerts.push(dialog.message()))
    await page.goto(`${url}/documents/hostile?start=0&end=20#quote`)
    expect(await page.locator('h1').textContent()).toBe(HOSTILE)
    expect(await page.title()).toBe(HOSTILE)
    expect(await page.locator('#p1 p').textContent()).toContain('<script>alert("owls")</script>')
    expect(await page.locator('article img, article script').count()).toBe(0)
    expect(alerts).toEqual([])
  })

  test('of an unknown document is an error page for people, and a problem for programs', async () => {
    const url = await serveWords()
    const page = await fetch(`${url}/documents/nothing`, { headers: { Accept: 'text/html' } })
    expect(page.status).toBe(404)
    expect(await page.text()).toContain('There is no document at this address.')
  })

  test('may be framed only by pages of this server and of allowed origins', async () => {
    const url = await serveWords({ allowedOrigins: ['https://friend.example'] })
    const policyOf = async (path: string) =>
      (await fetch(url + path)).headers.get('Content-Security-Policy')
    expect(await policyOf('/documents/cats')).toMatch(
      /frame-ancestors 'self' https:\/\/friend\.example(;|$)/,
    )
    expect(await policyOf('/')).toMatch(/frame-ancestors 'none'/)
  })
})

const BRIDGE = writePdf([
  [
    { x: 40, y: 440, text: 'The bridge', size: 18, bold: true },
    { x: 40, y: 400, text: 'Boats pass below it. The town is proud of its bridge, which' },
    { x: 40, y: 388, text: 'stands on five arches of stone.' },
  ],
  [
    { x: 40, y: 440, text: 'Owls nest in the tower. Nobody may climb it in spring, since' },
    { x: 40, y: 428, text: 'the young owls are easily frightened.' },
  ],
])

describe('the page of a PDF', () => {
  test.each([
    ['on a desktop', { viewport: { width: 1000, height: 600 } }],
    [
      'on a phone, without scripts',
      { javaScriptEnabled: false, viewport: { width: 390, height: 500 } },
    ],
  ])('shows the page of a quote with the quote marked on it, %s', async (_, options) => {
    const url = await serveWords({}, { files: { 'bridge.pdf': BRIDGE } })
    const asked = await (await post(url, { question: 'Where do owls nest in the tower?' })).json()
    const [quote] = answer.parse(asked).quotes
    expect(quote?.citation.page).toEqual({ first: 2, last: 2, label: null })
    const page = await openPage(options)
    const picture = page.waitForResponse((response) => response.url().endsWith('/pages/2'))
    await page.goto(`${url}${quote?.citation.url}#quote`)
    expect((await picture).headers()['content-type']).toBe('image/png')
    const marks = page.locator('figure rect')
    expect(await marks.count()).toBe(quote?.citation.rects.length)
    const [mark, drawn] = [
      await marks.first().boundingBox(),
      await page.locator('svg').boundingBox(),
    ]
    const { height } = options.viewport
    expect(mark?.y).toBeGreaterThan(0)
    expect(mark?.y).toBeLessThan(height)
    // The first line of the page stands 12 % of its height below its top.
    expect(((mark?.y ?? 0) - (drawn?.y ?? 0)) / (drawn?.height ?? 1)).toBeCloseTo(0.11, 1)
    expect(await page.locator('mark').first().textContent()).toContain('Owls nest in the tower.')
  })

  test('leads to the pages beside it by keyboard, and keeps the quote marked', async () => {
    const url = await serveWords({}, { files: { 'bridge.pdf': BRIDGE } })
    const page = await openPage()
    await page.goto(`${url}/documents/bridge?start=0&end=9`)
    await page.getByRole('link', { name: 'Next page' }).press('Enter')
    await page.getByRole('img', { name: /^Page 2: / }).waitFor()
    expect(await page.getByRole('link', { name: 'Next page' }).count()).toBe(0)
    await page.getByRole('link', { name: 'Previous page' }).press('Enter')
    await page.getByRole('img', { name: /^Page 1, with the quote marked/ }).waitFor()
  })

  test('leads to the pages beside it in a frame, without a trace in the history', async () => {
    const url = await serveWords({}, { files: { 'bridge.pdf': BRIDGE } })
    const page = await openPage()
    await page.goto(url)
    const steps = await page.evaluate((src) => {
      const frame = document.createElement('iframe')
      frame.src = src
      document.body.append(frame)
      return history.length
    }, `${url}/documents/bridge?start=0&end=9`)
    const frame = page.frameLocator('iframe')
    await frame.getByRole('link', { name: 'Next page' }).click()
    await frame.getByRole('img', { name: /^Page 2: / }).waitFor()
    expect(await page.evaluate(() => history.length)).toBe(steps)
  })

  test.each([
    ['light', { colorScheme: 'light' as const }],
    ['dark', { colorScheme: 'dark' as const }],
    ['320 pixels wide', { viewport: { width: 320, height: 640 } }],
  ])('has no problems that axe finds, %s', async (_, options) => {
    const url = await serveWords({}, { files: { 'bridge.pdf': BRIDGE } })
    const page = await openPage(options)
    const blocked: string[] = []
    page.on('console', (message) => blocked.push(message.text()))
    const { text } = await (
      await fetch(`${url}/documents/bridge`, { headers: { Accept: 'application/json' } })
    ).json()
    const start = String(text).indexOf('Owls nest')
    await page.goto(`${url}/documents/bridge?start=${start}&end=${start + 23}`)
    expect(await violations(page)).toEqual([])
    expect(blocked).toEqual([])
  })

  test('shows the text alone where the file has changed', async () => {
    const { app, documents } = await openWords({}, { files: { 'bridge.pdf': BRIDGE } })
    const shown = async () =>
      (
        await app.request('http://127.0.0.1/documents/bridge', { headers: { Accept: 'text/html' } })
      ).text()
    expect(await shown()).toContain('<svg')
    await writeFiles(documents, { 'bridge.pdf': writePdf([[]]) })
    expect(await shown()).not.toContain('<svg')
    expect(await shown()).toContain('Owls nest in the tower.')
  })
})

describe('the page at /', () => {
  test('lists the documents, and shows the line that adds the widget', async () => {
    const url = await serveWords()
    const page = await openPage()
    await page.goto(url)
    expect(await page.locator('.documents a').allTextContents()).toEqual(['cats', HOSTILE])
    expect(await page.locator('pre').textContent()).toBe(
      `<script src="${url}/widget.js" defer></script>`,
    )
    await page.getByRole('link', { name: 'cats' }).click()
    expect(await page.locator('h1').textContent()).toBe('cats')
  })

  test('lists no documents where they need a key', async () => {
    const url = await serveWords({ apiKeys: ['correct-horse-battery'] })
    const html = await (await fetch(url)).text()
    expect(html).toContain('They are listed for those who have a key.')
    expect(html).not.toContain('cats')
  })
})
