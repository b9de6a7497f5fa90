import { copyFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Inference } from '../../index/inference/inference.ts'
import { answerQuestion } from '../../server/answer/answer.ts'
import { quoteText } from '../../server/answer/quotes.ts'
import { build, open, PROJECT } from '../support/project.ts'
import { run } from '../support/process.ts'
import { sharedInference } from '../support/shared-models.ts'
import { temporaryFolder, writeFiles } from '../support/temporary.ts'

const KILLS = 50

/** A document that is another one every time, so that every build has something to embed. */
function version(i: number) {
  const sentences = Array.from({ length: 24 }, (_, j) => `Bird ${j} was seen ${i} times in May.`)
  return { 'birds.txt': `The harvest of year ${i} was good.\n\n${sentences.join(' ')}` }
}

async function firstQuote(indexDir: string, question: string, inference: Inference) {
  const store = await open(indexDir)
  const { quotes } = await answerQuestion(
    { question, maxQuotes: 1, documentIds: null },
    { store, inference, minConfidence: 0.5 },
  )
  await store.close()
  return quotes[0] ? quoteText(quotes[0]) : null
}

test(`a build killed at ${KILLS} random moments: the old index answers, and the next build succeeds`, async () => {
  const documents = await temporaryFolder()
  const index = await temporaryFolder()
  await copyFile(
    path.join(PROJECT, 'documents/inss-insight-1351.txt'),
    path.join(documents, 'insight.txt'),
  )
  await writeFiles(documents, version(0))
  const inference = sharedInference()
  const env = { DOCUMENTS_DIR: documents, INDEX_DIR: index }

  expect(await run('build-index', [], env).ended).toBe(0)
  // The second one embeds what those that are killed do; the first, everything.
  await writeFiles(documents, version(KILLS + 1))
  const started = performance.now()
  expect(await run('build-index', [], env).ended).toBe(0)
  const duration = performance.now() - started

  let killed = 0
  for (let i = 1; i <= KILLS; i += 1) {
    await writeFiles(documents, version(i))
    const { child, ended } = run('build-index', [], env)
    await setTimeout(Math.random() * duration)
    child.kill('SIGKILL')
    if ((await ended) === 'SIGKILL') killed += 1

    const answers = await firstQuote(index, 'Why did Iran not oppose Kadhimi?', inference)
    expect(answers).toMatch(/^Iran, which supported al-Kadhimi's appointment/)
    const { problems } = await build(documents, index, inference)
    expect(problems).toEqual([])
    const harvest = await firstQuote(index, `How was the harvest of year ${i}?`, inference)
    expect(harvest).toBe(`The harvest of year ${i} was good.`)
  }
  // Some builds end before their moment comes; most must not, or nothing was tried.
  expect(killed).toBeGreaterThan(KILLS / 2)
}, 400_000)
