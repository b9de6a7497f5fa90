import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { useBrowser } from '../support/browser.ts'
import { ask, expectSeen } from '../support/chat.ts'
import { start } from '../support/process.ts'
import { PROJECT } from '../support/project.ts'
import { copyShippedIndex } from '../support/shared-models.ts'
import { temporaryFolder } from '../support/temporary.ts'

const GOLDEN = 'why did Iran not oppose Kadhimi?'
const ANSWER =
  /Iran, which supported al-Kadhimi's appointment .* refraining from criticism of his measures\./

describe('the widget, as it ships', () => {
  const openPage = useBrowser()
  const cleanups: (() => Promise<void>)[] = []
  let url: string
  let env: Record<string, string>

  beforeAll(async () => {
    const index = await temporaryFolder((clean) => cleanups.unshift(clean))
    await copyShippedIndex(index)
    env = { DOCUMENTS_DIR: path.join(PROJECT, 'documents'), INDEX_DIR: index }
    const server = await start(env, (end) => cleanups.unshift(end))
    url = server.url
  })

  afterAll(async () => {
    for (const clean of cleanups) await clean()
  })

  test('answers the golden question and opens its citation, by the keyboard alone', async () => {
    const page = await openPage()
    await page.goto(url)
    await tabTo(page, 'Your question')
    await page.keyboard.type(GOLDEN)
    await page.keyboard.press('Enter')
    await expectSeen(page.locator('blockquote', { hasText: ANSWER }))
    await tabTo(page, '[1]', 'Shift+Tab')
    await page.keyboard.press('Enter')
    const frame = await page.locator('iframe').boundingBox()
    const quote = page.frameLocator('iframe').locator('mark')
    await quote.waitFor()
    expect(await quote.textContent()).toMatch(ANSWER)
    const place = await quote.boundingBox()
    expect(place && frame && place.y >= frame.y).toBe(true)
    expect(place && frame && place.y + place.height <= frame.y + frame.height).toBe(true)
    const header = await page.getByRole('button', { name: 'Close the source' }).boundingBox()
    expect(header?.y).toBeGreaterThanOrEqual(0)
  })

  test('shows how it read a follow-up, and refuses what the documents do not answer', async () => {
    const page = await openPage()
    await page.goto(url)
    await ask(page, GOLDEN)
    await page.locator('blockquote').first().waitFor()
    await ask(page, 'When was he appointed?')
    await expectSeen(page.locator('.reading', { hasText: /When was he appointed\? \(.*Kadhimi\)/ }))
    await expectSeen(
      page.locator('.exchange').nth(1).locator('blockquote', { hasText: 'April 2020' }),
    )
    await ask(page, 'What is the capital of Peru?')
    await expectSeen(page.getByText('The documents do not answer this question.'))
  })

  test('continues its conversation after a restart of the server', async () => {
    const server = await start(env)
    const page = await openPage()
    await page.goto(server.url)
    await ask(page, GOLDEN)
    await page.locator('blockquote').first().waitFor()
    server.child.kill('SIGKILL')
    await server.ended
    await ask(page, 'When was he appointed?')
    await expectSeen(page.getByText('The server cannot be reached.'))
    await start({ ...env, PORT: new URL(server.url).port })
    await page.getByRole('button', { name: 'Ask again' }).click()
    await expectSeen(page.locator('.reading', { hasText: /When was he appointed\? \(.*Kadhimi\)/ }))
  })
})

/** Presses Tab until what has the focus has a name that begins so. */
async function tabTo(page: Page, name: string, key = 'Tab'): Promise<void> {
  for (let i = 0; i < 30; i += 1) {
    await page.keyboard.press(key)
    const focused = await page.evaluate(() => {
      const inside = document.activeElement?.shadowRoot?.activeElement
      return inside?.getAttribute('aria-label') ?? inside?.textContent?.trim() ?? ''
    })
    if (focused.startsWith(name)) return
  }
  throw new Error(`nothing named ${name} is reached by ${key}`)
}
