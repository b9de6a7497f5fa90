import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { useBrowser } from '../../support/browser.ts'
import { expectProblem, expectSaid, focused } from '../../support/desk-page.ts'
import { serveDesk } from '../../support/serve-desk.ts'

const openPage = useBrowser()

async function openVouched() {
  const desk = await serveDesk()
  const page = await openPage()
  await page.goto(`${desk.url}/desk/vouched`)
  await page.getByRole('heading', { name: '3 vouched answers' }).waitFor()
  return { ...desk, page }
}

function chosen(page: Page): Promise<string[]> {
  return page.locator('.editor blockquote').allTextContents()
}

test('the list says who chose what, and whether it still stands', async () => {
  const { page } = await openVouched()
  const entries = await page.locator('section:not(.editor) .entries > li').allTextContents()
  expect(entries[0]).toMatch(/When is the office open\?.*by Ann.*Given/s)
  expect(entries[1]).toMatch(/by Bob.*Given.*at another place now/s)
  expect(entries[2]).toMatch(/Not given.*no longer has these words/s)
  await page.getByText('from a probability of 92 % on').waitFor()
})

test('an answer is made by keyboard of quotes that the documents give', async () => {
  const { page, data } = await openVouched()
  await page.getByLabel('Question').fill('How much holiday is there?')
  await page.getByRole('button', { name: 'Find quotes for the question' }).press('Enter')
  await expectSaid(page, '2 quotes found, 1 of them answers.')
  await page.getByRole('checkbox', { name: 'Everybody has 30 days' }).press('Space')
  await expectSaid(page, '1 quote chosen.')
  await page.getByRole('button', { name: 'Vouch for this answer' }).press('Enter')
  await expectSaid(page, 'Saved: “How much holiday is there?” gets 1 quote now.')
  expect(data.vouched[0]).toMatchObject({
    question: 'How much holiday is there?',
    quotes: [{ documentId: 'handbook', start: 39, end: 79 }],
  })
  await expect.poll(() => focused(page)).toBe('4 vouched answers')
  expect(await page.getByLabel('Question').inputValue()).toBe('')
  expect(await chosen(page)).toEqual([])
})

test('quotes are chosen among the sentences of a document', async () => {
  const { page, data } = await openVouched()
  await page.getByLabel('Question').fill('When do I ask for holiday?')
  await page.getByLabel('Title or file name').fill('hand')
  await page.getByLabel('Title or file name').press('Enter')
  await expectSaid(page, '1 document found.')
  await page.locator('.choices').getByRole('button', { name: 'Handbook' }).press('Enter')
  await expect.poll(() => focused(page)).toBe('Handbook')
  await page.getByLabel('Words in it').fill('BEFORE weeks')
  await page.getByLabel('Words in it').press('Enter')
  await expectSaid(page, '1 paragraph found.')
  await page.getByRole('checkbox', { name: 'Ask for them two weeks before.' }).press('Space')
  await page.getByRole('checkbox', { name: 'Everybody has 30 days' }).press('Space')
  expect(await chosen(page)).toEqual([
    'Ask for them two weeks before.',
    'Everybody has 30 days of holiday\na year.',
  ])
  await page.getByRole('button', { name: 'Take out: Everybody' }).press('Enter')
  expect(await page.getByRole('checkbox', { name: 'Everybody' }).isChecked()).toBe(false)
  await expect.poll(() => focused(page)).toBe('Chosen quotes')
  await page.getByRole('button', { name: 'Vouch for this answer' }).press('Enter')
  await expectSaid(page, 'gets 1 quote now.')
  expect(data.vouched[0]?.quotes.map(({ text }) => text)).toEqual([
    'Ask for them two weeks before.',
  ])
})

test('an answer is changed, or left as it was', async () => {
  const { page, data } = await openVouched()
  const change = page.getByRole('button', { name: 'Change: Who signs a contract?' })
  await change.press('Enter')
  await page.getByRole('heading', { name: 'Change an answer' }).waitFor()
  await page.getByRole('button', { name: 'Do not change it' }).press('Enter')
  await page.getByRole('heading', { name: 'Vouch for an answer' }).waitFor()
  await change.press('Enter')
  await expect.poll(() => page.getByLabel('Question').inputValue()).toBe('Who signs a contract?')
  await page.getByLabel('Question').fill('Who signs contracts?')
  await page.getByRole('button', { name: 'Save the change' }).press('Enter')
  await expectSaid(page, 'Saved: “Who signs contracts?”')
  expect(data.vouched.find(({ id }) => id === '2')?.question).toBe('Who signs contracts?')
  expect(data.vouched).toHaveLength(3)
})

test('what is missing is told, and what the server refuses stays entered', async () => {
  const { page } = await openVouched()
  const save = page.getByRole('button', { name: 'Vouch for this answer' })
  await save.press('Enter')
  await expectSaid(page, 'Enter the question first.')
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('question')
  await page.getByLabel('Question').fill('When is it open?')
  await save.press('Enter')
  await expectSaid(page, 'Choose a quote first.')
  await page.getByRole('button', { name: 'Find quotes for the question' }).press('Enter')
  await page.getByRole('checkbox').first().press('Space')
  await page.route('**/desk/api/vouched', (route) =>
    route.fulfill({
      status: 400,
      json: {
        detail: 'Some fields are not valid.',
        errors: [{ path: 'quotes.0', message: 'goes across paragraphs' }],
      },
    }),
  )
  await save.press('Enter')
  await expectProblem(page, 'Some fields are not valid. (quotes.0: goes across paragraphs)')
  expect(await page.getByLabel('Question').inputValue()).toBe('When is it open?')
  expect(await chosen(page)).toHaveLength(1)
})

test('an answer is removed after a person confirms it', async () => {
  const { page, data } = await openVouched()
  await page.getByRole('button', { name: 'Remove: When is the office open?' }).press('Enter')
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).press('Enter')
  await expectSaid(page, 'The vouched answer is removed.')
  expect(data.vouched.map(({ id }) => id)).toEqual(['2', '3'])
  await expect.poll(() => focused(page)).toBe('2 vouched answers')
})
