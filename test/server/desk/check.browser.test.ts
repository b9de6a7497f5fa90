import { expect, test } from 'vitest'
import { useBrowser } from '../../support/browser.ts'
import { expectSaid, focused } from '../../support/desk-page.ts'
import type { CheckData } from '../../support/desk-checks.ts'
import { serveDesk } from '../../support/serve-desk.ts'

const openPage = useBrowser()

async function openCheck(change: (checks: CheckData) => void = () => {}) {
  const desk = await serveDesk()
  const { checks } = desk.data
  change(checks)
  const page = await openPage()
  await page.goto(`${desk.url}/desk/check`)
  await page.getByRole('heading', { name: /^\d+ questions?$/ }).waitFor()
  return { checks, page }
}

test('the last run says what came, and what got better and worse', async () => {
  const { page } = await openCheck()
  const answers = page.getByRole('region', { name: 'Answers' })
  await answers.getByRole('row', { name: 'Right 1 of 2 (50 %)' }).waitFor()
  await answers.getByRole('heading', { name: 'Got worse (1)' }).waitFor()
  const [worse, better] = await answers.locator('.entries > li').allTextContents()
  expect(worse).toMatch(/Right.*→.*Wrong quotes.*no longer in the documents/s)
  expect(better).toMatch(/When is the office open\?.*Refused.*→.*Right, by quote 2/s)
  await page.getByText('3 results').press('Enter')
  await answers.getByRole('row', { name: /How high is Everest\?.*although/ }).waitFor()
})

test('all questions are asked by keyboard, with progress, and the result is told', async () => {
  const { page } = await openCheck()
  await page.getByRole('button', { name: 'Ask all 2 questions' }).press('Enter')
  await expectSaid(page, 'Asking 3 questions.')
  await expect.poll(() => focused(page)).toBe('Cancel')
  await page.getByRole('progressbar', { name: '1 of 3 questions asked' }).waitFor()
  await expectSaid(page, 'Done: 1 of 3 questions right.')
  await expect.poll(() => focused(page)).toBe('Answers')
  const runs = page.getByRole('button', { name: /questions right$/ })
  expect(await runs.count()).toBe(3)
  await runs.last().press('Enter')
  await expectSaid(page, 'is shown.')
  await page.getByRole('row', { name: 'Right 0 of 2 (0 %)' }).waitFor()
  expect(await runs.last().getAttribute('aria-pressed')).toBe('true')
})

test('a run is cancelled, and one that failed says why', async () => {
  const { page, checks } = await openCheck((data) => {
    data.looksUntilDone = 1000
  })
  await page.getByRole('button', { name: 'Ask all 2 questions' }).press('Enter')
  await page.getByRole('button', { name: 'Cancel' }).press('Enter')
  await expectSaid(page, 'The run is cancelled.')
  checks.progress = { by: 'Ann', done: 1, total: 3, problem: 'The models cannot be reached.' }
  await page.reload()
  await page.getByText('ended without a result: The models cannot be reached.').waitFor()
  await page.getByRole('button', { name: 'Ask all 2 questions' }).waitFor()
})

test('a run that was started before the page was opened is followed', async () => {
  const { page } = await openCheck((data) => {
    data.progress = { by: 'Bob', done: 0, total: 3, problem: null }
  })
  await page.getByRole('progressbar').waitFor()
  // The end of a run does not take the focus from where somebody works.
  await page.getByRole('textbox', { name: 'Question' }).focus()
  await expectSaid(page, 'Done: 1 of 3 questions right.')
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT')
})

test('a question is added, with words that are quoted, and what cannot be used is told', async () => {
  const { page, checks } = await openCheck()
  const question = page.getByRole('textbox', { name: 'Question' })
  const quotes = page.getByLabel('Words that should be quoted')
  await question.fill('When do we close?')
  await quotes.fill('nowhere')
  await page.getByRole('button', { name: 'Add the question' }).press('Enter')
  await expectSaid(page, '0 questions taken. 1 line cannot be used.')
  await page.getByText('Line 1: The quote is in no document.').waitFor()
  expect(await question.inputValue()).toBe('When do we close?')
  await quotes.fill('from nine to five\n\n The office ')
  await page.getByRole('button', { name: 'Add the question' }).press('Enter')
  await expectSaid(page, '1 question taken.')
  expect(await question.inputValue()).toBe('')
  expect(checks.questions.at(-1)).toMatchObject({
    question: 'When do we close?',
    quotes: [{ text: 'from nine to five' }, { text: 'The office' }],
  })
  await page.getByRole('heading', { name: '3 questions' }).waitFor()
})

test('questions come from a file and from the vouched answers, and are removed after a person confirms it', async () => {
  const { page, checks } = await openCheck()
  const buffer = Buffer.from('question,documentId,quote')
  await page.getByLabel('File').setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer })
  await expectSaid(page, '1 question taken.')
  expect(checks.questions.at(-1)?.question).toBe('question,documentId,quote')
  await page.getByRole('button', { name: 'Take the vouched answers' }).press('Enter')
  await expectSaid(page, '3 questions taken.')
  await page.getByRole('button', { name: 'Remove: When is the office open?' }).press('Enter')
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).press('Enter')
  await expectSaid(page, 'The question is removed.')
  expect(checks.questions.map(({ id }) => id)).toEqual(['2', '3'])
  await expect.poll(() => focused(page)).toBe('2 questions')
})

test('the threshold that costs least is used after a person confirms it, and taken back', async () => {
  const { page, checks } = await openCheck()
  const section = page.getByRole('region', { name: 'Threshold' })
  await section.getByText('3 questions are too few to say much').waitFor()
  const row = section.getByRole('row', { name: /^0\.08 costs least/ })
  expect(await row.getByRole('cell').allTextContents()).toEqual(['2', '2', '0', '2'])
  await section.getByText('1 right answer more, 1 wrong answer more').waitFor()
  const cost = section.getByLabel('A refusal costs as much as')
  await cost.fill('9')
  await cost.press('Tab')
  await expectSaid(page, 'The threshold 0.08 costs least.')
  await section.getByText('and 9 for each refusal').waitFor()
  await section.getByRole('button', { name: 'Use 0.08' }).press('Enter')
  await page.getByRole('dialog').getByRole('button', { name: 'Use 0.08' }).press('Enter')
  await expectSaid(page, 'The threshold is 0.08 now.')
  expect(checks.threshold.value).toBe(0.08)
  await expect.poll(() => focused(page)).toBe('Threshold')
  await section.getByText('chosen by Ann').waitFor()
  await section.getByRole('button', { name: 'Back to the default' }).press('Enter')
  await expectSaid(page, 'The default threshold is in use again.')
  expect(checks.threshold.from).toBe('default')
})

test('a threshold of the settings cannot be changed, nor by somebody who is limited to collections', async () => {
  const { page } = await openCheck((data) => {
    data.threshold = { ...data.threshold, from: 'settings', mayChange: false }
  })
  await page.getByText('The setting MIN_CONFIDENCE of this server has it').waitFor()
  expect(await page.getByRole('button', { name: 'Use 0.08' }).count()).toBe(0)
  const { page: limited } = await openCheck((data) => {
    data.threshold = { ...data.threshold, mayChange: false }
  })
  await limited.getByText('whose key is not limited to collections').waitFor()
  expect(await limited.getByRole('button', { name: 'Use 0.08' }).count()).toBe(0)
})
