import { symlink } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { parseDocument } from '../../../index/documents/document.ts'
import { documentId, listSourceFiles } from '../../../index/documents/source-files.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'

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
