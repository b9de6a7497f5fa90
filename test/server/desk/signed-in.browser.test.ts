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

test('questions are checked at a real server, and the threshold is set there', async () => {
  const { app, service } = await openWords({}, { settings: { MIN_CONFIDENCE: '' } })
  const server = await listen(app, { host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.stop())
  const key = { name: 'Ada', may: ['desk'] as const, collections: null, expiresAtMs: null }
  const { token } = await service.keys.create(key)
  const page = await openPage()
  await page.goto(`${server.url}/desk/check`)
  await page.getByLabel('Key').fill(token)
  await page.getByLabel('Key').press('Enter')
  const add = async (question: string, quotes: string) => {
    await page.getByRole('textbox', { name: 'Question' }).fill(question)
    await page.getByLabel('Words that should be quoted').fill(quotes)
    await page.getByRole('button', { name: 'Add the question' }).press('Enter')
    await expectSaid(page, '1 question taken.')
  }
  await add('When do cats sleep?', 'cats sleep all day')
  await page.getByRole('heading', { name: '1 question' }).waitFor()
  await page.getByRole('button', { name: 'Ask all 1 question' }).press('Enter')
  await expectSaid(page, 'Done: 1 of 1 question right.')
  // It is no longer right to answer this: any answer is wrong.
  await add('When do cats sleep?', '')
  await page.getByRole('button', { name: 'Ask all 1 question' }).press('Enter')
  await expectSaid(page, 'Done: 0 of 1 question right.')
  await page.getByRole('heading', { name: 'Got worse (1)' }).waitFor()
  await page.getByRole('button', { name: /^Use 0\.\d+$/ }).press('Enter')
  await page.getByRole('dialog').getByRole('button', { name: /^Use/ }).press('Enter')
  await expectSaid(page, 'The threshold is 0.')
  await page.getByRole('button', { name: 'Ask all 1 question' }).press('Enter')
  await expectSaid(page, 'Done: 1 of 1 question right.')
  await page.getByRole('heading', { name: 'Got better (1)' }).waitFor()
})
