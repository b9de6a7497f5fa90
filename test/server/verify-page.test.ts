import { request } from 'node:http'
import { describe, expect, test } from 'vitest'
import { FootnoteError } from '../../index/errors.ts'
import type { Service } from '../../server/service.ts'
import { HOSTILE, openWords, serveWords } from '../support/serve-words.ts'

const KEY = 'correct-horse-battery'
const OWLS = 'Owls see well in the dark. They do not sleep at night.\n'

function sendForm(
  url: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
) {
  return fetch(`${url}/verify`, { method: 'POST', headers, body: new URLSearchParams(fields) })
}

/** The text of a page as a reader sees it, on one line; `kept` is what the field holds. */
function readPage(page: string) {
  const [, kept = ''] = /<textarea[^>]*>\n?([^<]*)<\/textarea>/.exec(page) ?? []
  const text = page.replace(/<[^>]*>/g, '').replace(/\s+/g, ' ')
  return { text, kept }
}

describe('the page at /verify', () => {
  test('has a field, and is the only one whose form may be sent, and only to this server', async () => {
    const url = await serveWords()
    const response = await fetch(`${url}/verify`, { headers: { Accept: 'text/html' } })
    expect(response.status).toBe(200)
    expect(response.headers.get('Content-Security-Policy')).toContain("form-action 'self'")
    expect(response.headers.get('Referrer-Policy')).toBe('same-origin')
    expect(readPage(await response.text()).text).toContain('Verify a draft')
    const plain = await fetch(`${url}/verify`)
    expect(plain.headers.get('Content-Security-Policy')).toContain("form-action 'self'")
    const start = await fetch(url)
    expect(start.headers.get('Content-Security-Policy')).toContain("form-action 'none'")
    expect(await start.text()).toContain('href="/verify"')
  })

  test('says of each sentence and each quotation of a draft what was found of it', async () => {
    const url = await serveWords({}, { files: { 'owls.txt': OWLS } })
    const text =
      'I like cats. Cats sleep all day.\n\nAnn says: “They hunt at noon.” Bob says “owls eat books at the weekend”.'
    const response = await sendForm(url, { text })
    expect(response.status).toBe(200)
    const page = await response.text()
    const { text: shown, kept } = readPage(page)
    expect(kept).toBe(text)
    expect(shown).toContain('2 places to look at')
    expect(shown).toContain('2 quotations: 1 altered, 1 not found')
    expect(shown).toContain('The draft says noon, the source says night')
    expect(shown).toContain('(sentence quoted: note 1)')
    expect(shown).toContain('(quotation altered: note 2)')
    expect(shown).toContain('(quotation not found: note 3)')
    expect(page).toMatch(/<a href="\/documents\/cats\?start=\d+&amp;end=\d+[^"]*#quote"/)
  })

  test('takes sentences in quotation marks for quotations, also where several stand between them', async () => {
    const url = await serveWords()
    const text = 'Cats eat. “Cats sleep all day. They read books. So do owls.”\n\n"Dogs bark."'
    const { text: shown } = readPage(await (await sendForm(url, { text })).text())
    expect(shown).toContain('3 places to look at')
    expect(shown).toContain('4 quotations: 1 quoted, 3 not found')
    expect(shown).toContain('(quotation quoted: note 1)')
    expect(shown).toContain('(quotation not found: note 4)')
  })

  test('marks a sentence as a whole, too, where its quotations are the smaller part of it', async () => {
    const owls = 'Owls see well at night, which Ann calls “the dark”, and they read maps.\n'
    const url = await serveWords({}, { files: { 'owls.txt': owls } })
    const text =
      'Owls see well at noon, which Ann calls “the dark”, and they read maps. Dogs bark “loud”.'
    const page = await (await sendForm(url, { text })).text()
    expect(readPage(page).text).toContain('(quotation quoted: note 1)')
    expect(readPage(page).text).toContain('(sentence altered: note 2)')
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id)
    expect(targets).toHaveLength(8)
    expect(targets.filter((id) => !page.includes(`id="${id}"`))).toEqual([])
  })

  test('looks for similar sentences only where it is asked to', async () => {
    const url = await serveWords()
    const text = 'At night the cats hunt all day.'
    expect(readPage(await (await sendForm(url, { text })).text()).text).toContain('1 not found')
    const similar = await (await sendForm(url, { text, similar: 'on' })).text()
    expect(readPage(similar).text).toContain('1 similar')
    expect(similar).toMatch(/id="similar" name="similar" checked/)
  })

  test('never makes markup of a draft or a document', async () => {
    const url = await serveWords()
    const text = `<script>alert("owls")</script> ${HOSTILE} cats. </textarea><b>“${HOSTILE} owls”</b>`
    const page = await (await sendForm(url, { text })).text()
    expect(page).not.toMatch(/<(?:script|img|b)\b/)
    expect(page).toContain('&lt;/textarea&gt;&lt;b&gt;')
    expect(page).toContain(HOSTILE.replace(/[<>"']/g, (char) => `&${ENTITIES[char]};`))
  })

  test('keeps paragraphs, and the text between sentences', async () => {
    const url = await serveWords()
    const text = '\n- Cats sleep all day.\n- They hunt at night.\r\n\r\n***\n \n1. Dogs bark.\n'
    const page = await (await sendForm(url, { text })).text()
    const paragraphs = [...page.matchAll(/<p dir="auto">([^]*?)<\/p>/g)].map(([, p = '']) => {
      return readPage(p.replaceAll('<br />', ' ')).text
    })
    expect(paragraphs.join('|')).toMatch(/^- Cats sleep.* - They hunt.* \*\*\*\|1\. Dogs bark/)
  })
})

const ENTITIES: Readonly<Record<string, string>> = { '<': 'lt', '>': 'gt', '"': 'quot', "'": '#39' }

describe('a draft that is not verified comes back in the field, and the page says what to do', () => {
  test('where it is empty', async () => {
    const response = await sendForm(await serveWords(), { text: ' \r\n ' })
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('The field is empty. Paste a draft into it.')
  })

  test('where it is too long', async () => {
    const text = '“Cats sleep.” '.repeat(3000)
    const response = await sendForm(await serveWords(), { text })
    expect(response.status).toBe(400)
    const page = readPage(await response.text())
    expect(page.text).toContain('has 42,000 characters, and 20,000 are the most')
    expect(page.kept).toBe(text)
  })

  test('a draft of the greatest length is verified, whatever its characters', async () => {
    const text = 'Ж猫\n'.repeat(6666)
    const response = await sendForm(await serveWords(), { text: text.replaceAll('\n', '\r\n') })
    expect(response.status).toBe(200)
  })

  test('a draft that is nothing but opening quotation marks holds nobody up', async () => {
    const url = await serveWords()
    const started = performance.now()
    expect((await sendForm(url, { text: '“a '.repeat(6600) })).status).toBe(200)
    expect(performance.now() - started).toBeLessThan(5000)
  })

  test('where it is larger than what is read', async () => {
    const response = await sendForm(await serveWords(), { text: 'x'.repeat(600_000) })
    expect(response.status).toBe(413)
    expect(await response.text()).toContain('The draft is far too long')
  })

  test.each([
    ['too many drafts wait', new FootnoteError('drafts-waiting', 'Too many drafts wait.')],
    ['something unexpected happens', new Error('secret')],
  ])('where %s', async (_, error) => {
    const { service } = await openWords()
    const verify: Service['verify'] = () => Promise.reject(error)
    const url = await serveWords({ findService: () => ({ ...service, verify }) })
    const response = await sendForm(url, { text: 'Cats sleep.', similar: 'on' })
    expect([500, 503]).toContain(response.status)
    const html = await response.text()
    expect(readPage(html).kept).toBe('Cats sleep.')
    expect(html).toContain('The draft is still in the field.')
    expect(html).toMatch(/id="similar" name="similar" checked/)
    expect(html).not.toContain('secret')
  })

  test('where the server is not ready, or gets too many requests', async () => {
    const starting = await sendForm(await serveWords({ findService: () => null }), { text: 'A.' })
    expect(starting.status).toBe(503)
    expect(starting.headers.get('Retry-After')).toBe('1')
    expect(readPage(await starting.text()).kept).toBe('A.')
    const url = await serveWords({ requestsPerMinute: 1 })
    await sendForm(url, { text: 'A.' })
    const limited = await sendForm(url, { text: 'B.' })
    expect(limited.status).toBe(429)
    expect(Number(limited.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect(readPage(await limited.text()).kept).toBe('B.')
  })
})

describe('where keys are needed', () => {
  test('the page says that a browser cannot send one', async () => {
    const url = await serveWords({ apiKeys: [KEY] })
    const asked = await fetch(`${url}/verify`, { headers: { Accept: 'text/html' } })
    for (const response of [asked, await sendForm(url, { text: 'Cats sleep all day.' })]) {
      expect(response.status).toBe(401)
      expect(response.headers.get('WWW-Authenticate')).toContain('Bearer')
      const page = await response.text()
      expect(page).toContain('a browser cannot send one')
      expect(page).not.toContain('<form')
    }
  })

  test('the page is there with a key, or where questions need none', async () => {
    const url = await serveWords({ apiKeys: [KEY] })
    const headers = { Authorization: `Bearer ${KEY}` }
    expect((await sendForm(url, { text: 'Cats sleep all day.' }, headers)).status).toBe(200)
    const open = await serveWords({ apiKeys: [KEY], publicRoutes: ['questions'] })
    expect((await sendForm(open, { text: 'Cats sleep all day.' })).status).toBe(200)
  })
})

describe('other clients', () => {
  test('get JSON for JSON, and problems for what is neither', async () => {
    const url = await serveWords()
    const headers = { 'Content-Type': 'application/json' }
    const body = JSON.stringify({ text: 'Cats sleep all day.' })
    const response = await fetch(`${url}/verify`, { method: 'POST', headers, body })
    expect(await response.json()).toMatchObject([{ verdict: 'quoted' }])
    const text = await fetch(`${url}/verify`, { method: 'POST', body: 'Cats sleep.' })
    expect(text.status).toBe(415)
    expect(text.headers.get('Content-Type')).toBe('application/problem+json')
  })

  test.each([
    ['an origin', { Origin: 'https://evil.example' }],
    ['no origin in particular', { Origin: 'null' }],
    [
      'a navigation without an origin',
      { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' },
    ],
  ])('a form of a foreign page is refused: %s', async (_, headers) => {
    const { app } = await openWords()
    const response = await app.request('http://127.0.0.1/verify', {
      method: 'POST',
      headers: { Host: '127.0.0.1', ...headers },
      body: new URLSearchParams({ text: 'Cats sleep all day.' }),
    })
    expect(response.status).toBe(403)
    expect(await response.text()).not.toContain('<mark')
  })

  test('a form without a length is limited, too', async () => {
    const url = await serveWords()
    const status = await new Promise((resolve, reject) => {
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
      const sent = request(`${url}/verify`, { method: 'POST', headers }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      sent.on('error', reject)
      sent.write('text=')
      sent.end('x'.repeat(600_000))
    })
    expect(status).toBe(413)
  })
})
