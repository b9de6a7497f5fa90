import { expect, test } from 'vitest'
import { useBrowser } from '../../support/browser.ts'
import { expectProblem, expectSaid, focused } from '../../support/desk-page.ts'
import { serveDesk } from '../../support/serve-desk.ts'

const openPage = useBrowser()

async function openWords() {
  const desk = await serveDesk()
  const page = await openPage()
  await page.goto(`${desk.url}/desk/words`)
  await page.getByRole('heading', { name: 'HR' }).waitFor()
  return { ...desk, page }
}

test('a proposal stands with its place, and is accepted or rejected', async () => {
  const { page, data } = await openWords()
  const proposal = page.getByRole('listitem').filter({ hasText: 'human resources' })
  const link = proposal.getByRole('link', { name: 'Handbook' })
  expect(await link.getAttribute('href')).toBe('/documents/handbook?start=0&end=37#quote')
  await page.getByRole('button', { name: 'Accept HR = human resources' }).press('Enter')
  await expectSaid(page, 'HR = human resources: in use now.')
  await expect.poll(() => focused(page)).toBe('Proposed by the documents')
  await page.getByRole('button', { name: 'Reject CEO = chief executive officer' }).press('Enter')
  await expectSaid(page, 'CEO = chief executive officer: not proposed again.')
  expect(data.words.map(({ forms, state }) => [forms, state])).toEqual([
    [['PTO', 'paid time off'], 'accepted'],
    [['HR', 'human resources'], 'accepted'],
    [['CEO', 'chief executive officer'], 'rejected'],
  ])
  await page.getByRole('heading', { name: 'Not proposed again' }).waitFor()
})

test('words are entered, one a line, and stay in the field until they are kept', async () => {
  const { page, data } = await openWords()
  const field = page.getByLabel('Forms, one a line')
  await field.fill('PMF')
  await page.getByRole('button', { name: 'Save' }).press('Enter')
  await expectProblem(page, 'Enter two forms or more.')
  expect(await field.inputValue()).toBe('PMF')
  await field.fill('PMF\n\n  Popular Mobilization Forces ')
  await page.getByRole('button', { name: 'Save' }).press('Enter')
  await expectSaid(page, 'PMF = Popular Mobilization Forces: in use now.')
  expect(await field.inputValue()).toBe('')
  expect(data.words.at(-1)?.forms).toEqual(['PMF', 'Popular Mobilization Forces'])
})

test('a word is removed after a person confirms it', async () => {
  const { page, data } = await openWords()
  await page.getByRole('button', { name: 'Remove PTO = paid time off' }).press('Enter')
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).press('Enter')
  await expectSaid(page, 'PTO = paid time off: removed.')
  expect(data.words).toEqual([])
  await expect.poll(() => focused(page)).toBe('Words in use')
})
