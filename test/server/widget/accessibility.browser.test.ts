import type { BrowserContextOptions } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { useBrowser } from '../../support/browser.ts'
import { ask, INLINE, openChat, showHost } from '../../support/chat.ts'
import { serveWords } from '../../support/serve-words.ts'
import { violations } from '../../support/violations.ts'

const openPage = useBrowser()

const WAYS: [string, BrowserContextOptions, string][] = [
  ['light', { colorScheme: 'light' }, 'en'],
  ['dark', { colorScheme: 'dark' }, 'en'],
  ['right to left', {}, 'ar'],
  ['320 pixels wide', { viewport: { width: 320, height: 640 } }, 'en'],
]

describe.each(WAYS)('axe finds no problems, %s', (_, options, lang) => {
  test('in a chat that is new, answers, refuses, fails, or has a document open', async () => {
    const url = await serveWords()
    const page = await openPage(options)
    const chat = `<footnote-chat lang="${lang}" suggestions="When do cats sleep?|Do owls fly?"></footnote-chat>`
    await showHost(page, chat, url)
    expect(await violations(page)).toEqual([])
    await page.locator('.bubble').click()
    expect(await violations(page)).toEqual([])
    await ask(page, 'When do cats sleep?')
    await page.locator('blockquote').first().waitFor()
    await page.locator('.quote summary').first().click()
    await page.locator('.feedback button').first().click()
    await page.locator('.feedback [aria-pressed=true]').waitFor()
    await ask(page, 'How do I reset my password?')
    await page.locator('.folded > summary').click()
    await page.route(`${url}/ask`, (route) => route.abort())
    await ask(page, 'When do they hunt?')
    await page.locator('.retry').waitFor()
    expect(await violations(page)).toEqual([])
    await page.locator('.quote a').first().click()
    await page.frameLocator('iframe').locator('mark').waitFor()
    expect(await violations(page)).toEqual([])
  })

  test('in the pages', async () => {
    const url = await serveWords()
    const page = await openPage(options)
    for (const path of ['/', '/documents/cats?start=0&end=20', '/documents/cats?start=9&end=5']) {
      await page.goto(url + path)
      expect(await violations(page)).toEqual([])
    }
  })
})

test('a whole answer is announced, and every control has a name', async () => {
  const page = await openPage()
  await showHost(page, INLINE, await serveWords())
  await ask(page, 'When do cats sleep?')
  await page.locator('blockquote').first().waitFor()
  const said = await page.getByRole('log').ariaSnapshot()
  expect(said).toContain('mark: Cats')
  expect(said).toContain('sleep all day.')
  for (const control of await page.locator('button, a, textarea, summary').all()) {
    const name = (await control.getAttribute('aria-label')) ?? (await control.textContent())
    expect(name?.trim()).toBeTruthy()
  }
})

test('the field can be reached at a zoom of 400 % with suggestions', async () => {
  const page = await openPage({ viewport: { width: 320, height: 256 } })
  const suggestions = Array.from({ length: 6 }, () =>
    'When do cats sleep, and why? '.repeat(3),
  ).join('|')
  await showHost(
    page,
    `<footnote-chat suggestions="${suggestions}"></footnote-chat>`,
    await serveWords(),
  )
  await openChat(page)
  const field = await page.getByRole('textbox').boundingBox()
  expect(field && field.y + field.height).toBeLessThanOrEqual(256)
})

test('nothing is cut off or scrolls sideways at 320 pixels', async () => {
  const page = await openPage({ viewport: { width: 320, height: 640 } })
  await showHost(page, '<p>Words.</p>', await serveWords())
  await openChat(page)
  await ask(page, 'When do cats sleep?')
  await page.locator('blockquote').first().waitFor()
  const width = await page.locator('.log').evaluate((log) => log.scrollWidth - log.clientWidth)
  expect(width).toBe(0)
})
