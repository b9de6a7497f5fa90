import { expect, onTestFinished, test } from 'vitest'
import { scopedStore } from '../../index/storage/scoped-store.ts'
import type { Store } from '../../index/storage/storage.ts'
import { type Answer, answerQuestion } from '../../server/answer/answer.ts'
import { answerCache } from '../../server/answer/answer-cache.ts'
import { readConfig } from '../../server/config.ts'
import { embeddedEngine } from '../../server/engine.ts'
import { build } from '../support/project.ts'
import { temporaryFolder, writeFiles } from '../support/temporary.ts'
import { wordVectors } from '../support/word-vectors.ts'

const OPEN = {
  'open/cats.txt': 'Cats sleep all day. They hunt at night.\n\nA cat purrs when it rests.\n',
  'open/owls.txt':
    '---\nauthor: Ann\n---\nOwls hunt at night. An owl turns its head.\n\nOwls eat mice.\n',
  'open/trains.md':
    '# Trains\n\nThe night train leaves at nine.\n\n## Tickets\n\nTickets cost ten.\n',
}
const CLOSED = {
  'closed/owls.txt': 'Owls hunt at dawn. The owl of the board sleeps at night.\n',
  'closed/plan.txt': 'The company plans a merger. Tickets for the night train cost twenty.\n',
  'closed/cats.txt': 'Cats sleep all day. They hunt at night.\n\nCats, cats, cats and mice.\n',
  'loose.txt': 'Loose owls hunt mergers at night.\n',
}
const QUESTIONS = [
  'When do owls hunt?',
  'What do owls eat?',
  'When does the night train leave?',
  'What do tickets cost?',
  'Which merger is planned by the company?',
  'Do cats hunt at night?',
  'Which mergre is plannd?',
  'Who wrote this about owls?',
  'Which documents are there?',
]

/** An index of these documents. It compares all vectors, so that distances have the same precision in all searches. */
async function storeOf(files: Record<string, string>): Promise<Store> {
  const documents = await temporaryFolder()
  const indexDir = await temporaryFolder()
  await writeFiles(documents, files)
  await build(documents, indexDir, wordVectors())
  const { storage } = embeddedEngine({ ...readConfig({}), indexDir }, { exactSearch: true })
  const store = await storage.open()
  onTestFinished(() => store.close())
  return store
}

/** What people get to see of an answer. The ids of passages and sentences, and durations, are left out. */
function seen(answer: Answer): unknown {
  const { timings: _, ...rest } = answer
  const json = JSON.stringify(rest, (key, value: unknown) =>
    key === 'id' && typeof value === 'number' ? null : value,
  )
  return JSON.parse(json)
}

async function ask(
  store: Store,
  question: string,
  documentIds: readonly string[] | null,
  answerer = answerQuestion,
) {
  const answer = await answerer(
    { question, maxQuotes: 3, documentIds },
    { store, inference: wordVectors(), minConfidence: 0.3 },
  )
  return seen(answer)
}

test('whoever sees some collections gets the answers of an index that has only these, with the same confidence', async () => {
  const [whole, only] = [await storeOf({ ...OPEN, ...CLOSED }), await storeOf(OPEN)]
  const scoped = scopedStore(whole, ['open'])
  for (const documentIds of [null, ['open-owls', 'closed-owls', 'open-cats']]) {
    for (const question of QUESTIONS) {
      const answer = await ask(scoped, question, documentIds)
      expect(answer).toEqual(await ask(only, question, documentIds))
      expect(JSON.stringify(answer)).not.toMatch(/closed|loose|twenty|dawn/)
    }
  }
  // The questions would tell: others get other answers.
  const differing = await Promise.all(
    QUESTIONS.map(async (question) => {
      const [all, some] = await Promise.all([ask(whole, question, null), ask(only, question, null)])
      return JSON.stringify(all) !== JSON.stringify(some)
    }),
  )
  expect(differing.filter(Boolean).length).toBeGreaterThan(5)
})

test('an answer that is kept is given to nobody who sees other collections', async () => {
  const whole = await storeOf({ ...OPEN, ...CLOSED })
  const cache = answerCache()
  const stores = [null, ['open'], ['closed'], ['closed', 'open']].map((collections) =>
    scopedStore(whole, collections),
  )
  for (const store of stores) {
    const fresh = await ask(store, 'When do owls hunt?', null)
    expect(await ask(store, 'When do owls hunt?', null, cache.answer)).toEqual(fresh)
    expect(await ask(store, 'When do owls hunt?', null, cache.answer)).toEqual(fresh)
  }
  expect(cache.counts()).toEqual({ kept: 4, hits: 4, misses: 4 })
})
