import path from 'node:path'
import { expect, test } from 'vitest'
import { readFrontMatter } from '../../index/documents/front-matter.ts'
import { readDataset } from '../../scripts/evaluation/dataset.ts'
import { temporaryFolder, writeFiles } from '../support/temporary.ts'

async function read(json: unknown) {
  const folder = await temporaryFolder()
  await writeFiles(folder, { 'set.json': JSON.stringify(json) })
  return readDataset(path.join(folder, 'set.json'))
}

test('a SQuAD file: one document an article, the gold span where the answer stands in it', async () => {
  const answers = [{ text: 'Rhine', answer_start: 4 }]
  const { documents, questions, kind } = await read({
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
  expect(kind).toBe('squad')
  const { frontMatter, text } = readFrontMatter(documents[0]?.content ?? '')
  expect(frontMatter.title).toBe('The "Rhine"')
  expect(text).toBe('A river.\n\nThe Rhine flows.')
  const { start = 0, end = 0 } = questions[0]?.gold ?? {}
  expect(text.slice(start, end)).toBe('Rhine')
})

test('a file of conversations: one document a title, each answer a paragraph, once', async () => {
  const turns = [
    { question: 'Who?', rewrite: 'Who was Ann?', answer: 'A painter.' },
    { question: 'And?', rewrite: 'And who was Ann?', answer: 'A painter.' },
    { question: 'Why?', rewrite: 'Why was she?', answer: null },
  ]
  const { documents, questions } = await read({
    dialogs: [{ id: '1', title: 'Ann', section: 'Life', turns }],
  })
  expect(documents[0]?.content).toBe('# Ann\n\n## Life\n\nA painter.\n')
  expect(questions.map(({ question }) => question)).toEqual([
    'Who was Ann?',
    'And who was Ann?',
    'Why was she?',
  ])
  const { start = 0, end = 0 } = questions[1]?.gold ?? {}
  expect(documents[0]?.content.slice(start, end)).toBe('A painter.')
  expect(questions[2]?.gold).toBeNull()
})

test('another file is an error that says what it should be', async () => {
  await expect(read({ questions: [] })).rejects.toMatchObject({ code: 'dataset-invalid' })
})
