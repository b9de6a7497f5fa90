import { expect, onTestFinished, test } from 'vitest'
import { openTemporaryState } from '../../../server/state/embedded/embedded-state.ts'
import { type NewWord, openWords } from '../../../server/words/words.ts'

const PMF: NewWord = {
  forms: ['PMF', 'Popular Mobilization Forces'],
  state: 'accepted',
  collections: null,
  by: 'Ann',
}

async function openState() {
  const state = await openTemporaryState({ conversationTtlMs: 60_000, maxTurns: 5 })
  onTestFinished(() => state.close())
  return state
}

test('an accepted word counts from then on, also for another server, until it is removed', async () => {
  const state = await openState()
  const [words, others] = [openWords(state), openWords(state)]
  const before = await others.formsFor(null)
  expect(before).toEqual([])
  expect(await others.formsFor(null)).toBe(before)
  const word = await words.enter(PMF)
  expect(await others.formsFor(null)).toEqual([PMF.forms])
  expect(await others.remove(word, 'Bob')).toBe(true)
  expect(await others.remove(word, 'Bob')).toBe(false)
  expect(await words.formsFor(null)).toEqual([])
})

test('a rejected word does not count, and the same forms in another order are the same word', async () => {
  const words = openWords(await openState())
  await words.enter(PMF)
  const rejected = {
    ...PMF,
    forms: [...PMF.forms].toReversed(),
    state: 'rejected',
    by: 'Bob',
  } as const
  await words.enter(rejected)
  expect(await words.formsFor(null)).toEqual([])
  expect(await words.all()).toMatchObject([rejected])
})

test('a word counts for those who see all that its author sees', async () => {
  const words = openWords(await openState())
  const enter = (form: string, collections: NewWord['collections']) =>
    words.enter({ ...PMF, forms: [form, `${form} in full`], collections })
  await enter('EVERY', null)
  await enter('A', ['a'])
  await enter('AB', ['a', 'b'])
  const shortFor = async (collections: NewWord['collections']) =>
    (await words.formsFor(collections)).map(([short]) => short)
  expect(await shortFor(null)).toEqual(['EVERY', 'A', 'AB'])
  expect(await shortFor(['a'])).toEqual(['EVERY', 'A'])
  expect(await shortFor(['b'])).toEqual(['EVERY'])
  expect(await shortFor(['b', 'a'])).toEqual(['EVERY', 'A', 'AB'])
  expect(await shortFor([])).toEqual(['EVERY'])
})

test('the same forms of other collections are another word', async () => {
  const words = openWords(await openState())
  await words.enter(PMF)
  await words.enter({ ...PMF, collections: ['a'], state: 'rejected' })
  expect(await words.formsFor(['a'])).toEqual([PMF.forms])
})

test('the log has each change', async () => {
  const state = await openState()
  const words = openWords(state)
  const word = await words.enter({ ...PMF, collections: ['a'] })
  await words.enter({ ...PMF, state: 'rejected' })
  await words.remove(word, 'Bob')
  const subject = 'PMF = Popular Mobilization Forces'
  expect(await state.audit.latest({ limit: 9 })).toMatchObject([
    { by: 'Bob', action: 'word.removed', subject, collection: 'a' },
    { by: 'Ann', action: 'word.rejected', subject, collection: null },
    { by: 'Ann', action: 'word.accepted', subject, collection: 'a' },
  ])
})
