import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readFrontMatter } from '../../../index/documents/front-matter.ts'
import { readDataset, readQuestionSet } from '../../../devtools/evaluation/dataset.ts'
import {
  evaluationRounds,
  fittingRounds,
  leftOutRound,
  ownDocumentRound,
  type Round,
} from '../../../devtools/evaluation/rounds.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'

async function writeDataset(json: unknown): Promise<string> {
  const folder = await temporaryFolder()
  await writeFiles(folder, { 'set.json': JSON.stringify(json) })
  return path.join(folder, 'set.json')
}

function filesOf({ documents }: Round): string[] {
  return documents.map(({ file }) => file)
}

/** The text of the document that was made of an article. */
function textOf({ documents }: Round, article: number): string {
  const document = documents.find(({ file }) => file === `article-${article}.txt`)
  return readFrontMatter(document?.content ?? '').text
}

/** What the documents say where the gold spans are. */
function goldTexts(round: Round): (string | null)[] {
  return round.questions.map(({ article, gold }) =>
    gold === null ? null : textOf(round, article).slice(gold.start, gold.end),
  )
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
  const [all] = evaluationRounds(set)
  const { frontMatter, text } = readFrontMatter(all?.documents[0]?.content ?? '')
  expect(frontMatter.title).toBe('The "Rhine"')
  expect(text).toBe('A river.\n\nThe Rhine flows.')
  expect(all?.questions).toMatchObject([{ paragraph: 1, gold: { text: 'Rhine' } }])
  expect(all && goldTexts(all)).toEqual(['Rhine'])
})

test('a question of SQuAD 2.0 that is impossible has no gold span', async () => {
  const qas = [
    { question: 'Who?', answers: [], is_impossible: true },
    { question: 'What?', answers: [{ text: 'b', answer_start: 2 }], is_impossible: false },
  ]
  const file = await writeDataset({
    version: 'v2.0',
    data: [{ title: 'A', paragraphs: [{ context: 'a b', qas }] }],
  })
  const { questions } = await readQuestionSet(file)
  expect(questions).toMatchObject([
    { question: 'Who?', gold: null },
    { question: 'What?', gold: { text: 'b', start: 2, end: 3 } },
  ])
})

test('a file may be compressed with gzip', async () => {
  const json = { data: [article('a')] }
  const file = path.join(await temporaryFolder(), 'set.json.gz')
  await writeFile(file, gzipSync(JSON.stringify(json)))
  expect(await readQuestionSet(file)).toEqual(await readQuestionSet(await writeDataset(json)))
})

describe('the rounds', () => {
  test('ask all articles, and then half of them what only the others answer', async () => {
    const set = await readQuestionSet(await writeDataset({ data: [article('a'), article('b')] }))
    const [all, elsewhere, ...others] = evaluationRounds(set)
    expect(others).toEqual([])
    expect(all && goldTexts(all)).toEqual(['is', 'is'])
    expect(elsewhere?.questions).toMatchObject([{ question: 'b?', gold: null }])
    expect(elsewhere && filesOf(elsewhere)).toEqual(['article-0.txt'])
  })

  test('to fit on ask each half what only the other half answers', async () => {
    const set = await readQuestionSet(await writeDataset({ data: [article('a'), article('b')] }))
    const [, odd, even] = fittingRounds(set)
    expect(odd?.questions).toMatchObject([{ question: 'b?', gold: null }])
    expect(even?.questions).toMatchObject([{ question: 'a?', gold: null }])
    expect(even && filesOf(even)).toEqual(['article-1.txt'])
  })

  test('are one where the set has questions without an answer', async () => {
    const paragraph = { context: 'a b', qas: [{ question: 'Who?', answers: [] }] }
    const data = [article('a'), { title: 'b', paragraphs: [paragraph] }]
    const rounds = evaluationRounds(await readQuestionSet(await writeDataset({ data })))
    expect(rounds).toHaveLength(1)
    expect(rounds[0]?.questions.map(({ gold }) => gold?.text ?? null)).toEqual(['is', null])
  })

  test('have at most as many questions as are asked for, evenly chosen', async () => {
    const data = Array.from({ length: 8 }, (_, i) => article(`n${i}`))
    const set = await readQuestionSet(await writeDataset({ data }))
    const asked = evaluationRounds(set, 2).map(({ questions }) =>
      questions.map(({ question }) => question),
    )
    expect(asked).toEqual([
      ['n0?', 'n4?'],
      ['n1?', 'n5?'],
    ])
    expect(leftOutRound(set, 3).questions).toHaveLength(3)
    expect(ownDocumentRound(set, 3).questions).toHaveLength(3)
  })

  test('ask each question of the document of its own article alone', async () => {
    const set = await readQuestionSet(await writeDataset({ data: [article('a'), article('b')] }))
    const round = ownDocumentRound(set)
    expect(round.questions).toMatchObject([
      { question: 'a?', documentIds: ['article-0'] },
      { question: 'b?', documentIds: ['article-1'] },
    ])
    expect(filesOf(round)).toEqual(['article-0.txt', 'article-1.txt'])
    expect(goldTexts(round)).toEqual(['is', 'is'])
  })

  test('leave out every second paragraph, and with it what answers its questions', async () => {
    const words = ['Ann', 'Ben Ben', 'Cleo', 'Dan', 'Eve']
    const paragraphs = words.map((word) => ({
      context: `Here is ${word}.`,
      qas: [{ question: `${word}?`, answers: [{ text: word, answer_start: 8 }] }],
    }))
    const data = [{ title: 'People', paragraphs }]
    const round = leftOutRound(await readQuestionSet(await writeDataset({ data })))
    expect(textOf(round, 0)).toBe('Here is Ann.\n\nHere is Cleo.\n\nHere is Eve.')
    expect(round.questions.map(({ question }) => question)).toEqual(words.map((word) => `${word}?`))
    expect(goldTexts(round)).toEqual(['Ann', null, 'Cleo', null, 'Eve'])
  })

  test('have gold spans that say in the documents what they said in the paragraphs', async () => {
    const context = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '😀'), minLength: 1 })
    const paragraph = context.chain((written) =>
      fc.record({
        context: fc.constant(written),
        start: fc.nat(written.length - 1),
        length: fc.integer({ min: 1, max: 5 }),
      }),
    )
    const articles = fc.array(fc.array(paragraph, { maxLength: 6 }), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(articles, async (given) => {
        const data = given.map((paragraphs, i) => ({
          title: `t${i}`,
          paragraphs: paragraphs.map(({ context: written, start, length }) => {
            const answer = { text: written.slice(start, start + length), answer_start: start }
            return { context: written, qas: [{ question: 'q', answers: [answer] }] }
          }),
        }))
        const set = await readQuestionSet(await writeDataset({ data }))
        for (const round of [...evaluationRounds(set), leftOutRound(set), ownDocumentRound(set)]) {
          expect(goldTexts(round)).toEqual(round.questions.map(({ gold }) => gold?.text ?? null))
        }
        const left = leftOutRound(set).questions
        expect(left.every(({ gold, paragraph: i }) => (gold === null) === (i % 2 === 1))).toBe(true)
      }),
      { numRuns: 30 },
    )
  })
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
    message: expect.stringMatching(/neither in the format of SQuAD nor a file of conversations/),
  })
  await expect(readQuestionSet(await writeDataset({ dialogs: [] }))).rejects.toMatchObject({
    code: 'dataset-invalid',
    message: expect.stringMatching(/not in the format of SQuAD/),
  })
})
