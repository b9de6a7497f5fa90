import { describe, expect, test } from 'vitest'
import { useBrowser } from '../support/browser.ts'
import { servePage } from '../support/serve-page.ts'
import { serveWords } from '../support/serve-words.ts'

const openPage = useBrowser()
const QUERY = '?question=When+do+cats+sleep%3F'
const ANSWER = 'Cats sleep all day.'

describe('a question in the address of the start page', () => {
  test('is asked at once by the address bar, and once only', async () => {
    const url = await serveWords()
    const page = await openPage()
    const asked: string[] = []
    page.on('request', (request) => {
      if (new URL(request.url()).pathname === '/ask') asked.push(request.url())
    })
    await page.goto(`${url}/${QUERY}`)
    await page.locator('blockquote', { hasText: ANSWER }).first().waitFor()
    expect(page.url()).toBe(`${url}/`)
    expect(await page.locator('textarea').inputValue()).toBe('')
    await page.reload()
    await page.locator('blockquote', { hasText: ANSWER }).first().waitFor()
    expect(await page.locator('.exchange').count()).toBe(1)
    expect(asked).toHaveLength(1)
  })

  test('stands in the field after a link of another page, for the person to send', async () => {
    const url = await serveWords()
    const foreign = await servePage()
    const page = await openPage()
    await page.goto(foreign.with(`<a href="${url}/${QUERY}">Ask</a>`))
    await page.getByRole('link', { name: 'Ask' }).click()
    const field = page.getByRole('textbox')
    await field.waitFor()
    expect(await field.inputValue()).toBe('When do cats sleep?')
    expect(await page.locator('.exchange').count()).toBe(0)
    await field.press('Enter')
    await page.locator('blockquote', { hasText: ANSWER }).first().waitFor()
    expect(await field.inputValue()).toBe('')
  })

  test('of markup is text', async () => {
    const url = await serveWords()
    const page = await openPage()
    const markup = '"><img src=x onerror=alert(1)>'
    await page.goto(`${url}/?question=${encodeURIComponent(markup)}`)
    await page.locator('.asked').waitFor()
    expect(await page.locator('.asked').textContent()).toBe(markup)
    expect(await page.locator('img').count()).toBe(0)
  })
})
