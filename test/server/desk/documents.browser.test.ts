import path from 'node:path'
import type { Page, Route } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { useBrowser } from '../../support/browser.ts'
import { expectProblem, expectSaid, focused } from '../../support/desk-page.ts'
import { serveDesk } from '../../support/serve-desk.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'

const openPage = useBrowser()

/** A file of 5 MB, which is sent in three parts. */
const LARGE = { name: 'large.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(5_000_000, 7) }
const SMALL = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('Cats sleep.') }

async function openDocuments() {
  const desk = await serveDesk()
  const page = await openPage()
  await page.goto(`${desk.url}/desk`)
  await page
    .getByRole('link', { name: 'Handbook' })
    .or(page.locator('tbody th').first())
    .first()
    .waitFor()
  return { ...desk, page }
}

function rows(page: Page) {
  return page.locator('tbody tr')
}

/** Sends a file whose second part stays on its way. Gives that part. */
async function sendHalf(page: Page, file: string | typeof LARGE = LARGE): Promise<Route> {
  let parts = 0
  const held = new Promise<Route>((resolve) => {
    void page.route('**/desk/api/uploads/*', (route) => {
      if (route.request().method() !== 'PATCH') return route.continue()
      parts += 1
      return parts === 2 ? resolve(route) : route.continue()
    })
  })
  await page.getByLabel('Files').setInputFiles(file)
  return held
}

describe('the list of documents', () => {
  test('has what each is, and links to those that are read', async () => {
    const { page } = await openDocuments()
    const texts = await rows(page).evaluateAll((found) => found.map((row) => row.textContent))
    expect(texts[0]).toContain('Handbook')
    expect(texts[1]).toMatch(/scan\.pdf.*Cannot be taken.*has pictures of pages/s)
    const link = page.getByRole('link', { name: 'Handbook' })
    expect(await link.getAttribute('href')).toBe('/documents/handbook')
    expect(await page.locator('tbody img').count()).toBe(0)
  })

  test('is searched, filtered and paged by keyboard, and kept in the address', async () => {
    const { page } = await openDocuments()
    await page.getByRole('button', { name: 'Next' }).press('Enter')
    await expectSaid(page, '28 documents.')
    expect(await rows(page).count()).toBe(8)
    expect(await focused(page)).toBe('28 documents')
    expect(new URL(page.url()).search).toBe('?page=2')
    await page.getByLabel('State').selectOption('refused')
    await expectSaid(page, '1 document.')
    expect(new URL(page.url()).search).toBe('?state=refused')
    await page.getByLabel('State').selectOption('')
    await page.getByLabel('Search by title').fill('meeting 2')
    await page.getByLabel('Search by title').press('Enter')
    await expectSaid(page, '7 documents.')
    await page.reload()
    await page.getByRole('heading', { name: '7 documents' }).waitFor()
    expect(await page.getByLabel('Search by title').inputValue()).toBe('meeting 2')
  })

  test('is asked for again while a document waits', async () => {
    const { page, data } = await openDocuments()
    await page.getByLabel('Files').setInputFiles(SMALL)
    const row = rows(page).filter({ hasText: 'notes.txt' })
    await row.filter({ hasText: 'Waiting' }).waitFor()
    const [waiting] = data.documents
    if (waiting) data.documents[0] = { ...waiting, state: 'read', change: null }
    await row.getByText('Read', { exact: true }).waitFor()
    expect(await row.textContent()).not.toContain('Waiting')
  })

  test('says why it cannot be shown, until that is closed', async () => {
    const { page } = await openDocuments()
    await page.route('**/desk/api/documents?*', (route) =>
      route.fulfill({ status: 503, json: { detail: 'The index is damaged.' } }),
    )
    await page.getByLabel('Search by title').fill('cats')
    await page.getByLabel('Search by title').press('Enter')
    const alert = page.getByRole('alert')
    await alert.filter({ hasText: 'The index is damaged.' }).waitFor()
    await alert.getByRole('button', { name: 'Close' }).press('Enter')
    await alert.waitFor({ state: 'detached' })
    expect(await focused(page)).toBe('Add documents')
  })
})

test('where documents cannot be changed, the page says why and offers nothing', async () => {
  const { url, data } = await serveDesk()
  const reason = 'This server may not write its documents folder.'
  data.changes = { arePossible: false, reason, takeEffect: 'soon' }
  const page = await openPage()
  await page.goto(`${url}/desk`)
  await page.getByText(reason).waitFor()
  expect(await page.getByLabel('Files').count()).toBe(0)
  expect(await page.getByRole('button', { name: /^(?:Move|Remove)/ }).count()).toBe(0)
})

describe('a file', () => {
  test('is sent when it is picked, into a collection', async () => {
    const { page, data } = await openDocuments()
    await page.getByLabel('Into the collection').fill('letters')
    await page.getByLabel('Files').setInputFiles([SMALL, { ...SMALL, name: 'more.txt' }])
    await page.getByLabel('Uploads').getByText('Sent').nth(1).waitFor()
    const sent = [...data.uploads.values()]
    expect(sent.map(({ metadata }) => metadata)).toEqual([
      { filename: 'notes.txt', collection: 'letters' },
      { filename: 'more.txt', collection: 'letters' },
    ])
    expect(sent[0]?.bytes.toString()).toBe('Cats sleep.')
    await page.getByRole('button', { name: 'Clear what is sent' }).press('Enter')
    expect(await page.getByLabel('Uploads').count()).toBe(0)
    expect(await focused(page)).toBe('Add documents')
  })

  test('is sent when it is dropped', async () => {
    const { page, data } = await openDocuments()
    const dropped = await page.evaluateHandle(() => {
      const transfer = new DataTransfer()
      transfer.items.add(new File(['Owls fly.'], 'owls.txt', { type: 'text/plain' }))
      return transfer
    })
    const zone = page.locator('.drop')
    await zone.dispatchEvent('dragover', { dataTransfer: dropped })
    expect(await zone.getAttribute('class')).toContain('over')
    await zone.dispatchEvent('drop', { dataTransfer: dropped })
    await expectSaid(page, 'owls.txt: Sent')
    expect(await zone.getAttribute('class')).not.toContain('over')
    expect([...data.uploads.values()][0]?.bytes.toString()).toBe('Owls fly.')
  })

  test('replaces another of its name only if a person wants that', async () => {
    const { page, data } = await openDocuments()
    const file = { ...SMALL, name: 'handbook.pdf' }
    await page.getByLabel('Files').setInputFiles(file)
    await expectSaid(page, 'There is a document handbook.pdf already.')
    await page.getByRole('button', { name: 'Keep the old one: handbook.pdf' }).press('Enter')
    expect(await page.getByLabel('Uploads').count()).toBe(0)
    expect(data.uploads.size).toBe(0)
    await page.getByLabel('Files').setInputFiles(file)
    await page.getByRole('button', { name: 'Replace it: handbook.pdf' }).press('Enter')
    await expectSaid(page, 'handbook.pdf: Sent')
    expect([...data.uploads.values()].map(({ metadata }) => metadata)).toEqual([
      { filename: 'handbook.pdf', replace: 'true' },
    ])
  })

  test('goes on where it was after a pause', async () => {
    const { page, data } = await openDocuments()
    await sendHalf(page)
    await page.getByRole('button', { name: 'Pause: large.pdf' }).press('Enter')
    await page.getByText('Paused at 2.1 MB of 5.0 MB').waitFor()
    const [upload] = data.uploads.values()
    expect(upload?.bytes.length).toBe(2 * 1024 * 1024)
    await page.getByRole('button', { name: 'Resume: large.pdf' }).press('Enter')
    await expectSaid(page, 'large.pdf: Sent')
    expect(data.uploads.size).toBe(1)
    expect(upload?.bytes.equals(LARGE.buffer)).toBe(true)
  })

  test('goes on by itself when the connection is back', async () => {
    const { page, data } = await openDocuments()
    const held = await sendHalf(page)
    await page.context().setOffline(true)
    await held.abort()
    await expectSaid(page, 'large.pdf: The connection was lost')
    await page.context().setOffline(false)
    await expectSaid(page, 'large.pdf: Sent')
    expect(data.uploads.size).toBe(1)
    expect([...data.uploads.values()][0]?.bytes.equals(LARGE.buffer)).toBe(true)
  })

  test('goes on where it was after the page was loaded again', async () => {
    const { page, data } = await openDocuments()
    const folder = await temporaryFolder()
    await writeFiles(folder, { 'large.pdf': LARGE.buffer })
    const file = path.join(folder, 'large.pdf')
    await sendHalf(page, file)
    page.on('dialog', (dialog) => void dialog.accept())
    await page.reload()
    await page.getByLabel('Files').setInputFiles(file)
    await expectSaid(page, 'large.pdf: Sent')
    expect(data.uploads.size).toBe(1)
    expect([...data.uploads.values()][0]?.bytes.equals(LARGE.buffer)).toBe(true)
  })

  test('is no longer kept by the server when a person gives it up', async () => {
    const { page, data } = await openDocuments()
    await sendHalf(page)
    await page.getByRole('button', { name: 'Cancel: large.pdf' }).press('Enter')
    await expect.poll(() => data.uploads.size).toBe(0)
    expect(await page.getByLabel('Uploads').count()).toBe(0)
  })

  test('that the server refuses has its reason, and can be sent again', async () => {
    const { page } = await openDocuments()
    await page.route('**/desk/api/uploads', (route) =>
      route.fulfill({ status: 413, json: { detail: 'A file has at most 1 GB.' } }),
    )
    await page.getByLabel('Files').setInputFiles(SMALL)
    await expectSaid(page, 'notes.txt: A file has at most 1 GB.')
    await page.unroute('**/desk/api/uploads')
    await page.getByRole('button', { name: 'Try again: notes.txt' }).press('Enter')
    await expectSaid(page, 'notes.txt: Sent')
  })
})

describe('a document', () => {
  test('is moved to another collection, and out of one', async () => {
    const { page, data } = await openDocuments()
    const button = page.getByRole('button', { name: 'Move Handbook', exact: true })
    await button.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Move “Handbook”' })
    await dialog.getByLabel('Collection').fill('manuals')
    await dialog.getByLabel('Collection').press('Enter')
    await expectSaid(page, '“Handbook” is moved to manuals.')
    expect(data.documents[0]?.collection).toBe('manuals')
    expect(await focused(page)).toBe('Move')
    await button.press('Enter')
    expect(await dialog.getByLabel('Collection').inputValue()).toBe('manuals')
    await dialog.getByLabel('Collection').fill('')
    await dialog.getByRole('button', { name: 'Move' }).press('Enter')
    await expectSaid(page, '“Handbook” has the collection of its own again.')
    expect(data.documents[0]?.collection).toBeNull()
  })

  test('is removed only after a person confirms it', async () => {
    const { page, data } = await openDocuments()
    await page.getByRole('button', { name: 'Remove Handbook' }).press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Remove “Handbook”?' })
    await dialog.waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(await focused(page)).toBe('Remove')
    expect(data.documents).toHaveLength(28)
    await page.keyboard.press('Enter')
    await dialog.getByRole('button', { name: 'Remove' }).press('Enter')
    await expectSaid(page, '“Handbook” is removed.')
    expect(data.documents).toHaveLength(27)
    await expect.poll(() => focused(page)).toBe('27 documents')
  })

  test('that is gone already is told so', async () => {
    const { page, data } = await openDocuments()
    data.documents = []
    await page.getByRole('button', { name: 'Remove Handbook' }).press('Enter')
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).press('Enter')
    await expectProblem(page, 'There is no such document.')
  })
})
