import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { readConfig } from '../../server/config.ts'
import { type FootnoteOptions, openFootnote } from '../../server/footnote.ts'
import { createLog } from '../../server/log.ts'
import { storageIn } from '../support/project.ts'
import { temporaryFolder, writeFiles } from '../support/temporary.ts'
import { wordVectors } from '../support/word-vectors.ts'

async function settings() {
  const documents = await temporaryFolder()
  await writeFiles(documents, { 'owls.txt': 'Owls fly at night.' })
  const folder = await temporaryFolder()
  const environment = {
    DOCUMENTS_DIR: documents,
    INDEX_DIR: path.join(folder, 'index'),
    DATA_DIR: path.join(folder, 'data'),
    MIN_CONFIDENCE: '0',
  }
  return { documents, folder, config: readConfig(environment) }
}

function options(build: FootnoteOptions['build']): FootnoteOptions {
  return { log: createLog('silent'), inference: Promise.resolve(wordVectors()), build }
}

async function open(
  config: Parameters<typeof openFootnote>[0],
  build: FootnoteOptions['build'],
): ReturnType<typeof openFootnote> {
  const footnote = await openFootnote(config, options(build))
  onTestFinished(() => footnote.close())
  return footnote
}

async function documentsOf(footnote: Awaited<ReturnType<typeof openFootnote>>) {
  return (await footnote.service.documents()).map(({ id }) => id)
}

test('the product builds its index, answers, and remembers the conversation after a restart', async () => {
  const { config } = await settings()
  const first = await openFootnote(config, options('if-changed'))
  const request = { question: 'When do owls fly?', maxQuotes: 1, documentIds: null }
  const { answer, conversationId } = await first.service.ask({ ...request, conversationId: null })
  expect(answer.text).toContain('Owls fly at night.')
  await first.close()
  const second = await open(config, 'never')
  expect((await second.service.conversations.find(conversationId))?.turns).toHaveLength(1)
})

test('a changed documents folder is indexed again only with build: if-changed', async () => {
  const { config, documents } = await settings()
  await expect(openFootnote(config, options('never'))).rejects.toMatchObject({
    code: 'index-missing',
  })
  expect(await documentsOf(await open(config, 'if-missing'))).toEqual(['owls'])
  await writeFiles(documents, { 'cats.txt': 'Cats purr.' })
  expect(await documentsOf(await open(config, 'if-missing'))).toEqual(['owls'])
  expect(await documentsOf(await open(config, 'if-changed'))).toEqual(['cats', 'owls'])
})

test('a server without an index waits until the build of another process has ended', async () => {
  const { config } = await settings()
  const other = await storageIn(config.indexDir).beginBuild()
  let isOpen = false
  const opening = openFootnote(config, options('if-changed')).then((footnote) => {
    isOpen = true
    onTestFinished(() => footnote.close())
    return footnote
  })
  await expect(openFootnote(config, options('if-missing'))).rejects.toMatchObject({
    code: 'build-running',
  })
  await setTimeout(1500)
  expect(isOpen).toBe(false)
  await other.close()
  expect(await documentsOf(await opening)).toEqual(['owls'])
})

test('a failed openFootnote releases everything that it opened', async () => {
  const { config } = await settings()
  const failing = { ...wordVectors(), embedSentences: () => Promise.reject(new Error('no models')) }
  const opening = openFootnote(config, {
    ...options('if-changed'),
    inference: Promise.resolve(failing),
  })
  await expect(opening).rejects.toThrow('no models')
  expect(await documentsOf(await open(config, 'if-changed'))).toEqual(['owls'])
})
