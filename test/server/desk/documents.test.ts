import { rename, rm, symlink, utimes } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { folderState } from '../../../index/documents/folder-state.ts'
import { openLiveIndex } from '../../../index/live-index.ts'
import type { Caller } from '../../../server/access/caller.ts'
import { DeskDocuments } from '../../../server/desk/documents.ts'
import { build, storageIn } from '../../support/project.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'
import { wordVectors } from '../../support/word-vectors.ts'

const BAD = Uint8Array.of(0xff)

const ALL: Caller = { id: 'all', name: 'Ann', may: new Set(['desk']), collections: null }

function limitedTo(...collections: string[]): Caller {
  return { id: 'some', name: 'Ben', may: new Set(['desk']), collections }
}

/** The desk of a folder with these files, all of which were built. */
async function deskOf(files: Record<string, string | Uint8Array>, isBuiltKnown = true) {
  const folder = await temporaryFolder()
  const indexDir = await temporaryFolder()
  await writeFiles(folder, files)
  const before = await folderState(folder)
  const rebuild = () => build(folder, indexDir, wordVectors())
  await rebuild()
  const index = await openLiveIndex({ storage: storageIn(indexDir), onChange: () => {} })
  onTestFinished(() => index.close())
  const built = isBuiltKnown ? { folder: before, generation: index.generation } : null
  const desk = new DeskDocuments(folder, index, built)
  const find = (search = {}, caller = ALL) =>
    desk.find(caller, { search: '', state: null, collection: null, ...search })
  return {
    folder,
    at: (name: string) => path.join(folder, name),
    desk,
    find,
    /** What is seen now, and not a moment ago. */
    states: async (caller = ALL) => {
      desk.noteChange()
      const { documents } = await find({}, caller)
      return Object.fromEntries(
        documents.map(({ file, state, change, problem }) => [file, change ?? problem ?? state]),
      )
    },
    rebuild: async () => {
      await rebuild()
      await index.refresh()
    },
  }
}

describe.each([true, false])('where it is %s that the build of the folder is known', (isKnown) => {
  test('a file is read, or waits because it is new, changed or removed', async () => {
    const files = { 'a.txt': 'Ants.', 'b.txt': 'Bees.', 'c.txt': 'Cats.' }
    const { folder, at, states, rebuild } = await deskOf(files, isKnown)
    expect(await states()).toEqual({ 'a.txt': 'read', 'b.txt': 'read', 'c.txt': 'read' })
    await writeFiles(folder, { 'b.txt': 'Bats.', 'in/d.txt': 'Dogs.', 'note.xyz': 'x' })
    await rm(at('c.txt'))
    const waiting = { 'b.txt': 'changed', 'c.txt': 'removed', 'in/d.txt': 'new' }
    expect(await states()).toEqual({ 'a.txt': 'read', ...waiting })
    await rebuild()
    expect(await states()).toEqual({ 'a.txt': 'read', 'b.txt': 'read', 'in/d.txt': 'read' })
  })
})

test('a file that was written again with the same text is read still', async () => {
  const { folder, at, states } = await deskOf({ 'a.txt': 'Ants.' })
  await writeFiles(folder, { 'a.txt': 'Ants.' })
  await utimes(at('a.txt'), 1, 1)
  expect(await states()).toEqual({ 'a.txt': 'read' })
})

test('a file waits when the YAML file beside it has changed, and when it was renamed but keeps its id', async () => {
  const { folder, at, states } = await deskOf({ 'a.txt': 'Ants.', 'b.txt': 'Bees.' })
  await writeFiles(folder, { 'a.yaml': 'title: On ants' })
  await rename(at('b.txt'), at('B.txt'))
  expect(await states()).toEqual({ 'a.txt': 'changed', 'B.txt': 'new' })
})

test('a refused file has its reason, whether it has a document that is still served or none', async () => {
  const { folder, at, find, desk, states, rebuild } = await deskOf({
    'a.txt': 'Ants.',
    'b.txt': 'Bees.',
  })
  await writeFiles(folder, { 'a.txt': BAD, 'new.txt': BAD, 'b.md': 'Bees.', 'c.pdf': 'no PDF' })
  await symlink('/etc/hostname', at('link.txt'))
  const shared = expect.stringMatching(/^shares the id "b"/)
  const link = expect.stringMatching(/^is not a file in the documents folder/)
  const early = { 'a.txt': 'changed', 'new.txt': 'new', 'c.pdf': 'new' }
  const sure = { 'b.txt': shared, 'b.md': shared, 'link.txt': link }
  expect(await states()).toEqual({ ...early, ...sure })
  await rebuild()
  const wrong = expect.stringMatching(/^is not UTF-8|^cannot/)
  expect(await states()).toEqual({
    ...sure,
    'a.txt': wrong,
    'new.txt': wrong,
    'c.pdf': expect.any(String),
  })
  const { documents, counts } = await find()
  expect(counts).toEqual({ read: 0, waiting: 0, refused: 6 })
  expect(documents.find(({ file }) => file === 'a.txt')).toMatchObject({
    state: 'refused',
    documentId: 'a',
    title: 'a',
  })
  expect(documents.find(({ file }) => file === 'new.txt')).toMatchObject({ documentId: null })
  await writeFiles(folder, { 'new.txt': 'Newts.' })
  desk.noteChange()
  expect(await states()).toMatchObject({ 'new.txt': 'new' })
})

test('documents are found by title, file and id, by state and by collection', async () => {
  const { folder, find, desk } = await deskOf({
    'law/one.md': '---\ntitle: First Contract\n---\nText.',
    'law/Other Thing.txt': 'Text.',
    'staff/two.txt': 'Text.',
  })
  await writeFiles(folder, { 'staff/three.txt': 'Text.' })
  desk.noteChange()
  const files = async (search: object) => (await find(search)).documents.map(({ file }) => file)
  expect(await files({ search: 'CONTRACT' })).toEqual(['law/one.md'])
  expect(await files({ search: 'other thing' })).toEqual(['law/Other Thing.txt'])
  expect(await files({ search: 'law-other' })).toEqual(['law/Other Thing.txt'])
  expect(await files({ search: 'nothing of this' })).toEqual([])
  expect(await files({ collection: 'staff' })).toEqual(['staff/three.txt', 'staff/two.txt'])
  expect(await files({ collection: 'staff', state: 'waiting' })).toEqual(['staff/three.txt'])
  const { counts } = await find({ collection: 'staff', state: 'waiting' })
  expect(counts).toEqual({ read: 1, waiting: 1, refused: 0 })
  const { documents } = await find({ search: 'contract' })
  expect(documents).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      documentId: 'law-one',
      file: 'law/one.md',
      title: 'First Contract',
      format: 'markdown',
      pages: null,
      characters: 5,
      collection: 'law',
      size: 35,
      changedAtMs: expect.any(Number),
      state: 'read',
      change: null,
      problem: null,
    },
  ])
})

test('who is limited to collections sees only their documents', async () => {
  const { folder, desk, find, states } = await deskOf({
    'law/a.txt': 'Ants.',
    'staff/b.txt': 'Bees.',
    'staff/c.md': '---\ncollection: law\n---\nCats.',
    'd.txt': 'Dogs.',
  })
  await writeFiles(folder, { 'staff/e.txt': 'Eels.', 'staff/e.yaml': 'collection: law' })
  const caller = limitedTo('law', 'empty')
  const seen = { 'law/a.txt': 'read', 'staff/c.md': 'read', 'staff/e.txt': 'new' }
  expect(await states(caller)).toEqual(seen)
  expect(await desk.collections(caller)).toEqual([
    { name: 'empty', documents: 0 },
    { name: 'law', documents: 3 },
  ])
  expect(await desk.collections(ALL)).toEqual([
    { name: 'law', documents: 3 },
    { name: 'staff', documents: 1 },
  ])
  const [hidden] = (await find({ search: 'staff/b' })).documents
  await expect(desk.get(caller, hidden?.id ?? '')).rejects.toMatchObject({
    code: 'document-unknown',
  })
  expect(await desk.get(ALL, hidden?.id ?? '')).toMatchObject({ file: 'staff/b.txt' })
})

test('all documents are told where the documents folder is gone', async () => {
  const { folder, states } = await deskOf({ 'a.txt': 'Ants.' })
  await rm(folder, { recursive: true })
  expect(await states()).toEqual({ 'a.txt': expect.stringMatching(/cannot be read$/) })
})
