import { expect, onTestFinished, test } from 'vitest'
import { vouchedQuestions } from '../../../server/check/vouched-questions.ts'
import { openTemporaryState } from '../../../server/state/embedded/embedded-state.ts'

const PLACE = { documentId: 'tax', start: 0, end: 4, text: 'Owls' }

test('vouched questions come with their quotes, to those who see all of these', async () => {
  const state = await openTemporaryState({ conversationTtlMs: 60_000, maxTurns: 5 })
  onTestFinished(() => state.close())
  for (const [id, collections] of [
    ['both', ['laws', 'taxes']],
    ['laws', ['laws']],
    ['none', [null]],
  ] as const) {
    const quotes = collections.map((collection) => ({ ...PLACE, collection, version: '1' }))
    const json = JSON.stringify({ question: id, quotes, by: 'Ann', atMs: 1 })
    await state.records.add('vouched', { id, json })
  }
  const seenBy = async (collections: readonly string[] | null) =>
    (await vouchedQuestions(state.records, collections)).map(({ question }) => question)
  expect(await seenBy(null)).toEqual(['both', 'laws', 'none'])
  expect(await seenBy(['laws'])).toEqual(['laws'])
  expect(await vouchedQuestions(state.records, ['laws'])).toEqual([
    { question: 'laws', quotes: [PLACE] },
  ])
})
