import { describe, expect, onTestFinished, test } from 'vitest'
import { readConfig } from '../../server/config.ts'
import { engineOf } from '../../server/engine.ts'
import { POSTGRES_URL, temporaryDatabase } from '../support/postgres.ts'
import { run } from '../support/process.ts'
import { build, open } from '../support/project.ts'
import { temporaryFolder, writeFiles } from '../support/temporary.ts'
import { wordVectors } from '../support/word-vectors.ts'

/** An index in a folder, and an empty database. */
async function newIndex() {
  const documents = await temporaryFolder()
  const indexDir = await temporaryFolder()
  await writeFiles(documents, {
    'owls.md': '# Owls\n\nOwls hunt at night. They eat mice.',
    'cats.txt': 'Cats sleep all day.',
  })
  await build(documents, indexDir, wordVectors())
  const url = await temporaryDatabase()
  const engine = engineOf({ ...readConfig({}), indexDir, databaseUrl: url })
  onTestFinished(() => engine.close())
  return { documents, indexDir, url, engine }
}

async function copyIndex(args: string[], env: Record<string, string>) {
  const copying = run('copy-index', args, env)
  return { code: await copying.ended, ...copying.output() }
}

type Opened = Awaited<ReturnType<typeof open>>

async function sentencesOf(opening: Promise<Opened>) {
  const store = await opening
  const documents = await store.documents()
  const passages = await Promise.all(documents.map(({ id }) => store.firstPassages(id, 99)))
  const sentences = passages.flat().flatMap((passage) => passage.sentences)
  const vectors = await store.vectors(sentences.map(({ id }) => id))
  await store.close()
  return { documents, texts: passages.flat().map(({ text }) => text), vectors }
}

describe.skipIf(POSTGRES_URL === undefined)('copying an index into PostgreSQL', () => {
  test('carries it over and back, and copies only what is new', async () => {
    const { documents, indexDir, url, engine } = await newIndex()
    const env = { INDEX_DIR: indexDir }
    const first = await copyIndex(['--to', url], env)
    expect(first).toMatchObject({
      code: 0,
      stdout: 'Copied 2 of 2 documents, and removed 0. The rest was there already.\n',
    })
    expect(first.stderr).toMatch(/Copied 2\/2 documents/)
    const original = await sentencesOf(open(indexDir))
    expect(await sentencesOf(engine.storage.open())).toEqual(original)

    const again = await copyIndex([], { ...env, DATABASE_URL: url })
    expect(again).toMatchObject({ code: 0, stdout: 'All 2 documents are there already.\n' })

    const back = await temporaryFolder()
    const returned = await copyIndex(['--from', url, '--index', back], env)
    expect(returned).toMatchObject({ code: 0 })
    expect(await sentencesOf(open(back))).toEqual(original)

    await writeFiles(documents, { 'owls.md': '# Owls\n\nOwls sleep by day.' })
    await build(documents, indexDir, wordVectors())
    const changed = await copyIndex(['--to', url], env)
    expect(changed.stdout).toContain('Copied 1 of 2 documents')
    expect((await sentencesOf(engine.storage.open())).texts).toContain('Owls sleep by day.')
  })

  test('waits for no other build, and says so', async () => {
    const { indexDir, url, engine } = await newIndex()
    const building = await engine.storage.beginBuild()
    const { code, stderr } = await copyIndex(['--to', url], { INDEX_DIR: indexDir })
    await building.close()
    expect(code).toBe(1)
    expect(stderr).toMatch(/build/)
    expect(stderr).not.toContain(new URL(url).password)
    await expect(engine.storage.open()).rejects.toMatchObject({ code: 'index-missing' })
  })
})
