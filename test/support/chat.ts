import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

const STRICT = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
].join('; ')

/** A chat in its place on a page. */
export const INLINE = '<footnote-chat mode="inline"></footnote-chat>'

/** Opens a page of a server's own origin that has the widget and this in its body, under a strict policy. */
export async function showHost(page: Page, body: string, url: string): Promise<void> {
  await page.route(`${url}/host`, (route) =>
    route.fulfill({
      contentType: 'text/html; charset=utf-8',
      headers: { 'Content-Security-Policy': STRICT },
      body: `<!doctype html><html lang="en"><title>Host</title><main><h1>Host</h1>${body}</main>
        <script src="/widget.js" defer></script></html>`,
    }),
  )
  await page.goto(`${url}/host`)
}

/** Opens the window of a bubble. */
export async function openChat(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Ask the documents' }).click()
}

/** Asks as a person does. */
export async function ask(page: Page, question: string): Promise<void> {
  await page.getByRole('textbox').fill(question)
  await page.keyboard.press('Enter')
}

/** Waits until something is there to be seen. */
export async function expectSeen(locator: Locator): Promise<void> {
  await locator.waitFor()
  expect(await locator.isVisible()).toBe(true)
}
