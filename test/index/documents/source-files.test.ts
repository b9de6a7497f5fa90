import { rm, symlink } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseDocument } from '../../../index/documents/document.ts'
import {
  documentId,
  listSourceFiles,
  problemFinder,
  readUnchanged,
  sha256,
} from '../../../index/documents/source-files.ts'
import { build, open } from '../../support/project.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'
import { wordVectors } from '../../support/word-vectors.ts'

test.each([
  ['inss-insight-1351.txt', 'inss-insight-1351'],
  ['Reports/2020/Q1 (final).md', 'reports-2020-q1-final-'],
  ['a.b.txt', 'a-b'],
  ['документ.txt', '-'],
])('%s has the id %s', (name, id) => {
  expect(documentId(name)).toBe(id)
})

test('every .txt and .md file below the folder is found, whatever the case of its ending', async () => {
  const folder = await temporaryFolder()
  await writeFiles(folder, { 'b.txt': '', 'A/c.MD': '', 'A/d.xyz': '', '.#b.txt': '' })
  const { files, problems } = await listSourceFiles(folder)
  expect(files.map(({ name }) => name)).toEqual(['A/c.MD', 'b.txt'])
  expect(problems).toEqual([])
})

test('two files with one id are a problem that names both', async () => {
  const folder = await temporaryFolder()
  await writeFiles(folder, { 'a b.txt': '', 'a-b.md': '', 'c.txt': '' })
  const { files, problems } = await listSourceFiles(folder)
  expect(files.map(({ name }) => name)).toEqual(['c.txt'])
  expect(problems).toHaveLength(1)
  expect(problems[0]?.reason).toContain('a b.txt, a-b.md')
})

test('a link that leads out of the folder is a problem, one inside is a file', async () => {
  const folder = await temporaryFolder()
  const outside = await temporaryFolder()
  await writeFiles(outside, { 'secret.txt': 'secret' })
  await writeFiles(folder, { 'in.txt': 'x' })
  await symlink(path.join(outside, 'secret.txt'), path.join(folder, 'out.txt'))
  await symlink(path.join(folder, 'in.txt'), path.join(folder, 'again.txt'))
  await symlink(path.join(folder, 'nowhere'), path.join(folder, 'broken.txt'))
  const { files, problems } = await listSourceFiles(folder)
  expect(files.map(({ name }) => name)).toEqual(['again.txt', 'in.txt'])
  expect(problems.map(({ name }) => name).toSorted()).toEqual(['broken.txt', 'out.txt'])
})

test('a problem is that of the document with its id, or of all below its folder', () => {
  const file = { name: 'a.txt', id: 'a', hash: null, reason: 'is not UTF-8' }
  const folder = { name: 'in', id: null, hash: null, reason: 'may not be read' }
  const problemOf = problemFinder([file, folder])
  expect(problemOf({ id: 'a', file: 'a.txt' })).toBe(file)
  expect(problemOf({ id: 'in-b-c', file: 'in/b/c.txt' })).toBe(folder)
  expect(problemOf({ id: 'in-c', file: 'in-c.txt' })).toBeNull()
  expect(problemOf({ id: 'in', file: 'in.txt' })).toBeNull()
})

/** What a build makes of these files: the one document, or the problems. */
async function built(files: Record<string, string | Uint8Array>) {
  const documents = await temporaryFolder()
  const index = await temporaryFolder()
  await writeFiles(documents, files)
  const again = async () => {
    const { problems, changed } = await build(documents, index, wordVectors())
    const store = await open(index)
    const [document] = await store.documents()
    await store.close()
    return { document, changed, problems: problems.map(({ name, reason }) => [name, reason]) }
  }
  return { documents, again }
}

describe('a file NAME.yaml beside a document', () => {
  test('overrides what it says of itself, and its folder, and says the rest', async () => {
    const { documents, again } = await built({
      'in/a.b.md': '---\ntitle: Its own\nauthor: Ann\ndate: 2020\n---\n# Heading\n\nOwls fly.',
      'in/a.b.yaml': 'title: Given\nauthor: null\npublisher: Press\ncollection: Birds\nother: [1]',
      'in/nothing.yaml': 'title: Of no document',
      'in/.yaml': 'title: Hidden',
    })
    expect(await again()).toMatchObject({
      problems: [],
      document: {
        title: 'Given',
        author: 'Ann',
        date: '2020',
        publisher: 'Press',
        collection: 'Birds',
      },
    })
    expect(await again()).toMatchObject({ changed: 0 })
    await writeFiles(documents, { 'in/a.b.yaml': 'author: Bob' })
    expect(await again()).toMatchObject({
      changed: 1,
      document: { title: 'Its own', author: 'Bob', publisher: null, collection: 'in' },
    })
    await rm(path.join(documents, 'in/a.b.yaml'))
    expect(await again()).toMatchObject({ changed: 1, document: { author: 'Ann' } })
  })

  test.each([
    ['YAML with a fault', 'title: "a', /^cannot be read: Missing closing/],
    ['a list', '- a', /^cannot be read: it is not a list of "key: value" lines/],
    ['a wrong value', 'source: ftp://a', /^cannot be read: "source" is not a web address/],
    ['not UTF-8', Uint8Array.of(0xff), /^cannot be read: is not UTF-8/],
    ['large', Buffer.alloc(200_000), /^has 0\.2 MB, and 0\.1 MB is the maximum; shorten it$/],
    ['nested deeply', `a: ${'['.repeat(5000)}`, /^cannot be read: /],
  ])('that cannot be read is a problem of the document: %s', async (_, yaml, reason) => {
    const { documents, again } = await built({ 'a.txt': 'Owls fly.' })
    await again()
    await writeFiles(documents, { 'a.yaml': yaml })
    const beside = 'has a.yaml beside it, which '
    const { document, problems } = await again()
    expect(document?.id).toBe('a')
    expect(problems).toMatchObject([['a.txt', expect.stringContaining(beside)]])
    expect(problems[0]?.[1]?.slice(beside.length)).toMatch(reason)
    await writeFiles(documents, { 'a.yaml': 'title: Owls' })
    expect(await again()).toMatchObject({ problems: [], document: { title: 'Owls' } })
  })

  test('is never read from outside the documents folder', async () => {
    const { documents, again } = await built({ 'a.txt': 'Owls fly.' })
    await symlink('/etc/hostname', path.join(documents, 'a.yaml'))
    expect((await again()).problems).toEqual([
      ['a.txt', 'has a.yaml beside it, which is not a file in the documents folder; copy it there'],
    ])
  })
})

test('a folder that is not there is an error that says what to do', async () => {
  await expect(listSourceFiles('/nowhere/at/all')).rejects.toMatchObject({
    code: 'documents-missing',
    message: expect.stringContaining('DOCUMENTS_DIR'),
  })
})

const file = { id: 'x', name: 'notes/x.md', path: '', format: 'markdown' } as const

test.each([
  ['its front matter', '---\ntitle: Given\n---\n# Heading\n', 'Given'],
  ['its first heading', 'Text.\n\n## The *first* one\n\n# Other\n', 'The first one'],
  ['its name', 'Text.', 'x'],
])('a title comes from %s', async (_, content, title) => {
  expect(await parseDocument(file, Buffer.from(content), '')).toMatchObject({ title })
})

test('a title has no control characters', async () => {
  const odd = { ...file, name: 'a\n\u001B[31mb.md' }
  expect(await parseDocument(odd, Buffer.from('Text.'), '')).toMatchObject({ title: 'a [31mb' })
})

test('a byte order mark is no part of the text', async () => {
  expect(
    await parseDocument(file, Buffer.from('\uFEFF---\ntitle: T\n---\nText.'), ''),
  ).toMatchObject({
    title: 'T',
    text: 'Text.',
  })
})

test('bytes that are not UTF-8 are refused', async () => {
  const bytes = Buffer.from([0x66, 0xfc, 0x72])
  await expect(parseDocument(file, bytes, '')).rejects.toThrow('is not UTF-8')
})

test.each([
  ['in/a.txt', true],
  ['..a.txt', true],
  ['../secret.txt', false],
  ['in/../../secret.txt', false],
])('the bytes of %s are read only below the folder', async (name, isBelow) => {
  const parent = await temporaryFolder()
  const content = 'Cats sleep.'
  await writeFiles(parent, { 'secret.txt': content, 'd/in/a.txt': content, 'd/..a.txt': content })
  const origin = { file: name, format: 'plain', fileHash: sha256(Buffer.from(content)) } as const
  expect((await readUnchanged(path.join(parent, 'd'), origin)) !== null).toBe(isBelow)
})
