import path from 'node:path'
import { expect, test } from 'vitest'
import { readFrontMatter } from '../../../index/documents/front-matter.ts'
import { readDataset, readQuestionSet } from '../../../devtools/evaluation/dataset.ts'
import { evaluationRounds, fittingRounds } from '../../../devtools/evaluation/rounds.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'

async function writeDataset(json: unknown): Promise<string> {
  const folder = await temporaryFolder()
  await writeFiles(folder, { 'set.json': JSON.stringify(json) })
  return path.join(folder, 'set.json')
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

test('an article of a SQuAD file becomes a document, and an answer a span of its text', async () => {
  const answers = [{ text: 'Rhine', answer_start: 4 }]
  const file = await writeDataset({
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
  const set = await readQuestionSet(file)
  const [{ documents, questions }] = evaluationRounds(set)
  const { frontMatter, text } = readFrontMatter(documents[0]?.content ?? '')
  expect(frontMatter.title).toBe('The "Rhine"')
  expect(text).toBe('A river.\n\nThe Rhine flows.')
  const { start = 0, end = 0 } = questions[0]?.gold ?? {}
  expect(text.slice(start, end)).toBe('Rhine')
})

test('further rounds ask articles the questions that only other articles answer', async () => {
  const set = await readQuestionSet(await writeDataset({ data: [article('a'), article('b')] }))
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

test('the answers of the dialogs with one title become the paragraphs of a document, each once', async () => {
  const turns = [
    { question: 'Who?', rewrite: 'Who was Ann?', answer: 'A painter.' },
    { question: 'And?', rewrite: 'And who was Ann?', answer: 'A painter.' },
    { question: 'Why?', rewrite: 'Why was she?', answer: null },
  ]
  const file = await writeDataset({
    dialogs: [{ id: '1', title: 'Ann', section: 'Life', turns }],
  })
  const set = await readDataset(file)
  if (set.kind !== 'conversations') throw new Error('the file was read as SQuAD')
  const { documents, dialogs } = set
  expect(documents[0]?.content).toBe('# Ann\n\n## Life\n\nA painter.\n')
  const [questions = []] = dialogs
  expect(questions.map(({ question }) => question)).toEqual(['Who?', 'And?', 'Why?'])
  expect(questions[0]?.rewrite).toBe('Who was Ann?')
  const { start = 0, end = 0 } = questions[1]?.gold ?? {}
  expect(documents[0]?.content.slice(start, end)).toBe('A painter.')
  expect(questions[2]?.gold).toBeNull()
})

test('a file of another kind is an error that names the kinds that are read', async () => {
  await expect(readDataset(await writeDataset({ questions: [] }))).rejects.toMatchObject({
    code: 'dataset-invalid',
    message: expect.stringMatching(/neither in SQuAD 1\.1 format nor a file of conversations/),
  })
  await expect(readQuestionSet(await writeDataset({ dialogs: [] }))).rejects.toMatchObject({
    code: 'dataset-invalid',
    message: expect.stringMatching(/not in SQuAD 1\.1 format/),
  })
})
