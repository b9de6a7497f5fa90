import { expect, test } from 'vitest'
import { useBrowser } from '../../support/browser.ts'
import { expectSaid, focused } from '../../support/desk-page.ts'
import { serveDesk } from '../../support/serve-desk.ts'

const openPage = useBrowser()

test('the log shows what was done, and what was done before when it is asked for', async () => {
  const { url, data } = await serveDesk()
  data.log[29] = {
    number: 1,
    at: '2026-03-01T09:00:00.000Z',
    by: 'Bob',
    action: 'vouched.added',
    subject: 'When is the office open?',
  }
  const page = await openPage()
  await page.goto(`${url}/desk/log`)
  const rows = page.locator('tbody tr')
  await rows.first().waitFor()
  expect(await rows.first().textContent()).toMatch(/Document removed.*minutes-1\.pdf.*Ann/s)
  expect(await rows.count()).toBe(20)
  await page.getByRole('button', { name: 'Show earlier ones' }).press('Enter')
  await expectSaid(page, '10 earlier entries.')
  expect(await rows.count()).toBe(30)
  expect(await focused(page)).toContain('minutes-21.pdf')
  const last = await rows.last().textContent()
  expect(last).toMatch(/Vouched answer added.*When is the office open\?.*Bob/s)
  expect(await page.getByRole('button', { name: 'Show earlier ones' }).count()).toBe(0)
})
