import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { expectProblem } from '../support/problem.ts'
import { HOSTILE, openWords, serveWords } from '../support/serve-words.ts'
import { writeFiles } from '../support/temporary.ts'

const ACCEPT_JSON = { headers: { Accept: 'application/json' } }

describe('documents', () => {
  test('are listed, and given as plain text', async () => {
    const url = await serveWords()
    const list = await (await fetch(`${url}/documents`)).json()
    expect(list).toMatchObject([
      {
        id: 'cats',
        title: 'cats',
        author: 'Ann',
        characters: 40,
        paragraphs: 1,
        format: 'plain',
        collection: null,
        pages: null,
        problem: null,
      },
      { id: 'hostile', title: HOSTILE },
    ])
    const text = await fetch(`${url}/documents/cats/text`)
    expect(text.headers.get('Content-Type')).toBe('text/plain; charset=utf-8')
    expect(await text.text()).toBe('Cats sleep all day. They hunt at night.\n')
  })

  test('whose files cannot be read are listed with the problem, on the page at / too', async () => {
    const url = await serveWords({}, { broken: ['cats.txt', 'never/<b>.txt'] })
    const reason = 'is not UTF-8; save it as UTF-8 text'
    expect(await (await fetch(`${url}/problems`)).json()).toEqual([
      { file: 'cats.txt', problem: reason, documentId: 'cats' },
      { file: 'never/<b>.txt', problem: reason, documentId: null },
    ])
    const list = await (await fetch(`${url}/documents`)).json()
    expect(list).toMatchObject([
      { id: 'cats', problem: reason },
      { id: 'hostile', problem: null },
    ])
    const page = await (await fetch(url)).text()
    expect(page).toContain(`<li><bdi>cats.txt</bdi> ${reason}</li>`)
    expect(page).toContain(`<li><bdi>never/&lt;b&gt;.txt</bdi> ${reason}</li>`)
  })

  test('are never sent as HTML to a client that accepts JSON', async () => {
    const url = await serveWords()
    for (const path of ['/documents', '/documents/hostile', '/documents/hostile/text']) {
      const { headers } = await fetch(url + path, ACCEPT_JSON)
      expect(headers.get('Content-Type')).not.toContain('html')
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
    }
  })

  test.each([
    'start=5',
    'start=9&end=5',
    'start=5&end=5',
    'start=-1&end=5',
    'start=0&end=9999',
    'start=0&end=9&highlightStart=1',
    'start=0&end=9&highlightStart=3&highlightEnd=3',
    'start=2&end=9&highlightStart=1&highlightEnd=5',
    'start=2&end=9&highlightStart=5&highlightEnd=10',
    'highlightStart=1&highlightEnd=5',
    'x=1',
  ])('an invalid range gives status 400: %s', async (query) => {
    const address = `${await serveWords()}/documents/cats?${query}`
    await expectProblem(await fetch(address, ACCEPT_JSON), 400)
    // A client that accepts any type gets the problem, not the page that a browser gets.
    await expectProblem(await fetch(address), 400)
  })
})

describe('the file of a document', () => {
  test('is a download, and never a page of this server', async () => {
    const html = '<!doctype html><title>Owls</title><p>Owls fly.</p><script>alert(1)</script>'
    const url = await serveWords({}, { files: { 'wild/Große Eulen.html': html } })
    const response = await fetch(`${url}/documents/wild-gro-e-eulen/file`)
    expect(response.status).toBe(200)
    expect(response.headers.get('Content-Disposition')).toBe(
      `attachment; filename*=UTF-8''Gro%C3%9Fe%20Eulen.html`,
    )
    expect(response.headers.get('Content-Type')).toBe('application/octet-stream')
    expect(await response.text()).toBe(html)
  })

  test('is there only as long as it is the file that was read', async () => {
    const { app, documents } = await openWords()
    const file = () => app.request('http://127.0.0.1/documents/cats/file')
    expect((await file()).status).toBe(200)
    await writeFiles(documents, { 'cats.yaml': 'title: Felines' })
    expect((await file()).status).toBe(200)
    await writeFiles(documents, { 'cats.txt': 'Dogs bark.' })
    await expectProblem(await file(), 404)
    await rm(join(documents, 'cats.txt'))
    await expectProblem(await file(), 404)
    const unknown = await app.request('http://127.0.0.1/documents/..%2F..%2Fetc%2Fpasswd/file')
    await expectProblem(unknown, 404)
  })

  test('has pictures of its pages only where it is a PDF', async () => {
    const url = await serveWords()
    await expectProblem(await fetch(`${url}/documents/cats/pages/1`), 404)
  })
})
