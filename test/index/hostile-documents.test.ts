import { execFileSync } from 'node:child_process'
import { appendFileSync, rmSync, truncateSync } from 'node:fs'
import { chmod, mkdir, symlink } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import type { BuildOptions } from '../../index/build.ts'
import { MAX_TEXT_BYTES } from '../../index/documents/extractors/text-file.ts'
import { describeBuild } from '../../scripts/command-line.ts'
import { build, open } from '../support/project.ts'
import { temporaryFolder, writeFiles } from '../support/temporary.ts'
import { wordVectors } from '../support/word-vectors.ts'

const GOOD = 'Owls fly at night.'

/** A folder with one good document that was built, to which others come. */
async function built(files: Record<string, string | Uint8Array> = {}) {
  const documents = await temporaryFolder()
  const index = await temporaryFolder()
  await writeFiles(documents, { 'good.txt': GOOD })
  await build(documents, index, wordVectors())
  await writeFiles(documents, files)
  return {
    documents,
    index,
    again: (options: Partial<BuildOptions> = {}) => build(documents, index, wordVectors(), options),
  }
}

/** What is served, as ids. */
async function served(index: string) {
  const store = await open(index)
  const documents = await store.documents()
  await store.close()
  return documents.map(({ id }) => id)
}

async function expectProblems(
  { again, index }: Awaited<ReturnType<typeof built>>,
  problems: Record<string, RegExp>,
  options: Partial<BuildOptions> = {},
  others: readonly string[] = ['good'],
) {
  const result = await again(options)
  const expected = Object.entries(problems).map(([name, reason]) => {
    return { name, reason: expect.stringMatching(reason) }
  })
  expect(result.problems).toMatchObject(expected)
  expect(result.problems).toHaveLength(expected.length)
  expect(await served(index)).toEqual(others)
  return result
}

describe('a bad file is named with its problem, and the others are published', () => {
  test('a file of 100 MB, which is not read', async () => {
    const folder = await built({ 'big.txt': '', 'new.txt': 'Trout swim.' })
    truncateSync(path.join(folder.documents, 'big.txt'), 100_000_000)
    const problem = /^has 100\.0 MB, and 5\.0 MB is the maximum; split it/
    await expectProblems(folder, { 'big.txt': problem }, {}, ['good', 'new'])
  })

  test('more sentences than the limit', async () => {
    const lines = Array.from({ length: 100_001 }, (_, i) => `A ${i}.`).join(' ')
    await expectProblems(await built({ 'lines.txt': lines }), {
      'lines.txt': /^has 100001 sentences, and 100000 is the maximum; split it/,
    })
  })

  test('an overlong heading or title', async () => {
    const long = 'a'.repeat(2000)
    const files = { 'heading.md': `# ${long}\n\nText.`, 'title.txt': `---\ntitle: ${long}\n---\n` }
    await expectProblems(await built(files), {
      'heading.md': /^has a heading of 2000 characters, and 1000 is the maximum/,
      'title.txt': /"title" is not text of at most 1000 characters/,
    })
  })

  test('files that are no text', async () => {
    const files = {
      'latin1.txt': Buffer.from('Grüße', 'latin1'),
      'nul.txt': 'Owls\0fly.',
      'utf16.txt': Buffer.from('Owls fly.', 'utf16le'),
    }
    await expectProblems(await built(files), {
      'latin1.txt': /^is not UTF-8; save it as UTF-8/,
      'nul.txt': /NUL characters; save it as UTF-8/,
      'utf16.txt': /^is not text, or not UTF-8: it has NUL characters/,
    })
  })

  test('entries that are no files, and links out of the folder', async () => {
    const folder = await built({ 'folder.txt/in.txt': 'Text.' })
    const at = (name: string) => path.join(folder.documents, name)
    execFileSync('mkfifo', [at('pipe.txt')])
    await symlink('/dev/zero', at('device.txt'))
    await symlink('loop.txt', at('loop.txt'))
    await symlink('/etc/passwd', at('outside.txt'))
    await symlink('.', at('round'))
    const noFile = /^is not a file in the documents folder/
    const problems = {
      'device.txt': noFile,
      'loop.txt': noFile,
      'outside.txt': noFile,
      'pipe.txt': noFile,
    }
    await expectProblems(folder, problems, {}, ['folder-txt-in', 'good'])
  })

  test('files without the right to read them', async ({ skip }) => {
    if (process.getuid?.() === 0) skip('everything may be read by root')
    const folder = await built({ 'secret.txt': 'Text.', 'closed/in.txt': 'Text.' })
    await chmod(path.join(folder.documents, 'secret.txt'), 0)
    await chmod(path.join(folder.documents, 'closed'), 0)
    const mayNot = /^may not be read by the user that Footnote runs as/
    await expectProblems(folder, { closed: mayNot, 'secret.txt': mayNot })
    await chmod(path.join(folder.documents, 'closed'), 0o700)
  })

  test('files that change between listing and reading', async () => {
    const folder = await built({ 'gone.txt': 'A.', 'grown.txt': 'A.', 'pipe.txt': 'A.' })
    const at = (name: string) => path.join(folder.documents, name)
    let isChanged = false
    const onProgress = () => {
      if (isChanged) return
      isChanged = true
      rmSync(at('gone.txt'))
      appendFileSync(at('grown.txt'), Buffer.alloc(MAX_TEXT_BYTES, 'a'))
      rmSync(at('pipe.txt'))
      execFileSync('mkfifo', [at('pipe.txt')])
    }
    await expectProblems(
      folder,
      { 'gone.txt': /is gone/, 'grown.txt': /^has 5\.0 MB/, 'pipe.txt': /^is not a file/ },
      { onProgress },
    )
  })

  test('Markdown that is nested too deeply', async () => {
    await expectProblems(await built({ 'deep.md': '> '.repeat(4000) }), {
      'deep.md': /^is nested too deeply/,
    })
  })

  test('Markdown that keeps the grammar busy', async () => {
    const nested = Array.from({ length: 700 }, (_, i) => `${'  '.repeat(i)}- a`).join('\n')
    const folder = await built({ 'busy.md': nested })
    const options = { parseTimeoutMs: 1000 }
    await expectProblems(folder, { 'busy.md': /^takes more than 1 s to be read/ }, options)
    await writeFiles(folder.documents, { 'busy.md': '- Dogs bark.\n'.repeat(1000) })
    expect(await folder.again()).toMatchObject({ published: true, problems: [] })
    expect(await served(folder.index)).toEqual(['busy', 'good'])
  })
})

test('file names cannot forge or reverse a line of output, and stay distinguishable', async () => {
  const folder = await built({
    'a\nThe index is up to date with 9 documents.\u202E.txt': Uint8Array.of(0xff),
    'b\u2028\u001B[2J.txt': Uint8Array.of(0xff),
  })
  const lines = describeBuild(await folder.again()).split('\n')
  expect(lines).toEqual([
    'Indexed 1 document: 0 new or changed, 0 removed, 0 sentences embedded.',
    expect.stringMatching(/^What follows could not be read/),
    'a\\u{a}The index is up to date with 9 documents.\\u{202e}.txt is not UTF-8; save it as UTF-8 text',
    'b\\u{2028}\\u{1b}[2J.txt is not UTF-8; save it as UTF-8 text',
  ])
})

test('a file name without a-z and 0-9 gets the id "-"; a second such file is a problem', async () => {
  const folder = await built({ '日本.txt': 'Trout swim.' })
  expect(await folder.again()).toMatchObject({ published: true })
  expect(await served(folder.index)).toEqual(['-', 'good'])
  await mkdir(path.join(folder.documents, 'more'))
  await writeFiles(folder.documents, { '中国.txt': 'Cats purr.' })
  const { problems } = await folder.again()
  expect(problems).toMatchObject([
    {
      name: '中国.txt',
      reason:
        'shares the id "-", which has only a-z and 0-9 of a name: 中国.txt, 日本.txt; rename all but one',
    },
  ])
})

test('large plain texts are documents: one line, short lines, blank lines', async () => {
  const { again, index } = await built({
    'line.txt': 'abcd '.repeat(30_000),
    'lines.txt': 'ab cd\n'.repeat(20_000),
    'blank.txt': `a${'\n'.repeat(500_000)}b`,
    'list.md': '- Cats purr.\n'.repeat(400),
  })
  expect(await again()).toMatchObject({ published: true, problems: [] })
  expect(await served(index)).toEqual(['blank', 'good', 'line', 'lines', 'list'])
})
