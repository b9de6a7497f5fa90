import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { KeyRight } from '../../server/access/caller.ts'
import { signedLinks } from '../../server/access/signed-links.ts'
import type { Service } from '../../server/service.ts'
import { openWords } from '../support/serve-words.ts'

const DAY_MS = 24 * 3_600_000

const FILES = {
  'open/owls.txt': 'Owls hunt at night.',
  'vaulted/bats.txt': 'Bats hunt at night.',
}

async function createKey(
  service: Service,
  may: readonly KeyRight[],
  collections: readonly string[] | null = null,
) {
  return service.keys.create({ name: 'Ada', may, collections, expiresAtMs: null })
}

function get(app: OpenAPIHono, path: string, headers: Readonly<Record<string, string>> = {}) {
  return app.request(`http://127.0.0.1${path}`, { headers })
}

function postForm(app: OpenAPIHono, path: string, form: Readonly<Record<string, string>>) {
  return app.request(`http://127.0.0.1${path}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      Origin: 'http://127.0.0.1',
    },
    body: new URLSearchParams(form).toString(),
  })
}

/** Signs in; gives the cookie. */
async function signIn(app: OpenAPIHono, key: string): Promise<string> {
  const response = await postForm(app, '/sign-in', { key, next: '/desk' })
  expect(response.status).toBe(303)
  return response.headers.get('Set-Cookie')?.split(';')[0] ?? ''
}

/** Moves the clock. */
function wait(ms: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms })
  onTestFinished(() => void vi.useRealTimers())
}

describe('signing in', () => {
  test('is offered on the start page in place of a chat that would be refused', async () => {
    const { app, service } = await openWords({}, { files: FILES })
    const { token } = await createKey(service, ['ask'])
    const before = await (await get(app, '/')).text()
    expect(before).toContain('<a href="/sign-in?next=/">sign in with a key</a>')
    expect(before).not.toMatch(/footnote-chat|widget\.js" defer>/)
    const after = await (await get(app, '/', { Cookie: await signIn(app, token) })).text()
    expect(after).toContain('<footnote-chat')
    expect(after).not.toContain('sign in with a key')
  })

  test('with a key opens the pages for a day at work, with the rights of the key', async () => {
    const { app, service } = await openWords({}, { files: FILES })
    const { token } = await createKey(service, ['ask', 'desk'], ['open'])
    const refused = await get(app, '/desk')
    expect([refused.status, refused.headers.get('Location')]).toEqual([
      303,
      '/sign-in?next=%2Fdesk',
    ])
    const Cookie = await signIn(app, token)
    expect((await get(app, '/desk', { Cookie })).status).toBe(200)
    expect((await get(app, '/documents/open-owls', { Cookie })).status).toBe(200)
    expect((await get(app, '/documents/vaulted-bats', { Cookie })).status).toBe(404)
    expect((await get(app, '/metrics', { Cookie })).status).toBe(403)
    wait(DAY_MS)
    expect((await get(app, '/documents/open-owls', { Cookie })).status).toBe(401)
  })

  test('gives a cookie without the key, which no script reads and no other site sends', async () => {
    const { app, service } = await openWords()
    const { token } = await createKey(service, ['desk'])
    const response = await postForm(app, '/sign-in', { key: ` ${token}\n`, next: '/desk' })
    const cookie = response.headers.get('Set-Cookie') ?? ''
    expect(cookie).toMatch(/; HttpOnly/)
    expect(cookie).toMatch(/; SameSite=Strict/)
    expect(cookie).not.toContain(token.slice(11))
  })

  test('ends at once when the key is revoked, and when somebody signs out', async () => {
    const { app, service } = await openWords()
    const { token, key } = await createKey(service, ['ask'])
    const Cookie = await signIn(app, token)
    expect((await get(app, '/documents', { Cookie })).status).toBe(200)
    const out = await postForm(app, '/sign-out', {})
    expect(out.headers.get('Set-Cookie')).toMatch(/Max-Age=0/)
    await service.keys.revoke(key.id)
    expect((await get(app, '/documents', { Cookie })).status).toBe(401)
  })

  test('with anything but a valid key says so, and keeps where to go', async () => {
    const { app, service } = await openWords()
    const { token } = await createKey(service, ['ask'])
    for (const key of ['', 'guess', `${token}x`, 'fn_'.padEnd(54, 'a')]) {
      const response = await postForm(app, '/sign-in', { key, next: '/desk/words' })
      expect(response.status).toBe(401)
      expect(await response.text()).toMatch(/no valid key[^]*value="\/desk\/words"/)
    }
  })

  test('leads only to pages of this server', async () => {
    const { app, service } = await openWords()
    const { token } = await createKey(service, ['ask'])
    for (const [next, location] of [
      ['/desk?page=2', '/desk?page=2'],
      ['https://evil.example/', '/'],
      ['//evil.example/', '/'],
      ['/\\evil.example/', '/'],
      ['/.//evil.example/', '/'],
      ['/desk/..//evil.example/', '/'],
      ['/%2e/\\evil.example/', '/'],
      ['javascript:alert(1)', '/'],
    ] as const) {
      const response = await postForm(app, '/sign-in', { key: token, next })
      expect(response.headers.get('Location')).toBe(location)
    }
  })

  test('does not let a forged session in', async () => {
    const { app, service } = await openWords()
    const { token, key } = await createKey(service, ['ask'])
    const Cookie = await signIn(app, token)
    const [, , signature = ''] = Cookie.split('.')
    for (const forged of [
      `footnote-session=${key.id}.${Date.now() + DAY_MS}.${signature}`,
      'footnote-session=..',
      'footnote-session=',
    ]) {
      expect((await get(app, '/documents', { Cookie: forged })).status).toBe(401)
    }
  })

  test('does not count for pages of other origins that may ask', async () => {
    const allowedOrigins = ['https://help.example']
    const { app, service } = await openWords({ allowedOrigins })
    const Cookie = await signIn(app, (await createKey(service, ['ask'])).token)
    const statusOf = async (Origin: string) =>
      (await get(app, '/ask?question=cats', { Cookie, Origin })).status
    expect(await statusOf('http://127.0.0.1')).toBe(200)
    expect(await statusOf('https://help.example')).toBe(401)
  })
})

/** A server that needs keys, and a signed link to a document. */
const openLinked = async () => {
  const opened = await openWords({ apiKeys: ['correct-horse-battery'] }, { files: FILES })
  const linkTo = signedLinks(await opened.service.signatures(), 2 * DAY_MS)
  const link = linkTo({ documentId: 'vaulted-bats', start: 0, end: 19, highlight: null })
  return { ...opened, link }
}

describe('a signed link', () => {
  test('opens its document at the quote, with all that the page links to, and nothing else', async () => {
    const { app, link } = await openLinked()
    const page = await get(app, link, { Accept: 'text/html' })
    expect(page.status).toBe(200)
    const html = await page.text()
    expect(html).toContain('<mark')
    const linked = Array.from(html.matchAll(/href="(\/documents\/[^"]+)"/g), ([, href = '']) =>
      href.replaceAll('&amp;', '&'),
    )
    expect(linked).toHaveLength(2)
    for (const href of linked) expect((await get(app, href)).status).toBe(200)
    const query = link.slice(link.indexOf('expires='))
    for (const path of [
      '/documents/open-owls',
      '/documents/open-owls/text',
      '/documents',
      '/ask',
    ]) {
      expect((await get(app, `${path}?question=bats&${query}`)).status).toBe(401)
    }
  })

  test('opens nothing after its time, nor where anything in it was changed', async () => {
    const { app, link } = await openLinked()
    const later = link.replace(/expires=(\d+)/, (_, day) => `expires=${Number(day) + 1}`)
    const statuses = [later, link.slice(0, -1), link.replace(/signature=.*/, 'signature=')]
    for (const changed of statuses) expect((await get(app, changed)).status).toBe(401)
    expect((await get(app, link)).status).toBe(200)
    wait(1.9 * DAY_MS)
    expect((await get(app, link)).status).toBe(200)
    wait(3.1 * DAY_MS)
    expect((await get(app, link)).status).toBe(401)
  })

  test('opens nothing at an address that is none', async () => {
    const { app, link } = await openLinked()
    const query = link.slice(link.indexOf('expires='))
    for (const path of ['%E0%A4%A', 'vaulted-bats%2F..%2Fopen-owls', '%2576aulted-bats', '', '/']) {
      expect([401, 404]).toContain((await get(app, `/documents/${path}?${query}`)).status)
    }
  })

  test('opens its document for somebody whose key does not', async () => {
    const { app, service, link } = await openLinked()
    const { token } = await createKey(service, ['ask'], ['open'])
    const headers = { Authorization: `Bearer ${token}` }
    expect((await get(app, '/documents/vaulted-bats', headers)).status).toBe(404)
    expect((await get(app, link, headers)).status).toBe(200)
  })
})
