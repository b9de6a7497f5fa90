import type { BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { useBrowser } from '../support/browser.ts'
import { HOSTILE, serveWords } from '../support/serve-words.ts'
import { violations } from '../support/violations.ts'

const NO_SCRIPTS = { javaScriptEnabled: false }
const DRAFT = `Cats are fine. Cats sleep all day.

Ann writes that “they hunt at noon”, and Bob that “owls eat books at the weekend”. Dogs ${HOSTILE} bark.`

const openPage = useBrowser()

async function verify(page: Page, text: string) {
  await page.getByRole('textbox', { name: 'Draft' }).fill(text)
  await page.getByRole('button', { name: 'Verify' }).press('Enter')
  await page.getByRole('heading', { name: 'The draft' }).waitFor()
}

describe('a draft that is pasted into the page at /verify', () => {
  test('is marked, without scripts, and its notes lead to the places', async () => {
    const page = await openPage(NO_SCRIPTS)
    await page.goto(await serveWords())
    await page.getByRole('link', { name: 'Paste a text' }).click()
    await verify(page, DRAFT)
    expect(await page.locator('mark').allTextContents()).toEqual([
      'Cats sleep all day.',
      expect.stringMatching(/^“they hunt at .*noon.*”$/),
      '“owls eat books at the weekend”',
      expect.stringContaining(HOSTILE),
    ])
    expect(await page.locator('img').count()).toBe(0)
    expect(await page.getByRole('textbox', { name: 'Draft' }).inputValue()).toBe(DRAFT)
    await page.locator('.wrong a').first().click()
    expect(new URL(page.url()).hash).toBe('#mark-2')
    await page.locator('mark + .sign').nth(1).click()
    expect(new URL(page.url()).hash).toBe('#note-2')
    const note = page.locator('#note-2')
    expect(await note.locator('del').textContent()).toBe('noon')
    expect(await note.locator('ins').first().textContent()).toBe('night')
    await note.getByRole('link', { name: 'cats, paragraph 1' }).click()
    expect(await page.locator('#quote').textContent()).toContain('They hunt at night.')
  })

  test('is heard with what was found of it', async () => {
    const page = await openPage()
    await page.goto(`${await serveWords()}/verify`)
    await verify(page, DRAFT)
    const heard = await page.locator('.part').nth(1).ariaSnapshot()
    expect(heard).toContain('[the source has not: ')
    expect(heard).toContain('(quotation altered: note 2)')
    expect(heard).toContain('(quotation not found: note 3)')
    expect(heard).toContain('[the source says: ')
  })

  test('can be changed and sent again', async () => {
    const page = await openPage()
    await page.goto(`${await serveWords()}/verify`)
    await verify(page, DRAFT)
    await verify(page, 'Cats sleep all day.')
    expect(await page.locator('.summary').textContent()).toContain('1 sentence: 1 quoted')
  })

  test('comes back where it is too long', async () => {
    const page = await openPage(NO_SCRIPTS)
    await page.goto(`${await serveWords()}/verify`)
    await page.getByRole('textbox', { name: 'Draft' }).fill('Cats sleep. '.repeat(2000))
    await page.getByRole('button', { name: 'Verify' }).click()
    expect(await page.getByRole('alert').textContent()).toContain('24,000 characters')
    expect(await page.getByRole('textbox', { name: 'Draft' }).inputValue()).toHaveLength(24_000)
  })

  test('is not sent by a foreign page', async () => {
    const url = await serveWords()
    const page = await openPage()
    await page.route('http://evil.test/', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<form method="post" action="${url}/verify"><input name="text" value="Cats sleep all day."><button>Send</button></form>`,
      }),
    )
    await page.goto('http://evil.test/')
    const [response] = await Promise.all([
      page.waitForResponse(`${url}/verify`),
      page.getByRole('button').click(),
    ])
    expect(response.status()).toBe(403)
  })
})

const WAYS: [string, BrowserContextOptions][] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['320 pixels wide', { viewport: { width: 320, height: 640 } }],
]

test.each(WAYS)('axe finds no problems, and nothing scrolls sideways, %s', async (_, options) => {
  const page = await openPage(options)
  const blocked: string[] = []
  page.on('console', (message) => blocked.push(message.text()))
  await page.goto(`${await serveWords()}/verify`)
  expect(await violations(page)).toEqual([])
  await page.getByRole('checkbox').check()
  await verify(page, `${DRAFT} At night the cats hunt all day. ${'x'.repeat(200)}.`)
  for (const summary of await page.locator('summary').all()) await summary.click()
  expect(await violations(page)).toEqual([])
  const width = await page.evaluate(() => document.body.scrollWidth - innerWidth)
  expect(width).toBeLessThanOrEqual(0)
  expect(blocked).toEqual([])
})
