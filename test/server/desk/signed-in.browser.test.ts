import { expect, onTestFinished, test } from 'vitest'
import { listen } from '../../../server/http/listen.ts'
import { useBrowser } from '../../support/browser.ts'
import { expectSaid } from '../../support/desk-page.ts'
import { openWords } from '../../support/serve-words.ts'

const openPage = useBrowser()

test('a person signs in with a key, enters a word, finds that in the log, and signs out', async () => {
  const { app, service } = await openWords()
  const server = await listen(app, { host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.stop())
  const { token } = await service.keys.create({
    name: 'Ada',
    may: ['desk'],
    collections: null,
    expiresAtMs: null,
  })
  const page = await openPage()
  await page.goto(`${server.url}/desk/log`)
  await page.getByLabel('Key').fill('fn_wrong')
  await page.getByLabel('Key').press('Enter')
  await page.getByRole('alert').waitFor()
  await page.getByLabel('Key').fill(token)
  await page.getByLabel('Key').press('Enter')
  await page.getByText('Signed in as Ada').waitFor()
  await page.getByText('Nothing was done yet.').waitFor()
  await page.getByRole('link', { name: 'Words' }).press('Enter')
  await page.getByLabel('Forms, one a line').fill('PTO\npaid time off')
  await page.getByRole('button', { name: 'Save' }).press('Enter')
  await expectSaid(page, 'PTO = paid time off: in use now.')
  await page.getByRole('link', { name: 'Log' }).press('Enter')
  await page.getByRole('row', { name: /PTO.*paid time off.*Ada/ }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/desk/log')
  await page.getByRole('button', { name: 'Sign out' }).press('Enter')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await page.goto(`${server.url}/desk/log`)
  expect(new URL(page.url()).pathname).toBe('/sign-in')
})
