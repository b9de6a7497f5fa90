import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answer } from '../../server/answer/answer-schema.ts'
import { useBrowser } from '../support/browser.ts'
import { ask, expectSeen } from '../support/chat.ts'
import { expectSaid } from '../support/desk-page.ts'
import { run, start } from '../support/process.ts'
import { temporaryFolder, writeFiles } from '../support/temporary.ts'
import { violations } from '../support/violations.ts'
import { writePdf } from '../support/write-pdf.ts'

const RETURNS = `# Returns

You may send back any item within 60 days of delivery, as long as it is unused.

Every parcel needs a Return Merchandise Authorization. Print its label before you go to the post office.
`

const CROSSING = 'Alpine states outside the customs union are served by our partner in Vaduz.'
const DELIVERY = `# Delivery

Parcels within Austria arrive in two working days.

${CROSSING}
`

const BATTERY = writePdf(
  [
    [{ x: 40, y: 400, text: 'Charge the battery at room temperature.' }],
    [{ x: 40, y: 400, text: 'In winter, store the battery indoors, charged to sixty percent.' }],
  ],
  { info: '/Title (Battery care)' },
)

const QUESTION = 'Do you ship to Switzerland?'
const PARAPHRASE = 'Do you also ship to Switzerland?'

const PAGES = ['/desk', '/desk/questions', '/desk/vouched', '/desk/words', '/desk/log']

/** The steps are those of one day at one desk: each goes on from what the one before has left. */
describe('the desk, as it ships', () => {
  const openPage = useBrowser()
  const cleanups: (() => Promise<void>)[] = []
  let url: string
  let key: string

  beforeAll(async () => {
    const folder = await temporaryFolder((clean) => cleanups.unshift(clean))
    await writeFiles(folder, {
      'documents/returns/returns.md': RETURNS,
      'documents/delivery.md': DELIVERY,
    })
    const env = {
      DOCUMENTS_DIR: path.join(folder, 'documents'),
      INDEX_DIR: path.join(folder, 'index'),
      DATA_DIR: path.join(folder, 'data'),
      WATCH: '1',
      KEEP_QUESTIONS: '30d',
      // The disk of a test machine may be nearly full.
      MIN_FREE_SPACE: '1MB',
    }
    const created = run('keys', ['create', '--name', 'Ada', '--may', 'ask,verify,desk'], env)
    await created.ended
    key = created.output().stdout.trim()
    const server = await start(env, (end) => cleanups.unshift(end))
    url = server.url
  })

  afterAll(async () => {
    for (const clean of cleanups) await clean()
  })

  /** A page at which Ada has signed in, by keyboard. */
  async function signIn(to: string, options: Parameters<typeof openPage>[0] = {}): Promise<Page> {
    const page = await openPage(options)
    await page.goto(url + to)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.keyboard.type(key)
    await page.keyboard.press('Enter')
    await page.getByText('Signed in as Ada').waitFor()
    expect(new URL(page.url()).pathname).toBe(to)
    return page
  }

  async function askApi(question: string) {
    const response = await fetch(`${url}/ask`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ question }),
    })
    return answer.parse(await response.json())
  }

  test('a PDF that is dropped is read without a reload, and quoted with its page', async () => {
    const page = await signIn('/desk')
    await drop(page, 'battery-care.pdf', BATTERY)
    await expectSaid(page, 'battery-care.pdf: Sent')
    const row = page.getByRole('row', { name: /Battery care/ })
    await row.getByText('Read', { exact: true }).waitFor()
    await page.goto(url)
    await ask(page, 'How do I store the battery in winter?')
    await expectSeen(page.locator('blockquote', { hasText: 'store the battery indoors' }))
    const { quotes } = await askApi('How do I store the battery in winter?')
    expect(quotes[0]?.citation).toMatchObject({
      documentId: 'battery-care',
      page: { first: 2, last: 2 },
    })
  })

  test('files that cannot be taken are shown with the reason', async () => {
    const page = await signIn('/desk')
    await drop(page, 'poster.pdf', writePdf([[]]))
    const row = page.getByRole('row', { name: /poster\.pdf/ })
    await row.getByText('This file is a scan without text; run OCR first').waitFor()
    await drop(page, 'letter.docx', Buffer.from('No Word file.'))
    await expectSaid(page, 'letter.docx is damaged, or no docx file.')
    expect(await page.getByRole('row', { name: /letter\.docx/ }).count()).toBe(0)
  })

  test('quotes are chosen by keyboard for a question that was not answered', async () => {
    expect((await askApi(QUESTION)).answered).toBe(false)
    const page = await signIn('/desk/questions')
    await page.getByRole('combobox', { name: 'Show' }).selectOption('unanswered')
    await page.getByRole('heading', { name: '1 question', exact: true }).waitFor()
    await page.getByText('not answered', { exact: true }).first().waitFor()
    await page.getByRole('link', { name: `Choose quotes that answer: ${QUESTION}` }).press('Enter')
    await page.getByLabel('Title or file name').fill('delivery')
    await page.keyboard.press('Enter')
    await page
      .locator('.choices')
      .getByRole('button', { name: /Delivery/ })
      .press('Enter')
    await page.getByRole('checkbox', { name: CROSSING }).press('Space')
    await page.getByRole('button', { name: 'Vouch for this answer' }).press('Enter')
    await expectSaid(page, `Saved: “${QUESTION}” gets 1 quote now.`)
    await page.goto(url)
    await ask(page, PARAPHRASE)
    await expectSeen(page.locator('blockquote', { hasText: CROSSING }))
    await expectSeen(page.getByText('chosen by Ada'))
    expect((await askApi(PARAPHRASE)).quotes[0]).toMatchObject({
      text: CROSSING,
      vouched: { by: 'Ada', question: QUESTION },
    })
  })

  test('a word finds what is written in its long form', async () => {
    const label = 'Return Merchandise Authorization'
    const asked = 'Is an RMA needed?'
    expect((await askApi(asked)).answered).toBe(false)
    const page = await signIn('/desk/words')
    await page.getByLabel('Forms, one a line').fill(`RMA\n${label}`)
    await page.getByRole('button', { name: 'Save' }).press('Enter')
    await expectSaid(page, `RMA = ${label}: in use now.`)
    const { quotes } = await askApi(asked)
    expect(quotes[0]?.text).toContain(label)
  })

  test('a vouched answer whose words are gone is flagged, and no longer given', async () => {
    const page = await signIn('/desk')
    await drop(page, 'delivery.md', Buffer.from(DELIVERY.replace(CROSSING, 'We ship on Mondays.')))
    await page.getByRole('button', { name: 'Replace it: delivery.md' }).press('Enter')
    await expectSaid(page, 'delivery.md: Sent')
    await page.getByRole('link', { name: 'Vouched answers' }).press('Enter')
    await expect
      .poll(
        async () => {
          await page.reload()
          await page.getByRole('heading', { name: QUESTION }).waitFor()
          return page.getByText('A document no longer has these words.').count()
        },
        { timeout: 30_000 },
      )
      .toBe(1)
    const { quotes } = await askApi(QUESTION)
    expect(quotes.filter(({ vouched }) => vouched !== null)).toEqual([])
  })

  test('the log names who did what, the latest first', async () => {
    const page = await signIn('/desk/log')
    await page.locator('tbody tr').first().waitFor()
    const rows = await page.locator('tbody tr').allTextContents()
    expect(rows.map((row) => row.replace(/\s+/g, ' ').trim())).toEqual([
      expect.stringMatching(/^Document replaced delivery\.md Ada/),
      expect.stringMatching(/^Word accepted RMA = Return Merchandise Authorization Ada/),
      expect.stringMatching(/^Vouched answer added Do you ship to Switzerland\? Ada/),
      expect.stringMatching(/^Document uploaded poster\.pdf Ada/),
      expect.stringMatching(/^Document uploaded battery-care\.pdf Ada/),
      expect.stringMatching(/^Key created Ada \(\w+\) npm run keys/),
    ])
    expect(await page.getByRole('button', { name: 'Show earlier ones' }).count()).toBe(0)
  })

  test.each([
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['320 pixels wide', { viewport: { width: 320, height: 640 } }],
  ] as const)('axe finds no problems on its pages: %s', async (_, options) => {
    const page = await signIn('/desk', options)
    for (const address of PAGES) {
      await page.goto(url + address)
      await page.locator('tbody tr, .entries > li').first().waitFor()
      expect([address, await violations(page)]).toEqual([address, []])
      const width = await page.evaluate(() => document.body.scrollWidth - innerWidth)
      expect(width).toBeLessThanOrEqual(0)
    }
  })
})

/** Drops a file onto the page, as from the person's own folders. */
async function drop(page: Page, name: string, content: Buffer): Promise<void> {
  const dropped = await page.evaluateHandle(
    ([fileName, base64]) => {
      const transfer = new DataTransfer()
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
      transfer.items.add(new File([bytes], fileName))
      return transfer
    },
    [name, content.toString('base64')] as const,
  )
  await page.locator('.drop').dispatchEvent('drop', { dataTransfer: dropped })
}
