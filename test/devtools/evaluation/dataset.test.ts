import path from 'node:path'
import { expect, test } from 'vitest'
import { readFrontMatter } from '../../../index/documents/front-matter.ts'
import { readDataset } from '../../../devtools/evaluation/dataset.ts'
import { evaluationRounds, fittingRounds } from '../../../devtools/evaluation/rounds.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'

async function read(json: unknown) {
  const folder = await temporaryFolder()
  await writeFiles(folder, { 'set.json': JSON.stringify(json) })
  return readDataset(path.join(folder, 'set.json'))
}

const article = (name: string) => ({
  title: name,
  paragraphs: [
    {
      context: `${name} is.`,
      qas: [{ question: `${name}?`, answers: [{ text: 'is', answer_start: 2 }] }],
    },
  ],
})

test('a SQuAD file: one document an article, the gold span where the answer stands in it', async () => {
  const answers = [{ text: 'Rhine', answer_start: 4 }]
  const set = await read({
    data: [
      {
        title: 'The_"Rhine"',
        paragraphs: [
          { context: 'A river.', qas: [] },
          { context: 'The Rhine flows.', qas: [{ question: 'What flows?', answers }] },
        ],
      },
    ],
  })
  if (set.kind !== 'squad') throw new Error('it is taken for a file of conversations')
  const [{ documents, questions }] = evaluationRounds(set)
  const { frontMatter, text } = readFrontMatter(documents[0]?.content ?? '')
  expect(frontMatter.title).toBe('The "Rhine"')
  expect(text).toBe('A river.\n\nThe Rhine flows.')
  const { start = 0, end = 0 } = questions[0]?.gold ?? {}
  expect(text.slice(start, end)).toBe('Rhine')
})

test('in further rounds, articles are asked what only others answer', async () => {
  const set = await read({ data: [article('a'), article('b')] })
  if (set.kind !== 'squad') throw new Error('it is taken for a file of conversations')
  const [all, ...others] = fittingRounds(set)
  expect(all?.questions.every(({ gold }) => gold !== null)).toBe(true)
  expect(others.map(({ questions }) => questions)).toMatchObject([
    [{ question: 'b?', gold: null }],
    [{ question: 'a?', gold: null }],
  ])
  expect(others.map(({ documents }) => documents.map(({ file }) => file))).toEqual([
    ['article-0.txt'],
    ['article-1.txt'],
  ])
})

test('a file of conversations: one document a title, each answer a paragraph, once', async () => {
  const turns = [
    { question: 'Who?', rewrite: 'Who was Ann?', answer: 'A painter.' },
    { question: 'And?', rewrite: 'And who was Ann?', answer: 'A painter.' },
    { question: 'Why?', rewrite: 'Why was she?', answer: null },
  ]
  const set = await read({
    dialogs: [{ id: '1', title: 'Ann', section: 'Life', turns }],
  })
  if (set.kind !== 'conversations') throw new Error('it is taken for a SQuAD file')
  const { documents, dialogs } = set
  expect(documents[0]?.content).toBe('# Ann\n\n## Life\n\nA painter.\n')
  const [questions = []] = dialogs
  expect(questions.map(({ question }) => question)).toEqual(['Who?', 'And?', 'Why?'])
  expect(questions[0]?.rewrite).toBe('Who was Ann?')
  const { start = 0, end = 0 } = questions[1]?.gold ?? {}
  expect(documents[0]?.content.slice(start, end)).toBe('A painter.')
  expect(questions[2]?.gold).toBeNull()
})

test('another file is an error that says what it should be', async () => {
  await expect(read({ questions: [] })).rejects.toMatchObject({ code: 'dataset-invalid' })
})
