import { describe, expect, test } from 'vitest'
import { useBrowser } from '../support/browser.ts'
import { HOSTILE, serveWords } from '../support/serve-words.ts'

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
