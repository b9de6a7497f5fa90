import { readFile, rm, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import Database from 'better-sqlite3'
import { pino } from 'pino'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { answer } from '../../server/answer/answer-schema.ts'
import { withFullDisk } from '../support/full-disk.ts'
import { build, open } from '../support/project.ts'
import { post, serveWords } from '../support/serve-words.ts'
import { temporaryFolder, writeFiles } from '../support/temporary.ts'
import { wordVectors } from '../support/word-vectors.ts'

const CATS = { question: 'When do cats sleep?' }

async function expectUnavailable(response: Response, detail: RegExp) {
  expect(response.status).toBe(503)
  expect(Number(response.headers.get('Retry-After'))).toBeGreaterThan(0)
  expect(await response.json()).toMatchObject({ detail: expect.stringMatching(detail) })
}

async function expectAnswer(response: Response) {
  expect(response.status).toBe(200)
  const given = answer.parse(await response.json())
  expect(given.answered).toBe(true)
  return given
}

describe.skipIf(process.platform !== 'linux')('a full disk', () => {
  test('fails a build with a remedy; the old index is still served, and the next build continues', async () => {
    const documents = await temporaryFolder()
    const index = await temporaryFolder()
    await writeFiles(documents, { 'cats.txt': 'Cats sleep.' })
    await build(documents, index, wordVectors())
    const sentences = Array.from({ length: 400 }, (_, i) => `It is ${i}.`).join(' ')
    await writeFiles(documents, { 'numbers.txt': sentences })
    for (const bytes of [1, 150_000, 500_000]) {
      await expect(
        withFullDisk(bytes, () => build(documents, index, wordVectors())),
      ).rejects.toMatchObject({
        code: 'disk-full',
        message: expect.stringMatching(/the disk is full\. Make room/),
      })
      const store = await open(index)
      expect(await store.documents()).toHaveLength(1)
      await store.close()
    }
    expect(await build(documents, index, wordVectors())).toMatchObject({ published: true })
    const store = await open(index)
    expect(await store.documents()).toHaveLength(2)
    await store.close()
  })

  test('fails a question with 503; earlier turns are kept, and questions work again once there is space', async () => {
    const url = await serveWords()
    const { conversationId } = await expectAnswer(await post(url, CATS))
    const again = { ...CATS, conversationId }
    await withFullDisk(1, async () => {
      await expectUnavailable(await post(url, again), /cannot be stored .* disk/)
      await expectUnavailable(await post(url, CATS), /cannot be stored .* disk/)
      expect((await fetch(`${url}/health`)).status).toBe(200)
    })
    const said = await expectAnswer(await post(url, again))
    expect(said.conversationId).toBe(conversationId)
  })
})

test('a locked conversations file gives 503, and the question works once the lock is released', async () => {
  const indexDir = await temporaryFolder()
  const url = await serveWords({}, { indexDir })
  const other = new Database(path.join(indexDir, 'conversations.sqlite'))
  onTestFinished(() => void other.close())
  other.exec('BEGIN IMMEDIATE')
  await expectUnavailable(await post(url, CATS), /cannot be stored at the moment/)
  other.exec('ROLLBACK')
  await expectAnswer(await post(url, CATS))
})

test('overwriting the conversations file of a running server is not reported as a damaged index', async () => {
  const indexDir = await temporaryFolder()
  const url = await serveWords({}, { indexDir })
  const file = path.join(indexDir, 'conversations.sqlite')
  await writeFile(file, 'x'.repeat((await readFile(file)).length))
  await truncate(`${file}-wal`, 0)
  // SQLite may still have the page in memory.
  const response = await post(url, CATS)
  if (response.status === 503) await expectUnavailable(response, /cannot be stored/)
  else await expectAnswer(response)
  expect((await fetch(`${url}/ready`)).status).toBe(200)
})

describe('an index under a running server', () => {
  test.each([
    ['overwritten', (file: string) => writeFile(file, 'x'.repeat(100_000))],
    ['cut to nothing', (file: string) => truncate(file, 0)],
  ])('that is %s gives 503, and the next build is loaded', async (_, damage) => {
    const indexDir = await temporaryFolder()
    const logged: string[] = []
    const log = pino({ level: 'error' }, { write: (line) => logged.push(line) })
    const url = await serveWords({ log }, { indexDir })
    expect((await fetch(`${url}/ready`)).status).toBe(200)
    await damage(path.join(indexDir, 'generation-1', 'index.sqlite'))
    const damaged = /The index of the documents is damaged/
    await expectUnavailable(await post(url, CATS), damaged)
    expect(logged.join()).toContain('npm run build-index -- --force')
    await expectUnavailable(await fetch(`${url}/documents`), damaged)
    await expectUnavailable(await fetch(`${url}/ready`), damaged)
    expect((await fetch(`${url}/health`)).status).toBe(200)

    const documents = await temporaryFolder()
    await writeFiles(documents, { 'cats.txt': 'Cats sleep all day.' })
    await build(documents, indexDir, wordVectors(), { force: true })
    const ready = async () => expect((await fetch(`${url}/ready`)).status).toBe(200)
    await vi.waitFor(ready, 10_000)
    await expectAnswer(await post(url, CATS))
  })

  test('that is truncated gives right answers or an error', async () => {
    const indexDir = await temporaryFolder()
    const url = await serveWords({}, { indexDir })
    const file = path.join(indexDir, 'generation-1', 'index.sqlite')
    for (const size of [60_000, 20_000, 5000]) {
      await truncate(file, size)
      const response = await post(url, CATS)
      if (response.status === 503) await expectUnavailable(response, /is damaged/)
      else await expectAnswer(response)
    }
  })

  test('still answers after its folder is deleted', async () => {
    const indexDir = await temporaryFolder()
    const url = await serveWords({}, { indexDir })
    await rm(path.join(indexDir, 'generation-1'), { recursive: true })
    await rm(path.join(indexDir, 'current'))
    await expectAnswer(await post(url, CATS))
    expect((await fetch(`${url}/ready`)).status).toBe(200)
  })
})
