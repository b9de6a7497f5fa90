import { copyFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { quoteText } from '../../server/answer/quotes.ts'
import { build, PROJECT } from '../support/project.ts'
import { run } from '../support/process.ts'
import { sharedInference } from '../support/shared-models.ts'
import { openOnIndex } from '../support/shipped-service.ts'
import { temporaryFolder, writeFiles } from '../support/temporary.ts'

const KILLS = 30

/** Builds at once, each with folders of its own: one alone leaves half of two processors idle. */
const LANES = 2

/** A document that differs for each `i`, so that each build has sentences to embed. */
function version(i: number) {
  const sentences = Array.from({ length: 24 }, (_, j) => `Bird ${j} was seen ${i} times in May.`)
  return { 'birds.txt': `The harvest of year ${i} was good.\n\n${sentences.join(' ')}` }
}

async function firstQuote(indexDir: string, question: string) {
  const footnote = await openOnIndex(indexDir)
  const request = { question, maxQuotes: 1, documentIds: null, conversationId: null }
  const { answer } = await footnote.service.ask(request)
  await footnote.close()
  const [quote] = answer.quotes
  return quote ? quoteText(quote) : null
}

/** Kills builds of one index so many times; gives how many of them had not ended before. */
async function killBuilds(kills: number): Promise<number> {
  const documents = await temporaryFolder()
  const index = await temporaryFolder()
  await copyFile(
    path.join(PROJECT, 'documents/inss-insight-1351.txt'),
    path.join(documents, 'insight.txt'),
  )
  await writeFiles(documents, version(0))
  const env = { DOCUMENTS_DIR: documents, INDEX_DIR: index }

  expect(await run('build-index', [], env).ended).toBe(0)
  // The first build embeds everything; the second embeds as much as those that are killed.
  await writeFiles(documents, version(kills + 1))
  const started = performance.now()
  expect(await run('build-index', [], env).ended).toBe(0)
  const durationMs = performance.now() - started

  let killed = 0
  for (let i = 1; i <= kills; i += 1) {
    await writeFiles(documents, version(i))
    const { child, ended } = run('build-index', [], env)
    await setTimeout(Math.random() * durationMs)
    child.kill('SIGKILL')
    if ((await ended) === 'SIGKILL') killed += 1

    const quote = await firstQuote(index, 'Why did Iran not oppose Kadhimi?')
    expect(quote).toMatch(/^Iran, which supported al-Kadhimi's appointment/)
    const { problems } = await build(documents, index, await sharedInference())
    expect(problems).toEqual([])
    const harvest = await firstQuote(index, `How was the harvest of year ${i}?`)
    expect(harvest).toBe(`The harvest of year ${i} was good.`)
  }
  return killed
}

test(`after each of ${KILLS} builds killed at random moments, the old index answers and the next build succeeds`, async () => {
  const lanes = Array.from({ length: LANES }, () => killBuilds(KILLS / LANES))
  const killed = (await Promise.all(lanes)).reduce((sum, count) => sum + count, 0)
  // Some builds end before they are killed. If most did, the test would try nothing.
  expect(killed).toBeGreaterThan(KILLS / 2)
}, 400_000)
