import { expect, test } from 'vitest'
import { english } from '../../../index/language/en.ts'
import { embedQuestion, pairFeatures, readVouched } from '../../../server/vouched/question-pair.ts'
import { MIN_PROBABILITY, sameQuestionProbability } from '../../../server/vouched/same-question.ts'
import { sharedInference } from '../../support/shared-models.ts'

const SOURCE = {
  title: 'Rules of the reading room',
  text: 'The reading room opens at nine and closes at six. Bags stay in the lockers, which cost one euro. Mr Hale founded it in 1931.',
  quotes: 'Bags stay in the lockers, which cost one euro.',
}

async function probabilityOf(asked: string, vouched: string): Promise<number> {
  const models = await sharedInference()
  const read = await readVouched(vouched, SOURCE, english, models, {})
  const question = await embedQuestion(asked, english, models, {})
  return sameQuestionProbability(await pairFeatures(question, read, english, models, {}))
}

test.each([
  ['How much does a locker cost?', 'What does a locker cost?'],
  ['Where do I have to leave my bag?', 'Where must I leave my bag?'],
])('"%s" asks for the same as "%s"', async (asked, vouched) => {
  expect(await probabilityOf(asked, vouched)).toBeGreaterThanOrEqual(MIN_PROBABILITY)
})

test.each([
  ['Who founded the reading room?', 'What does a locker cost?'],
  ['When does the reading room close?', 'What does a locker cost?'],
  ['What does a reading lamp cost?', 'What does a locker cost?'],
  ['Where must I leave my bicycle?', 'Where must I leave my bag?'],
])('"%s" asks for something else than "%s"', async (asked, vouched) => {
  expect(await probabilityOf(asked, vouched)).toBeLessThan(MIN_PROBABILITY)
})
