import { describe, expect, test } from 'vitest'
import { expectProblem } from '../support/problem.ts'
import { HOSTILE, serveWords } from '../support/serve-words.ts'

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
