import { appendFileSync } from 'node:fs'
import { rename, rm, symlink } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { readConfig } from '../../server/config.ts'
import { openFootnote } from '../../server/footnote.ts'
import { createLog } from '../../server/log.ts'
import { open, storageIn } from '../support/project.ts'
import { temporaryFolder, writeFiles } from '../support/temporary.ts'
import { wordVectors } from '../support/word-vectors.ts'

/** How long an effect may take. It takes a second, where nothing else runs. */
const LIMIT = { timeout: 30_000, interval: 50 }

const BAD = Uint8Array.of(0xff)

type Files = Readonly<Record<string, string | Uint8Array>>

/** Footnote that watches a folder with these files. */
async function watched(
  files: Files = { 'owls.txt': 'Owls fly.' },
  by: 'events' | 'poll' = 'events',
) {
  const parent = await temporaryFolder()
  const documents = path.join(parent, 'documents')
  await writeFiles(documents, files)
  const index = await temporaryFolder()
  const config = readConfig({ DOCUMENTS_DIR: documents, INDEX_DIR: index, DATA_DIR: index })
  const inference = wordVectors()
  const footnote = await openFootnote(config, {
    log: createLog('silent'),
    inference: Promise.resolve(inference),
    build: 'if-changed',
    watch: by,
  })
  const { service } = footnote
  let closing: Promise<void> | undefined
  const closeOnce = () => (closing ??= footnote.close())
  onTestFinished(closeOnce)
  const texts = async () => {
    const all = await Promise.all((await service.documents()).map(({ id }) => service.document(id)))
    return Object.fromEntries(all.map(({ id, text }) => [id, text]))
  }
  return {
    documents,
    parent,
    index,
    inference,
    service,
    close: closeOnce,
    at: (name: string) => path.join(documents, name),
    texts,
    /** Waits until these documents are served, and no others. */
    expectServed: (expected: Record<string, string>) =>
      vi.waitFor(async () => expect(await texts()).toEqual(expected), LIMIT),
    /** Waits until these files are known to be unreadable, and no others. */
    expectUnreadable: (...names: string[]) =>
      vi.waitFor(async () => {
        expect((await service.problems()).map(({ name }) => name)).toEqual(names)
      }, LIMIT),
  }
}

describe.each(['events', 'poll'] as const)('a watched folder, by %s', (by) => {
  test('is answered from as it is: what is added, changed, renamed and removed', async () => {
    const { documents, at, expectServed } = await watched(undefined, by)
    await writeFiles(documents, { 'cats.txt': 'Cats purr.' })
    await expectServed({ owls: 'Owls fly.', cats: 'Cats purr.' })
    await writeFiles(documents, { 'owls.txt': 'Owls hunt.' })
    await expectServed({ owls: 'Owls hunt.', cats: 'Cats purr.' })
    await rename(at('owls.txt'), at('birds.txt'))
    await expectServed({ birds: 'Owls hunt.', cats: 'Cats purr.' })
    await rm(at('cats.txt'))
    await expectServed({ birds: 'Owls hunt.' })
  })

  test('may be removed and come back, with other content', async () => {
    const { documents, parent, texts, expectServed } = await watched(undefined, by)
    const aside = path.join(parent, 'aside')
    await rename(documents, aside)
    await setTimeout(2500)
    expect(await texts()).toEqual({ owls: 'Owls fly.' })
    await writeFiles(aside, { 'cats.txt': 'Cats purr.' })
    await rename(aside, documents)
    await expectServed({ owls: 'Owls fly.', cats: 'Cats purr.' })
    await rm(documents, { recursive: true })
    await setTimeout(1500)
    await writeFiles(documents, { 'in/dogs.txt': 'Dogs bark.' })
    await expectServed({ 'in-dogs': 'Dogs bark.' })
    await writeFiles(documents, { 'in/dogs.txt': 'Dogs run.' })
    await expectServed({ 'in-dogs': 'Dogs run.' })
  })
})

describe('a watched folder', () => {
  test('has what was moved into it, and into folders that are new in it', async () => {
    const { documents, parent, at, expectServed } = await watched()
    const tree = path.join(parent, 'tree')
    await writeFiles(tree, { 'a/b/c.txt': 'Cats purr.', 'd.txt': 'Dogs bark.' })
    await rename(tree, at('tree'))
    const owls = { owls: 'Owls fly.' }
    await expectServed({ ...owls, 'tree-a-b-c': 'Cats purr.', 'tree-d': 'Dogs bark.' })
    await writeFiles(documents, { 'tree/a/b/c.txt': 'Cats nap.' })
    await expectServed({ ...owls, 'tree-a-b-c': 'Cats nap.', 'tree-d': 'Dogs bark.' })
    await rename(at('tree/a'), at('moved'))
    await expectServed({ ...owls, 'moved-b-c': 'Cats nap.', 'tree-d': 'Dogs bark.' })
    await writeFiles(documents, { 'moved/b/c.txt': 'Cats run.', 'moved/e/f.txt': 'Eels swim.' })
    const moved = { 'moved-b-c': 'Cats run.', 'moved-e-f': 'Eels swim.' }
    await expectServed({ ...owls, ...moved, 'tree-d': 'Dogs bark.' })
    await rm(at('tree'), { recursive: true })
    await writeFiles(documents, { 'tree/g.txt': 'Gnats sting.' })
    await expectServed({ ...owls, ...moved, 'tree-g': 'Gnats sting.' })
    await writeFiles(documents, { 'tree/g.txt': 'Gnats fly.' })
    await expectServed({ ...owls, ...moved, 'tree-g': 'Gnats fly.' })
  })

  test('waits for a file that is being written, and not for its sake with the others', async () => {
    const { documents, at, service, texts, expectServed } = await watched()
    const piece = 'Cats purr. '
    const seen = new Set<string | undefined>()
    const writing = new AbortController()
    const written = (async () => {
      for (let pieces = 0; !writing.signal.aborted || pieces < 20; pieces += 1) {
        appendFileSync(at('cats.txt'), piece)
        await setTimeout(100)
        seen.add((await texts())['cats'])
      }
    })()
    await writeFiles(documents, { 'dogs.txt': 'Dogs bark.' })
    await vi.waitFor(
      async () => expect(await service.missingDocuments(['dogs'])).toEqual([]),
      LIMIT,
    )
    writing.abort()
    await written
    expect([...seen]).toEqual([undefined])
    const { length } = piece
    await vi.waitFor(async () => {
      expect((await texts())['cats']?.length).toBeGreaterThanOrEqual(20 * length)
    }, LIMIT)
    await expectServed({
      owls: 'Owls fly.',
      dogs: 'Dogs bark.',
      cats: (await texts())['cats'] ?? '',
    })
  })

  test('keeps a bad file apart from good ones, until it is right', async () => {
    const { documents, expectServed, expectUnreadable } = await watched()
    await writeFiles(documents, { 'bad.txt': BAD, 'good.txt': 'Cats purr.', 'owls.txt': BAD })
    await expectUnreadable('bad.txt', 'owls.txt')
    await expectServed({ owls: 'Owls fly.', good: 'Cats purr.' })
    await writeFiles(documents, { 'good.txt': 'Cats nap.' })
    await expectServed({ owls: 'Owls fly.', good: 'Cats nap.' })
    await expectUnreadable('bad.txt', 'owls.txt')
    await writeFiles(documents, { 'bad.txt': 'Dogs bark.' })
    await expectUnreadable('owls.txt')
    await writeFiles(documents, { 'owls.txt': 'Owls fly.' })
    await expectUnreadable()
    await expectServed({ owls: 'Owls fly.', good: 'Cats nap.', bad: 'Dogs bark.' })
  })

  test('takes the details from a file that comes beside a document', async () => {
    const { documents, service } = await watched()
    await writeFiles(documents, { 'owls.yaml': 'title: On owls' })
    await vi.waitFor(async () => {
      expect(await service.documents()).toMatchObject([{ id: 'owls', title: 'On owls' }])
    }, LIMIT)
  })

  test('has hundreds of files that come at once, and knows two that want one id', async () => {
    const { documents, inference, service, expectUnreadable } = await watched()
    inference.embedded = 0
    const names = Array.from({ length: 300 }, (_, i) => `in/${i % 7}/n${i}.txt`)
    await Promise.all(names.map((name) => writeFiles(documents, { [name]: `Cats ${name}.` })))
    await vi.waitFor(async () => expect(await service.documents()).toHaveLength(301), LIMIT)
    expect(inference.embedded).toBe(300)
    await writeFiles(documents, { 'in/0/n0.md': 'Dogs.' })
    await expectUnreadable('in/0/n0.md')
    expect((await service.document('in-0-n0')).text).toBe('Cats in/0/n0.txt.')
  })

  test('is a link to another folder: its documents are watched, and what the link leads to then', async () => {
    const { documents, parent, expectServed } = await watched()
    await rm(documents, { recursive: true })
    const [first, second] = [path.join(parent, 'first'), path.join(parent, 'second')]
    await writeFiles(first, { 'a.txt': 'Ants.' })
    await writeFiles(second, { 'b.txt': 'Bees.' })
    await symlink(first, documents)
    await expectServed({ a: 'Ants.' })
    await rm(documents)
    await symlink(second, documents)
    await expectServed({ b: 'Bees.' })
    await writeFiles(second, { 'b.txt': 'Bats.' })
    await expectServed({ b: 'Bats.' })
  })

  test('waits for another build, and takes up what it left', async () => {
    const { documents, index, texts, expectServed } = await watched()
    const other = await storageIn(index).beginBuild()
    await writeFiles(documents, { 'cats.txt': 'Cats purr.' })
    await setTimeout(2000)
    expect(await texts()).toEqual({ owls: 'Owls fly.' })
    await other.close()
    await expectServed({ owls: 'Owls fly.', cats: 'Cats purr.' })
  })

  test.each([
    ['by itself', {}],
    ['with what has changed since', { 'dogs.txt': 'Dogs bark.' }],
  ])('is built again after a build that failed: %s', async (_, since) => {
    const { documents, inference, expectServed, texts } = await watched()
    const embed = inference.embedSentences.bind(inference)
    let failures = 0
    inference.embedSentences = async () => {
      failures += 1
      throw new Error('no models')
    }
    await writeFiles(documents, { 'cats.txt': 'Cats purr.' })
    await vi.waitFor(() => expect(failures).toBe(1), LIMIT)
    await setTimeout(1500)
    expect(failures).toBe(1)
    expect(await texts()).toEqual({ owls: 'Owls fly.' })
    inference.embedSentences = embed
    await writeFiles(documents, since)
    const dogs = 'dogs.txt' in since ? { dogs: since['dogs.txt'] } : {}
    await expectServed({ owls: 'Owls fly.', cats: 'Cats purr.', ...dogs })
  })

  test('is left when Footnote closes, also while it is built', async () => {
    const { documents, index, inference, close } = await watched()
    let isBuilding = false
    inference.embedSentences = (_, { signal } = {}) => {
      isBuilding = true
      return new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason))
      })
    }
    await writeFiles(documents, { 'cats.txt': 'Cats purr.' })
    await vi.waitFor(() => expect(isBuilding).toBe(true), LIMIT)
    await close()
    await (await storageIn(index).beginBuild()).close()
    const store = await open(index)
    expect(await store.documents()).toMatchObject([{ id: 'owls' }])
    await store.close()
  })
})
