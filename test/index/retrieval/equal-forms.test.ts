import { expect, test } from 'vitest'
import { english } from '../../../index/language/en.ts'
import { languageOf } from '../../../index/language/languages.ts'
import { countsAsForm, wordingOf } from '../../../index/retrieval/equal-forms.ts'
import { findTopic } from '../../../index/retrieval/topic.ts'
import { build, open } from '../../support/project.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'
import { wordVectors } from '../../support/word-vectors.ts'

const PMF = ['PMF', 'Popular Mobilization Forces']
const WORDS = [PMF, ['WHO', 'World Health Organization'], ['car', 'automobile', 'motor vehicle']]

const worded = (question: string, words = WORDS) => wordingOf(question, english, words)

test.each([
  ['Why do the PMF resist?', 'Why do the PMF (Popular Mobilization Forces) resist?'],
  ['why do the pmf resist?', 'why do the pmf (Popular Mobilization Forces) resist?'],
  ['What are PMFs?', 'What are PMFs (Popular Mobilization Forces)?'],
  ["What are the PMF's aims?", "What are the PMF's (Popular Mobilization Forces) aims?"],
  ['Who leads the popular mobilization force?', 'Who leads the popular mobilization force (PMF)?'],
  ['Who leads the WHO?', 'Who leads the WHO (World Health Organization)?'],
  ['Are cars safe?', 'Are cars (motor vehicle, automobile) safe?'],
])('the other forms are searched for: "%s"', (question, spelledOut) => {
  expect(worded(question).spelledOut).toBe(spelledOut)
})

test.each([
  'Who leads the forces?',
  'who leads them?',
  'WHO LEADS THEM?',
  'Which popular forces are there?',
  'Is the PMF (Popular Mobilization Forces) legal?',
  'What does a carpet cost?',
])('a question without a form, or with all of them, stays as it is: "%s"', (question) => {
  const { spelledOut, fullest, forms, inWordsOf } = worded(question)
  expect([spelledOut, fullest, inWordsOf('The PMF and a car.')]).toEqual([
    question,
    question,
    question,
  ])
  expect(forms).toEqual([])
})

test('an abbreviation that is a word in small letters is found only as it is written', () => {
  const words = [['AID', 'Agency for International Development']]
  expect(worded('Who sent aid to Gaza?', words).forms).toEqual([])
  expect(worded('Who runs AID in Gaza?', words).forms).toHaveLength(1)
})

test('of two forms that begin alike, the longer one is meant', () => {
  const words = [
    ['EU', 'European Union'],
    ['EUC', 'European Union Commission'],
  ]
  expect(worded('What did the European Union Commission say?', words).forms).toEqual([
    { asked: 'European Union Commission', others: ['EUC'] },
  ])
})

test('an abbreviation with two meanings is searched for as both', () => {
  const words = [
    ['AC', 'air conditioning'],
    ['AC', 'alternating current'],
  ]
  const [form] = worded('Is AC dangerous?', words).forms
  expect(form?.others).toEqual(['alternating current', 'air conditioning'])
  // But neither meaning is searched for as the other one.
  expect(worded('Is air conditioning dangerous?', words).forms[0]?.others).toEqual(['AC'])
})

test('each text is asked in its own words', () => {
  const { inWordsOf } = worded('Why do the PMF resist?')
  expect(inWordsOf('The popular mobilization forces resist.')).toBe(
    'Why do the Popular Mobilization Forces resist?',
  )
  expect(inWordsOf('The PMF resist.')).toBe('Why do the PMF resist?')
  expect(inWordsOf('Cats sleep.')).toBe('Why do the PMF resist?')
})

test('forms are found in a language without rules of its own', () => {
  const words = [['AEG', 'Allgemeine Elektrizitäts-Gesellschaft']]
  const { spelledOut } = wordingOf('Wann entstand die AEG?', languageOf('de'), words)
  expect(spelledOut).toBe('Wann entstand die AEG (Allgemeine Elektrizitäts-Gesellschaft)?')
})

test('a form must have a word that says something', () => {
  expect(['the', 'it', '!', ''].filter((text) => countsAsForm(text, english))).toEqual([])
  expect(['IT', 'PMF', 'car'].filter((text) => !countsAsForm(text, english))).toEqual([])
})

test.each([
  ['Do the PMF resist?', 'The Popular Mobilization Forces resist in June.'],
  ['Do the Popular Mobilization Forces resist?', 'The PMF resist in June.'],
])(
  'a question finds a text with the other form, and no name is missing: "%s"',
  async (question, text) => {
    const documents = await temporaryFolder()
    const index = await temporaryFolder()
    await writeFiles(documents, {
      'a.txt': `Nobody else resisted.\n\n${text}\n\nNothing happened.`,
    })
    await build(documents, index, wordVectors())
    const store = await open(index)
    const [without, topic] = await Promise.all(
      [[], WORDS].map((equalForms) => findTopic(question, english, store, { equalForms })),
    )
    const [first] = await store.passages(await store.findPassages(topic?.stems ?? [], 1, null))
    expect(first?.text).toBe(text)
    expect(topic?.overlap(text)).toBe(1)
    expect(topic?.missingNames(text)).toBe(0)
    expect(without?.overlap(text)).toBeLessThan(1)
    expect(without?.missingNames(text)).toBeGreaterThan(0)
    await store.close()
  },
)

test('of many forms that equal one, the oldest twenty are searched for', () => {
  const words = Array.from({ length: 100 }, (_, i) => ['owl', `bird${i}`])
  const { forms, spelledOut } = worded('When do owls hunt?', words)
  const oldest = Array.from({ length: 20 }, (_, i) => `bird${i}`)
  expect(forms).toEqual([{ asked: 'owls', others: expect.any(Array) }])
  expect(forms[0]?.others.toSorted()).toEqual(oldest.toSorted())
  expect(spelledOut).not.toContain('bird20')
})
