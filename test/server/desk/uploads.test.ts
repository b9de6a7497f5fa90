import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { UploadOptions } from 'tus-js-client'
import { describe, expect, test } from 'vitest'
import { docxOf, zipOf } from '../../support/office-files.ts'
import { serveDeskApi } from '../../support/serve-desk-api.ts'
import { temporaryFolder } from '../../support/temporary.ts'
import { sendUpload } from '../../support/tus-client.ts'

type Desk = Awaited<ReturnType<typeof serveDeskApi>>

const OWLS = { owls: 'Owls fly.' }

const send = (
  { endpoint }: Desk,
  content: string | Buffer,
  metadata: Readonly<Record<string, string>>,
  options?: Partial<UploadOptions>,
) => sendUpload(endpoint, content, metadata, options)

/** Everything below a folder that is no folder, hidden files too. */
async function allIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted()
}

/** What is left of uploads that are not taken. */
async function partsOf({ data }: Desk): Promise<string[]> {
  const names = await allIn(path.join(data, 'uploads'))
  return names.filter((name) => name.endsWith('.bytes'))
}

/** What the log of changes has, the first first. */
async function recorded({ audit }: Desk): Promise<string[]> {
  const entries = await audit.latest({ limit: 100 })
  return entries.map(({ by, action, subject }) => `${by} ${action} ${subject}`).toReversed()
}

describe('an upload', () => {
  test('becomes a document that is answered from, without a restart', async () => {
    const desk = await serveDeskApi()
    expect(await send(desk, 'Cats purr.', { filename: 'Cats.txt' })).toBe('taken')
    await desk.expectServed({ cats: 'Cats purr.', ...OWLS })
    const asked = await fetch(`${desk.url}/ask?question=Do+cats+purr`)
    expect(await asked.json()).toMatchObject({ quotes: [{ text: 'Cats purr.' }] })
    expect(await allIn(desk.documents)).toEqual(['Cats.txt', 'owls.txt'])
    expect(await partsOf(desk)).toEqual([])
    expect(await recorded(desk)).toEqual(['Ann document.uploaded Cats.txt'])
  })

  test('goes into the folder of its collection; where that cannot have its name, the YAML file beside it does', async () => {
    const desk = await serveDeskApi()
    await send(desk, 'Cats purr.', { filename: 'cats.txt', collection: 'Pets' })
    await send(desk, 'Dogs bark.', { filename: 'dogs.txt', collection: 'R&D / “new”' })
    const items = await desk.settled()
    expect(items.map(({ file, collection, state }) => [file, collection, state])).toEqual([
      ['Pets/cats.txt', 'Pets', 'read'],
      ['R-D - -new/dogs.txt', 'R&D / “new”', 'read'],
      ['owls.txt', null, 'read'],
    ])
  })

  test('waits in the list, and is read then', async () => {
    const desk = await serveDeskApi({ watch: 'nothing' })
    await send(desk, 'Cats purr.', { filename: 'cats.txt' })
    const { items, counts, changes } = await desk.list()
    expect(items).toMatchObject([
      { file: 'cats.txt', state: 'waiting', change: 'new', documentId: null, size: 10 },
      { file: 'owls.txt', state: 'read', documentId: 'owls' },
    ])
    expect(counts).toEqual({ read: 1, waiting: 1, refused: 0 })
    expect(changes).toEqual({ arePossible: true, reason: null, takeEffect: 'next-build' })
  })
})

test.each([
  ['../../outside.txt', 'outside.txt'],
  ['/etc/cron.d/job.txt', 'job.txt'],
  ['..\\..\\windows.txt', 'windows.txt'],
  ['a\0b\r\n.txt', 'a-b.txt'],
  ['.hidden.txt', 'hidden.txt'],
  [`${'long '.repeat(100)}.txt`, `${'long '.repeat(39)}l`.slice(0, 195).trimEnd() + '.txt'],
  ['Über uns – 報告.txt', 'Über uns - 報告.txt'],
  ['CON.txt', 'CON_.txt'],
  ['cats.TXT', 'cats.TXT'],
])('a file named %j is kept as %j, in the folder', async (filename, kept) => {
  const desk = await serveDeskApi({ watch: 'nothing' })
  expect(await send(desk, 'Cats purr.', { filename })).toBe('taken')
  expect(await allIn(desk.documents)).toEqual([kept, 'owls.txt'].toSorted())
  expect(await readdir(path.dirname(desk.documents))).toEqual(['data', 'documents'])
})

/** A Word file of some kB whose text has 60 MB. */
function bomb(): Buffer {
  return docxOf(`<w:p><w:r><w:t>${' '.repeat(60_000_000)}</w:t></w:r></w:p>`)
}

describe('is refused, and nothing of it stays:', () => {
  test.each([
    ['a name without letters', 'a', { filename: '../..' }, /^422 .*ending/],
    ['no name', 'a', {}, /^422 .*ending/],
    ['a format that is not read', 'a', { filename: 'a.exe' }, /^422 .*\.txt, \.md/],
    ['YAML', 'title: a', { filename: 'owls.yaml' }, /^422 /],
    ['an empty file', '', { filename: 'a.txt' }, /^422 The file is empty/],
    [
      'a collection without letters',
      'a',
      { filename: 'a.txt', collection: '../' },
      /^422 .*collection/,
    ],
    [
      'a picture named text',
      Buffer.from('\x89PNG\r\n\x1a\n\0\0'),
      { filename: 'a.txt' },
      /^422 a.txt is not text/,
    ],
    ['a PDF named text', '%PDF-1.7', { filename: 'a.txt' }, /^422 a.txt is a PDF/],
    ['text named PDF', 'Cats.', { filename: 'a.pdf' }, /^422 a.pdf is damaged, or no pdf file/],
    [
      'an archive that is no document',
      zipOf({ a: 'a' }),
      { filename: 'a.docx' },
      /^422 .*no document; unpack it/,
    ],
    [
      'a spreadsheet',
      zipOf({ '[Content_Types].xml': '', 'xl/a': '' }),
      { filename: 'a.docx' },
      /^422 .*spreadsheet/,
    ],
    ['half of a Word file', docxOf('').subarray(0, 300), { filename: 'a.docx' }, /^422 .*damaged/],
    [
      'a zip bomb',
      bomb(),
      { filename: 'a.docx' },
      /^422 a.docx has more than 50 MB when it is unpacked/,
    ],
  ])('%s', async (_, content, metadata, reason) => {
    const desk = await serveDeskApi({ watch: 'nothing' })
    expect(await send(desk, content, metadata)).toMatch(reason)
    expect(await allIn(desk.documents)).toEqual(['owls.txt'])
    expect(await allIn(path.join(desk.data, 'uploads'))).toEqual([])
    expect(await recorded(desk)).toEqual([])
  })

  test('a file that is too large, before it is sent', async () => {
    const desk = await serveDeskApi({ watch: 'nothing' })
    for (const [filename, size] of [
      ['a.txt', 5_000_001],
      ['a.pdf', 2_000_000_000],
    ] as const) {
      const sent = send(desk, 'x', { filename }, { uploadSize: size })
      expect(await sent).toMatch(/^413 The file has .* is the maximum/)
    }
    expect(await allIn(path.join(desk.data, 'uploads'))).toEqual([])
  })

  test('a file whose collection is a link to elsewhere, or a file', async () => {
    const desk = await serveDeskApi({ watch: 'nothing' })
    const elsewhere = await temporaryFolder()
    await symlink(elsewhere, desk.at('link'))
    await writeFile(desk.at('taken'), '')
    for (const collection of ['link', 'taken']) {
      expect(await send(desk, 'Cats.', { filename: 'a.txt', collection })).toMatch(/^422 /)
    }
    expect(await readdir(elsewhere)).toEqual([])
  })
})

describe('where a file is in the way', () => {
  test('it is refused, and replaced if that is wanted: the id stays', async () => {
    const desk = await serveDeskApi()
    const metadata = { filename: 'owls.txt' }
    expect(await send(desk, 'Owls hunt.', metadata)).toBe(
      '409 owls.txt is there already. Replace it, or give the file another name.',
    )
    expect(await send(desk, 'Owls hunt.', { ...metadata, replace: 'true' })).toBe('taken')
    await desk.expectServed({ owls: 'Owls hunt.' })
    expect(await recorded(desk)).toEqual(['Ann document.replaced owls.txt'])
  })

  test('the file that has the same id is named, and replaced with all that stands beside it', async () => {
    const desk = await serveDeskApi({
      files: { 'owls.txt': 'Owls fly.', 'a/b.txt': 'Ants.', 'a/b.yaml': 'title: On ants' },
    })
    expect(await send(desk, '# Bees', { filename: 'A-b.md' })).toMatch(/^409 a\/b\.txt has the id/)
    expect(await send(desk, 'Bees.', { filename: 'A-b.md', replace: 'true' })).toBe('taken')
    await desk.expectServed({ 'a-b': 'Bees.', ...OWLS })
    expect(await allIn(desk.documents)).toEqual(['a/b.md', 'a/b.yaml', 'owls.txt'])
    expect((await desk.settled())[0]).toMatchObject({ title: 'On ants', state: 'read' })
  })

  test('a document is replaced by its id, whatever the new file is named', async () => {
    const desk = await serveDeskApi()
    const replaces = await desk.idOf('owls.txt')
    expect(await send(desk, 'Owls hunt.', { filename: 'new version.md', replaces })).toBe('taken')
    await desk.expectServed({ owls: 'Owls hunt.' })
    expect(await allIn(desk.documents)).toEqual(['owls.md'])
    const unknown = send(desk, 'Owls.', { filename: 'a.txt', replaces: '../owls.txt' })
    expect(await unknown).toMatch(/^404 /)
  })

  test('it is not replaced, not even if it came meanwhile', async () => {
    const desk = await serveDeskApi({ watch: 'nothing' })
    const onChunkComplete = () => writeFileSync(desk.at('cats.txt'), 'Mine.')
    const sent = await send(
      desk,
      Buffer.alloc(3_000_000, 'Cats. '),
      { filename: 'cats.txt' },
      { chunkSize: 1_000_000, onChunkComplete },
    )
    expect(sent).toMatch(/^409 /)
    expect(await readFile(desk.at('cats.txt'), 'utf8')).toBe('Mine.')
    expect(await partsOf(desk)).toEqual([])
  })

  test('a file that the index refuses can be replaced by one that it takes', async () => {
    const desk = await serveDeskApi()
    expect(await send(desk, 'café', { filename: 'a.txt' })).toBe('taken')
    await desk.expectServed({ a: 'café', ...OWLS })
    const bad = Buffer.from('caf\xe9', 'latin1')
    expect(await send(desk, bad, { filename: 'a.txt', replace: 'true' })).toBe('taken')
    const refused = { file: 'a.txt', state: 'refused', problem: expect.stringMatching(/UTF-8/) }
    expect((await desk.settled())[0]).toMatchObject({ ...refused, documentId: 'a' })
    const replaces = await desk.idOf('a.txt')
    expect(await send(desk, 'Cats.', { filename: 'a.txt', replaces })).toBe('taken')
    await desk.expectServed({ a: 'Cats.', ...OWLS })
  })
})

describe('who is limited to collections', () => {
  const files = {
    'owls.txt': 'Owls fly.',
    'law/secret.txt': 'Secret.',
    'pets/dogs.txt': 'Dogs bark.',
  }
  const headers = { Collections: 'pets', By: 'ben' }

  test('uploads only into these, whatever a file says of itself', async () => {
    const desk = await serveDeskApi({ files })
    const own = '---\ncollection: law\n---\nCats purr.'
    const metadata = { filename: 'cats.md', collection: 'pets' }
    expect(await send(desk, own, metadata, { headers })).toBe('taken')
    const items = await desk.settled()
    expect(items.find(({ file }) => file === 'pets/cats.md')).toMatchObject({ collection: 'pets' })
    for (const collection of ['law', 'PETS', '']) {
      const sent = send(desk, 'Cats.', { filename: 'a.txt', collection }, { headers })
      expect(await sent).toMatch(/^403 .*these: pets/)
    }
  })

  test('replaces only what belongs to these, and is not told what others have', async () => {
    const desk = await serveDeskApi({
      files: { ...files, 'pets/moved.txt': 'M.', 'pets/moved.yaml': 'collection: law' },
    })
    const replaces = await desk.idOf('law/secret.txt')
    const byId = send(desk, 'X.', { filename: 'a.txt', replaces }, { headers })
    expect(await byId).toMatch(/^404 /)
    const metadata = { filename: 'moved.md', collection: 'pets', replace: 'true' }
    const byName = await send(desk, 'X.', metadata, { headers })
    expect(byName).toMatch(/^409 A document that you may not see has the name/)
    const dogs = { filename: 'dogs.md', collection: 'pets', replace: 'true' }
    const said = '---\ncollection: law\n---\nDogs run.'
    expect(await send(desk, said, dogs, { headers })).toBe('taken')
    const items = await desk.settled()
    expect(items.find(({ file }) => file === 'pets/dogs.md')).toMatchObject({ collection: 'pets' })
  })

  test('cannot go on with the upload of somebody else', async () => {
    const desk = await serveDeskApi({ files })
    const begun = await fetch(desk.endpoint, {
      method: 'POST',
      headers: {
        'Tus-Resumable': '1.0.0',
        'Upload-Length': '10',
        'Upload-Metadata': `filename ${Buffer.from('a.txt').toString('base64')}`,
      },
    })
    expect(begun.status).toBe(201)
    const address = new URL(begun.headers.get('Location') ?? '', desk.url)
    for (const method of ['HEAD', 'PATCH', 'DELETE']) {
      const response = await fetch(address, {
        method,
        headers: {
          ...headers,
          'Tus-Resumable': '1.0.0',
          ...(method === 'PATCH' && {
            'Upload-Offset': '0',
            'Content-Type': 'application/offset+octet-stream',
          }),
        },
        ...(method === 'PATCH' && { body: '0123456789' }),
      })
      expect(response.status).toBe(404)
    }
    expect(await allIn(desk.documents)).not.toContain('a.txt')
  })
})

test('what is no upload gets a problem', async () => {
  const desk = await serveDeskApi()
  const tus = { 'Tus-Resumable': '1.0.0' }
  const cases = [
    [desk.endpoint, { method: 'POST' }, 412],
    [desk.endpoint, { method: 'POST', headers: tus }, 400],
    [desk.endpoint, { method: 'POST', headers: { ...tus, 'Upload-Length': '-1' } }, 400],
    [`${desk.endpoint}/${'0'.repeat(32)}`, { method: 'PATCH', headers: tus }, 403],
    [`${desk.endpoint}/..%2F..%2Fowls`, { method: 'DELETE', headers: tus }, 404],
    [`${desk.endpoint}/a`, { method: 'GET', headers: tus }, 405],
  ] as const
  for (const [address, init, status] of cases) {
    const response = await fetch(address, init)
    expect(response.status).toBe(status)
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ status, detail: expect.stringMatching(/\w/) })
  }
})

// Root may write everywhere.
test.skipIf(process.getuid?.() === 0)(
  'documents are listed, but not taken, where the folder cannot be written',
  async () => {
    const desk = await serveDeskApi()
    await chmod(desk.documents, 0o500)
    try {
      expect(await send(desk, 'Cats.', { filename: 'a.txt' })).toMatch(
        /^409 This server may not write/,
      )
      expect(await desk.list()).toMatchObject({ total: 1, changes: { arePossible: false } })
    } finally {
      await chmod(desk.documents, 0o700)
    }
  },
)

test('a file keeps nothing of the upload but its bytes', async () => {
  const desk = await serveDeskApi()
  await mkdir(desk.at('pets'))
  await send(desk, 'Cats purr.', { filename: 'cats.txt', collection: 'pets' })
  const { mode, nlink } = await stat(desk.at('pets/cats.txt'))
  expect(nlink).toBe(1)
  expect(mode & 0o111).toBe(0)
})
