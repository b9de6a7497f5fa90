import { readdir, readFile, rm } from 'node:fs/promises'
import { describe, expect, test, vi } from 'vitest'
import { serveDeskApi } from '../../support/serve-desk-api.ts'
import { writeFiles } from '../../support/temporary.ts'
import { sendUpload } from '../../support/tus-client.ts'

type Desk = Awaited<ReturnType<typeof serveDeskApi>>

const FILES = {
  'owls.txt': 'Owls fly.',
  'law/one.txt': 'One.',
  'law/two.txt': 'Two.',
  'pets/dogs.txt': 'Dogs bark.',
}

/** Who is limited to a collection. */
const BEN = { Collections: 'pets', By: 'ben' }

/** How long it may take until a file that was put into the folder is seen: what was seen there is believed for a second. */
const SEEN = { timeout: 30_000, interval: 50 }

function move(
  { api }: Desk,
  id: string,
  collection: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${api}/documents/${id}/collection`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ collection }),
  })
}

function remove(
  { api }: Desk,
  id: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${api}/documents/${id}`, { method: 'DELETE', headers })
}

async function filesIn(desk: Desk, headers: Record<string, string> = {}): Promise<string[]> {
  return (await desk.list('', headers)).items.map(({ file }) => file)
}

async function recorded({ audit }: Desk) {
  const entries = await audit.latest({ limit: 10 })
  return entries.map(({ action, subject, collection }) => [action, subject, collection])
}

describe('the list', () => {
  test('has pages of 50, and is searched and filtered', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 120 }, (_, i) => [`pets/n${String(i).padStart(3, '0')}.txt`, `N${i}.`]),
    )
    const desk = await serveDeskApi({ files: { ...FILES, ...many }, watch: 'nothing' })
    const first = await desk.list()
    expect([first.total, first.pages, first.items.length]).toEqual([124, 3, 50])
    const last = await desk.list('?page=3')
    expect(last.items.map(({ file }) => file).at(-1)).toBe('pets/n119.txt')
    expect((await desk.list('?page=4')).items).toEqual([])
    expect((await desk.list('?search=N11&state=read&collection=pets')).total).toBe(10)
    expect((await desk.list('?search=n11&state=waiting')).total).toBe(0)
    const ofBen = await desk.list('?page=1', BEN)
    expect([ofBen.total, ofBen.pages]).toEqual([121, 3])
    for (const query of ['?page=0', '?state=gone', '?other=1']) {
      expect((await fetch(`${desk.api}/documents${query}`)).status).toBe(400)
    }
  })

  test('says what is read, and how large', async () => {
    const desk = await serveDeskApi({ watch: 'nothing' })
    const list: unknown = await (await fetch(`${desk.api}/documents`)).json()
    expect(list).toMatchObject({
      endings: { '.txt': 5_000_000, '.pdf': 50_000_000, '.docx': 50_000_000 },
      changes: { arePossible: true },
    })
  })
})

test('collections are listed with their documents', async () => {
  const desk = await serveDeskApi({ files: FILES, watch: 'nothing' })
  const listed = async (headers = {}) =>
    (await fetch(`${desk.api}/collections`, { headers })).json()
  expect(await listed()).toEqual({
    collections: [
      { name: 'law', documents: 2 },
      { name: 'pets', documents: 1 },
    ],
  })
  expect(await listed(BEN)).toEqual({ collections: [{ name: 'pets', documents: 1 }] })
})

describe('a document', () => {
  test('is moved to another collection, and back: its id and its file stay', async () => {
    const files = { ...FILES, 'law/one.yaml': '# Mine\ntitle: First\n' }
    const desk = await serveDeskApi({ files })
    const id = await desk.idOf('law/one.txt')
    expect((await move(desk, id, 'Old law')).status).toBe(204)
    expect(await desk.list('?search=one')).toMatchObject({
      items: [{ state: 'waiting', change: 'changed' }],
    })
    await vi.waitFor(
      async () => expect(await desk.service.documentsIn('Old law')).toEqual(['law-one']),
      { timeout: 30_000, interval: 50 },
    )
    expect(await readFile(desk.at('law/one.yaml'), 'utf8')).toBe(
      '# Mine\ntitle: First\ncollection: Old law\n',
    )
    expect((await move(desk, id, null)).status).toBe(204)
    expect(await desk.settled()).toMatchObject([
      { file: 'law/one.txt', title: 'First', documentId: 'law-one', collection: 'law' },
      {},
      {},
      {},
    ])
    expect(await readFile(desk.at('law/one.yaml'), 'utf8')).toBe('# Mine\ntitle: First\n')
    expect(await recorded(desk)).toEqual([
      ['document.moved', 'law/one.txt', null],
      ['document.moved', 'law/one.txt', 'Old law'],
    ])
  })

  test('is removed with what stands beside it, and no longer answered from', async () => {
    const files = { ...FILES, 'law/one.yaml': 'title: First' }
    const desk = await serveDeskApi({ files })
    const id = await desk.idOf('law/one.txt')
    expect((await remove(desk, id)).status).toBe(204)
    expect((await remove(desk, id)).status).toBe(404)
    await desk.expectServed({ 'law-two': 'Two.', owls: 'Owls fly.', 'pets-dogs': 'Dogs bark.' })
    expect(await readdir(desk.at('law'))).toEqual(['two.txt'])
    expect(await recorded(desk)).toEqual([['document.removed', 'law/one.txt', 'law']])
    expect((await remove(desk, id)).status).toBe(404)
  })

  test('that is refused is removed too, by the same kind of id', async () => {
    const desk = await serveDeskApi()
    await sendUpload(desk.endpoint, Buffer.from('caf\xe9', 'latin1'), { filename: 'bad.txt' })
    expect((await desk.settled())[0]).toMatchObject({ file: 'bad.txt', state: 'refused' })
    expect((await remove(desk, await desk.idOf('bad.txt'))).status).toBe(204)
    expect(await desk.settled()).toMatchObject([{ file: 'owls.txt', state: 'read' }])
    await vi.waitFor(async () => expect(await desk.service.problems()).toEqual([]), {
      timeout: 30_000,
    })
  })

  test('that is the last one stays', async () => {
    const desk = await serveDeskApi({ watch: 'nothing' })
    const response = await remove(desk, await desk.idOf('owls.txt'))
    expect(response.status).toBe(409)
    expect(await response.json()).toMatchObject({ detail: expect.stringMatching(/the last/) })
    expect(await readdir(desk.documents)).toEqual(['owls.txt'])
  })

  test('whose file is gone cannot be changed', async () => {
    const desk = await serveDeskApi({ files: FILES, watch: 'nothing' })
    const id = await desk.idOf('law/one.txt')
    await rm(desk.at('law/one.txt'))
    expect((await remove(desk, id)).status).toBe(404)
    expect((await move(desk, id, 'pets')).status).toBe(404)
    expect(await readdir(desk.at('law'))).toEqual(['two.txt'])
  })

  test('with a YAML file that cannot be read beside it is not moved', async () => {
    const desk = await serveDeskApi({ files: { ...FILES, 'owls.yaml': 'a: [' }, watch: 'nothing' })
    const response = await move(desk, await desk.idOf('owls.txt'), 'pets')
    expect(response.status).toBe(409)
    expect(await response.json()).toMatchObject({ detail: expect.stringMatching(/^owls\.yaml /) })
  })

  test('of another collection is neither seen nor changed by who is limited', async () => {
    const desk = await serveDeskApi({ files: FILES, watch: 'nothing' })
    const [law, dogs] = [await desk.idOf('law/one.txt'), await desk.idOf('pets/dogs.txt')]
    expect((await remove(desk, law, BEN)).status).toBe(404)
    expect((await move(desk, law, 'pets', BEN)).status).toBe(404)
    expect((await move(desk, dogs, 'law', BEN)).status).toBe(403)
    expect((await move(desk, dogs, null, BEN)).status).toBe(403)
    expect((await remove(desk, dogs, BEN)).status).toBe(204)
    expect(await readdir(desk.at('law'))).toEqual(['one.txt', 'two.txt'])
  })

  test.each(['..%2Fowls.txt', 'owls.txt', 'owls', '%00', '.'.repeat(65)])(
    'is not found by %s',
    async (id) => {
      const desk = await serveDeskApi({ files: FILES, watch: 'nothing' })
      expect([400, 404]).toContain((await remove(desk, id)).status)
      expect([400, 404]).toContain((await move(desk, id, 'pets')).status)
      expect(await readdir(desk.documents)).toEqual(['law', 'owls.txt', 'pets'])
    },
  )
})

describe('a file whose collection is still to be read', () => {
  test.each([
    ['the file beside it', { 'pets/cats.txt': 'Cats.', 'pets/cats.yaml': 'collection: law' }],
    ['its front matter', { 'pets/cats.txt': '---\ncollection: law\n---\nCats.' }],
    ['a file beside it that is broken', { 'pets/cats.txt': 'Cats.', 'pets/cats.yaml': 'a: [' }],
    [
      'the file beside several with one id',
      { 'pets/cats.txt': 'Cats.', 'pets/cats.md': 'Cats.', 'pets/cats.yaml': 'collection: law' },
    ],
  ])('is not seen, changed or replaced by its folder, but by %s', async (_, added) => {
    const desk = await serveDeskApi({ files: FILES, watch: 'nothing' })
    await writeFiles(desk.documents, added)
    await vi.waitFor(async () => expect(await filesIn(desk)).toContain('pets/cats.txt'), SEEN)
    expect(await filesIn(desk, BEN)).toEqual(['pets/dogs.txt'])
    const id = await desk.idOf('pets/cats.txt')
    expect((await remove(desk, id, BEN)).status).toBe(404)
    expect((await move(desk, id, 'pets', BEN)).status).toBe(404)
    const metadata = { filename: 'cats.txt', collection: 'pets', replace: 'true' }
    const options = { headers: BEN }
    const named = sendUpload(desk.endpoint, 'Mine.', metadata, options)
    expect(await named).toMatch(/^409 A document that you may not see has the name/)
    const replacing = { filename: 'cats.txt', replaces: id }
    expect(await sendUpload(desk.endpoint, 'Mine.', replacing, options)).toMatch(/^404 /)
    expect(await readFile(desk.at('pets/cats.txt'), 'utf8')).toBe(added['pets/cats.txt'])
  })

  test('is lost at once to those who may not see where it was moved', async () => {
    const desk = await serveDeskApi({ files: FILES, watch: 'nothing' })
    const id = await desk.idOf('pets/dogs.txt')
    expect((await move(desk, id, 'law')).status).toBe(204)
    expect((await desk.list('', BEN)).items).toEqual([])
    expect((await move(desk, id, 'pets', BEN)).status).toBe(404)
    expect((await remove(desk, id, BEN)).status).toBe(404)
    expect((await desk.list('?search=dogs')).items).toMatchObject([
      { collection: 'pets', change: 'changed' },
    ])
  })

  test('is seen by whoever uploaded it', async () => {
    const desk = await serveDeskApi({ files: FILES, watch: 'nothing' })
    const text = '---\ncollection: law\n---\nCats.'
    const metadata = { filename: 'cats.txt', collection: 'pets' }
    expect(await sendUpload(desk.endpoint, text, metadata, { headers: BEN })).toBe('taken')
    expect((await desk.list('?state=waiting', BEN)).items).toMatchObject([
      { file: 'pets/cats.txt', collection: 'pets' },
    ])
    expect(await readFile(desk.at('pets/cats.yaml'), 'utf8')).toBe('collection: pets\n')
  })
})

test('a file with another ending does not replace a third one that has its name', async () => {
  const desk = await serveDeskApi({ files: FILES, watch: 'nothing' })
  const replaces = await desk.idOf('pets/dogs.txt')
  await writeFiles(desk.documents, { 'pets/dogs.md': 'Other dogs.' })
  await vi.waitFor(async () => expect(await desk.idOf('pets/dogs.md')).not.toBe('unknown'), SEEN)
  const sent = sendUpload(desk.endpoint, 'Mine.', { filename: 'new.md', replaces })
  expect(await sent).toMatch(/^409 pets\/dogs.md, pets\/dogs.txt have the id/)
  expect(await readFile(desk.at('pets/dogs.md'), 'utf8')).toBe('Other dogs.')
})
