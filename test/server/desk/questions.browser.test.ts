import { expect, test } from 'vitest'
import { useBrowser } from '../../support/browser.ts'
import { expectSaid, focused } from '../../support/desk-page.ts'
import { serveDesk } from '../../support/serve-desk.ts'

const HOLIDAY = 'How many days of holiday do I get?'

const openPage = useBrowser()

async function openQuestions() {
  const desk = await serveDesk()
  const page = await openPage({ timezoneId: 'Europe/Berlin' })
  await page.goto(`${desk.url}/desk/questions`)
  await page.getByRole('heading', { name: HOLIDAY }).waitFor()
  return { ...desk, page }
}

test('a group opens by keyboard, with its wordings, what was near, and why', async () => {
  const { page } = await openQuestions()
  const group = page.locator('.entries > li').first()
  await group.getByText('2 wordings').press('Enter')
  const asked = await group.locator('.asked').allTextContents()
  expect(asked[1]).toMatch(/“And holiday\?”.*Read as:.*And holiday\? \(days, year\)/s)
  expect(asked[1]).toMatch(/not answered.*did not help once.*What was near.*The office is open/s)
  const link = group.locator('.asked').first().getByRole('link', { name: 'Handbook' })
  expect(await link.getAttribute('href')).toBe('/documents/handbook?start=0&end=37#quote')
  await group.getByText('Why').first().press('Enter')
  await group.getByRole('row', { name: /Everybody has 30 days.*below the threshold/ }).waitFor()
})

test('the filters are what the server is asked for, and what is exported', async () => {
  const { page, data, url } = await openQuestions()
  await page.getByLabel('From').fill('2026-03-01')
  await page.getByLabel('To').fill('2026-03-02')
  await page.getByLabel('Search in questions').fill('holiday')
  await page.getByLabel('Search in questions').press('Enter')
  await expectSaid(page, '1 question.')
  await page.getByLabel('Show').selectOption('unanswered')
  await page.getByLabel('Order').selectOption('lastAsked')
  await expect
    .poll(() => data.asked.at(-1))
    .toEqual({
      text: 'holiday',
      kind: 'unanswered',
      sort: 'lastAsked',
      from: String(Date.parse('2026-03-01T00:00:00+01:00')),
      to: String(Date.parse('2026-03-03T00:00:00+01:00')),
      limit: '50',
      offset: '0',
    })
  const link = page.getByRole('link', { name: 'for a spreadsheet' })
  const exported = new URL((await link.getAttribute('href')) ?? '', url)
  expect(exported.pathname).toBe('/desk/api/questions/export')
  expect(exported.searchParams.get('text')).toBe('holiday')
  expect(exported.searchParams.get('kind')).toBe('unanswered')
  expect(exported.searchParams.get('format')).toBe('csv')
})

test('a question leads to the page where its quotes are chosen', async () => {
  const { page } = await openQuestions()
  await page.getByRole('link', { name: `Choose quotes that answer: ${HOLIDAY}` }).press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Vouched answers' }).waitFor()
  expect(await page.getByLabel('Question').inputValue()).toBe(HOLIDAY)
})

test('questions are forgotten after a person confirms it', async () => {
  const { page, data } = await openQuestions()
  await page.getByRole('button', { name: `Forget: ${HOLIDAY}` }).press('Enter')
  await page.getByRole('dialog').getByRole('button', { name: 'Forget' }).press('Enter')
  await expectSaid(page, 'The questions are forgotten.')
  expect(data.questions.map(({ group }) => group)).toEqual([2])
  await expect.poll(() => focused(page)).toBe('1 question')
})
