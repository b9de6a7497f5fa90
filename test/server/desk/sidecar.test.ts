import { mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { writeCollection } from '../../../server/desk/sidecar.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'

/** What a YAML file with this text is after the collection was written; null where it is gone. */
async function written(text: string | null, collection: string | null): Promise<string | null> {
  const folder = await temporaryFolder()
  if (text !== null) await writeFiles(folder, { 'a.yaml': text })
  const file = path.join(folder, 'a.yaml')
  await writeCollection(file, collection)
  return (await readdir(folder)).includes('a.yaml') ? readFile(file, 'utf8') : null
}

test('names the collection, and keeps all else', async () => {
  expect(await written(null, 'Law')).toBe('collection: Law\n')
  expect(await written('', 'Law')).toBe('collection: Law\n')
  expect(await written('# Later\n', 'Law')).toMatch(/# Later\n[^]*collection: Law\n/)
  const others = '# From the archive\ntitle: "On ants"\nown: [ 1, 2 ] # kept\n'
  expect(await written(others, 'Law')).toBe(`${others}collection: Law\n`)
  expect(await written('collection: Old # was\ntitle: A\n', 'New')).toMatch(
    /^collection: New(?: # was)?\ntitle: A\n$/,
  )
})

test('writes text that looks like something else as text', async () => {
  expect(await written(null, 'yes: [no] # 1')).toBe('collection: "yes: [no] # 1"\n')
  expect(await written(null, '2020')).toBe('collection: "2020"\n')
})

test('names no collection, and removes a file in which nothing is left', async () => {
  expect(await written(null, null)).toBeNull()
  expect(await written('collection: Law\n', null)).toBeNull()
  expect(await written('collection: Law\ntitle: A\n', null)).toBe('title: A\n')
})

test.each(['- a\n- b\n', 'just text\n', 'a: [\n', 'a: 1\na: 2\n'])(
  'leaves %j as it is',
  async (text) => {
    const folder = await temporaryFolder()
    await writeFiles(folder, { 'a.yaml': text })
    const file = path.join(folder, 'a.yaml')
    const failure = { code: 'sidecar-unreadable', message: expect.stringMatching(/^a\.yaml /) }
    await expect(writeCollection(file, 'Law')).rejects.toMatchObject(failure)
    expect(await readFile(file, 'utf8')).toBe(text)
  },
)

test('follows no link and replaces no folder', async () => {
  const folder = await temporaryFolder()
  await writeFiles(folder, { 'outside.yaml': 'title: A\n' })
  await symlink(path.join(folder, 'outside.yaml'), path.join(folder, 'a.yaml'))
  await mkdir(path.join(folder, 'b.yaml'))
  for (const name of ['a.yaml', 'b.yaml']) {
    const writing = writeCollection(path.join(folder, name), 'Law')
    await expect(writing).rejects.toMatchObject({ code: 'sidecar-unreadable' })
  }
  expect(await readFile(path.join(folder, 'outside.yaml'), 'utf8')).toBe('title: A\n')
})
