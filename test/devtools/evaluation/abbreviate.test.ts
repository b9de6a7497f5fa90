import { expect, test } from 'vitest'
import type { QuestionSet } from '../../../devtools/evaluation/dataset.ts'
import { abbreviateSet } from '../../../devtools/evaluation/words/abbreviate.ts'

const PARAGRAPHS = [
  'The Kennedy Space Center is in Florida. KSC fans visit it.',
  'John Glenn left the Kennedy Space Center in 1962.',
]
const TEXT = PARAGRAPHS.join('\n\n')

function ask(question: string, answer: string) {
  const start = TEXT.indexOf(answer)
  const end = start + answer.length
  const gold = { documentId: 'article-0', start, end, text: answer, match: 'contain' } as const
  return { question, article: 0, paragraph: 0, documentIds: null, gold }
}

const SET: QuestionSet = {
  kind: 'squad',
  articles: [{ title: 'The Kennedy Space Center', paragraphs: PARAGRAPHS }],
  questions: [
    ask('When was the Kennedy Space Center left?', '1962'),
    ask('What did John Glenn leave?', 'Kennedy Space Center'),
    ask('Which Space is in the Kennedy Space Center?', 'Space Center is'),
    ask('Who left?', 'John Glenn'),
  ],
}

test('names are abbreviated in the questions that have one, by letters that no text has', () => {
  const { abbreviations, questions, written } = abbreviateSet(SET)
  expect([...abbreviations]).toEqual([
    ['Kennedy Space Center', 'KSCX'],
    ['John Glenn', 'JG'],
  ])
  expect(questions.questions.map(({ question }) => question)).toEqual([
    'When was the KSCX left?',
    'What did JG leave?',
  ])
  expect(questions.articles).toBe(written.articles)
  expect(written.questions.map(({ question }) => question)).toEqual([
    'When was the Kennedy Space Center left?',
    'What did John Glenn leave?',
  ])
})

test('the answers move with the texts around them', () => {
  const { documents } = abbreviateSet(SET)
  const [article] = documents.articles
  const text = article?.paragraphs.join('\n\n') ?? ''
  expect(article?.title).toBe('The KSCX')
  expect(text).toContain('JG left the KSCX in 1962.')
  const answers = documents.questions.map(({ gold }) => text.slice(gold?.start, gold?.end))
  expect(answers).toEqual(['1962', 'KSCX'])
  expect(documents.questions.map(({ gold }) => gold?.text)).toEqual(answers)
})
