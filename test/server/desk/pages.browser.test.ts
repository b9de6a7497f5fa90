import type { BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { useBrowser } from '../../support/browser.ts'
import { expectProblem, expectSaid } from '../../support/desk-page.ts'
import { serveDesk } from '../../support/serve-desk.ts'
import { violations } from '../../support/violations.ts'

const openPage = useBrowser()

const WAYS: [string, BrowserContextOptions][] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['320 pixels wide', { viewport: { width: 320, height: 640 } }],
]

/** The pages, each with what shows as much of it as there is. */
const PAGES: [string, (page: Page) => Promise<unknown>][] = [
  [
    '/desk',
    async (page) => {
      const file = { name: 'handbook.pdf', mimeType: 'application/pdf', buffer: Buffer.from('x') }
      await page.getByLabel('Files').setInputFiles([file, { ...file, name: 'new.txt' }])
      await expectSaid(page, 'Sent')
    },
  ],
  [
    '/desk/questions',
    async (page) => {
      await page.getByText('2 wordings').click()
      await page.locator('.asked summary').first().click()
      await page.getByText('below the threshold').first().waitFor()
    },
  ],
  [
    '/desk/vouched?question=When%20do%20we%20open%3F',
    async (page) => {
      await page.getByRole('button', { name: 'Find quotes for the question' }).click()
      await page.getByRole('checkbox').first().check()
      await page.getByRole('button', { name: 'Find documents' }).click()
      await page.locator('.choices').getByRole('button', { name: 'Handbook' }).click()
      await page.getByRole('heading', { name: 'Handbook' }).waitFor()
    },
  ],
  ['/desk/words', (page) => page.getByRole('heading', { name: 'CEO' }).waitFor()],
  [
    '/desk/check',
    async (page) => {
      await page.getByText('3 results').click()
      await page.getByRole('button', { name: 'Use 0.08' }).waitFor()
      await page.getByRole('textbox', { name: 'Question' }).fill('When?')
      await page.getByLabel('Words that should be quoted').fill('nowhere')
      await page.getByRole('button', { name: 'Add the question' }).click()
      await page.getByText('Line 1').waitFor()
    },
  ],
  [
    '/desk/log',
    async (page) => {
      await page.getByRole('button', { name: 'Show earlier ones' }).click()
      await expectSaid(page, '10 earlier entries')
    },
  ],
]

describe.each(WAYS)('%s', (_, options) => {
  test.each(PAGES)(
    'axe finds no problems, and nothing scrolls sideways: %s',
    async (path, show) => {
      const { url } = await serveDesk()
      const page = await openPage(options)
      const blocked: string[] = []
      page.on('console', (message) => blocked.push(message.text()))
      page.on('pageerror', ({ message }) => blocked.push(message))
      await page.goto(url + path)
      await show(page)
      expect(await violations(page)).toEqual([])
      const width = await page.evaluate(() => document.body.scrollWidth - innerWidth)
      expect(width).toBeLessThanOrEqual(0)
      // The browser itself tells of the one upload that the stand-in refuses.
      expect(blocked.filter((text) => !text.includes('409'))).toEqual([])
    },
  )

  test('axe finds no problems in a dialog, in a problem, and where people sign in', async () => {
    const { url } = await serveDesk()
    const page = await openPage(options)
    await page.goto(`${url}/desk`)
    await page.getByRole('button', { name: 'Remove Handbook' }).click()
    expect(await violations(page)).toEqual([])
    await page.route('**/desk/api/documents/*', (route) => route.abort())
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await expectProblem(page, 'cannot be reached')
    expect(await violations(page)).toEqual([])
    for (const query of ['', '?problem=This%20is%20no%20valid%20key.']) {
      await page.goto(`${url}/sign-in${query}`)
      expect(await violations(page)).toEqual([])
    }
  })
})

test('every page is reached from the others by keyboard, and marked where it is', async () => {
  const { url } = await serveDesk()
  const page = await openPage()
  await page.goto(`${url}/desk`)
  for (const name of ['Questions', 'Vouched answers', 'Words', 'Check', 'Log', 'Documents']) {
    await page.getByRole('navigation', { name: 'Desk' }).getByRole('link', { name }).press('Enter')
    await page.getByRole('heading', { level: 1, name }).waitFor()
    expect(await page.locator('[aria-current=page]').textContent()).toBe(name)
  }
})

test('who is signed in is named, and can sign out', async () => {
  const { url } = await serveDesk()
  const page = await openPage()
  await page.goto(`${url}/desk`)
  await page.getByText('Signed in as Ann').waitFor()
  const [request] = await Promise.all([
    page.waitForRequest(`${url}/sign-out`),
    page.getByRole('button', { name: 'Sign out' }).press('Enter'),
  ])
  expect(request.method()).toBe('POST')
  expect(await request.headerValue('Origin')).toBe(url)
})

test('the form for signing in sends the key and where to go on', async () => {
  const { url } = await serveDesk()
  const page = await openPage({ javaScriptEnabled: false })
  await page.goto(`${url}/sign-in?next=/desk/words`)
  await page.getByLabel('Key').fill('fn_key')
  const [request] = await Promise.all([
    page.waitForRequest((sent) => sent.method() === 'POST'),
    page.getByLabel('Key').press('Enter'),
  ])
  expect(new URLSearchParams(request.postData() ?? '')).toEqual(
    new URLSearchParams({ next: '/desk/words', key: 'fn_key' }),
  )
})

test('a person whose session has ended is told to sign in again', async () => {
  const { url } = await serveDesk()
  const page = await openPage()
  await page.route('**/desk/api/words', (route) => route.fulfill({ status: 401 }))
  await page.goto(`${url}/desk/words`)
  await expectProblem(page, 'Sign in again')
  await page.unroute('**/desk/api/words')
  await page.getByRole('button', { name: 'Load it again' }).press('Enter')
  await page.getByRole('heading', { name: 'Words in use' }).waitFor()
})
