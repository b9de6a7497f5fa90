import { expect, onTestFinished, test } from 'vitest'
import type { KeyRight } from '../../../server/access/caller.ts'
import { listen } from '../../../server/http/listen.ts'
import { openWords } from '../../support/serve-words.ts'
import { sendUpload } from '../../support/tus-client.ts'

/** Footnote with documents in two collections, and the headers of keys for it. */
async function served() {
  const files = { 'law/one.txt': 'One.', 'pets/dogs.txt': 'Dogs bark.' }
  const settings = { MIN_FREE_SPACE: '1MB' }
  const { app, service } = await openWords({}, { files, settings })
  const server = await listen(app, { host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.stop())
  const keyFor = async (may: readonly KeyRight[], collections: readonly string[] | null = null) => {
    const { token } = await service.keys.create({
      name: 'Ada',
      may,
      collections,
      expiresAtMs: null,
    })
    return { Authorization: `Bearer ${token}` }
  }
  return { api: `${server.url}/desk/api`, service, keyFor }
}

test('documents are listed, uploaded, moved and removed only with a key for the desk', async () => {
  const { api, service, keyFor } = await served()
  const cases = [
    [{}, 401],
    [await keyFor(['ask', 'verify', 'metrics']), 403],
  ] as const
  for (const [headers, status] of cases) {
    const requests = [
      ['GET', '/documents'],
      ['GET', '/collections'],
      ['POST', '/documents/x/collection'],
      ['DELETE', '/documents/x'],
      ['POST', '/uploads'],
      ['HEAD', '/uploads/x'],
      ['PATCH', '/uploads/x'],
      ['DELETE', '/uploads/x'],
      ['OPTIONS', '/uploads'],
    ] as const
    for (const [method, path] of requests) {
      expect((await fetch(api + path, { method, headers })).status).toBe(status)
    }
  }
  const headers = await keyFor(['desk'])
  expect((await fetch(`${api}/documents`, { headers })).status).toBe(200)
  const sent = sendUpload(`${api}/uploads`, 'Cats.', { filename: 'new.txt' }, { headers })
  expect(await sent).toBe('taken')
  expect(await service.audit.latest({ limit: 1, collections: null })).toMatchObject([
    { by: 'Ada', action: 'document.uploaded', subject: 'new.txt', collection: null },
  ])
})

test('a key for one collection sees and changes only that', async () => {
  const { api, keyFor } = await served()
  const headers = await keyFor(['desk'], ['pets'])
  const list = await fetch(`${api}/documents`, { headers })
  expect(await list.json()).toMatchObject({ total: 1, items: [{ file: 'pets/dogs.txt' }] })
  const send = (collection: string) =>
    sendUpload(`${api}/uploads`, 'Cats.', { filename: 'a.txt', collection }, { headers })
  expect(await send('law')).toMatch(/^403 /)
  expect(await send('pets')).toBe('taken')
})
