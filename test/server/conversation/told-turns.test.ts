import { expect, onTestFinished, test } from 'vitest'
import { rebuildTurns } from '../../../server/conversation/told-turns.ts'
import { build, open } from '../../support/project.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'
import { wordVectors } from '../../support/word-vectors.ts'

const TEXT = '# Food\n\nCats eat *fish* [1].\n\n# Nights\n\nThey hunt\nat night.\n'

async function openCats() {
  const [documents, index] = [await temporaryFolder(), await temporaryFolder()]
  await writeFiles(documents, { 'cats.md': TEXT })
  await build(documents, index, wordVectors())
  const store = await open(index)
  onTestFinished(() => store.close())
  return store
}

/** A paragraph of an answer with a quote, its words escaped. */
function quoted(words: string, start: number, end: number): string {
  return `“${words}” [1](https://a.b/documents/cats?start=${start}&end=${end}&highlightStart=1#quote) – Cats`
}

const FISH = quoted(String.raw`Cats eat \*fish\* \[1].`, 8, 28)
const HUNT = quoted('They hunt at night.', 40, 59)

test('an answer of ours becomes the turn that it was', async () => {
  const answer = `Read as: And when? (cats, \\*fish\\*)\n\n${HUNT}\n\nAlso on this:\n\n${FISH}`
  const [turn] = await rebuildTurns([{ question: 'And when?', answer }], await openCats())
  const fish = { documentId: 'cats', text: 'Cats eat *fish* [1].', heading: 'Food' }
  const hunt = { documentId: 'cats', text: 'They hunt\nat night.', heading: 'Nights' }
  expect(turn).toMatchObject({
    question: 'And when?',
    interpretedAs: 'And when? (cats, *fish*)',
    added: ['cats', '*fish*'],
    searched: true,
    quotes: [{ ...hunt, start: 40, end: 59 }],
    alsoOnThis: [{ ...fish, start: 8, end: 28 }],
    closest: [],
  })
})

test('a refusal keeps what came closest, and small talk is no question', async () => {
  const refusal = `The documents do not answer this question.\n\nThe closest passages:\n\n${FISH}`
  const told = [
    { question: 'Who are you voting for?', answer: refusal },
    { question: 'thanks', answer: 'You are welcome.' },
  ]
  expect(await rebuildTurns(told, await openCats())).toMatchObject([
    { quotes: [], closest: [{ text: 'Cats eat *fish* [1].' }], searched: true },
    { quotes: [], closest: [], searched: false },
  ])
})

test.each([
  ['of another program', 'Cats eat fish. See [1](https://a.b/documents/cats?start=8&end=28).'],
  ['with other words', quoted('Cats eat dogs.', 8, 28)],
  ['with another place', quoted('They hunt at night.', 41, 60)],
  ['with a place beyond the text', quoted('', 9e15, 9e16)],
  ['with an end beyond the text', quoted('They hunt at night.', 40, 99)],
  ['of a document that is gone', HUNT.replace('/cats?', '/dogs?')],
  ['with a link to nothing', HUNT.replace('/documents/', '/')],
  ['without words', ''],
  ['that is hostile', `“${'” [1](/documents/'.repeat(50_000)}`],
])('an answer %s has no quotes', async (_, answer) => {
  const [turn] = await rebuildTurns([{ question: 'What do cats eat?', answer }], await openCats())
  expect(turn).toMatchObject({ quotes: [], alsoOnThis: [], closest: [], added: [] })
})

test('of a long conversation only the latest turns are looked at', async () => {
  const told = Array.from({ length: 100 }, (_, i) => ({ question: `And ${i}?`, answer: HUNT }))
  const turns = await rebuildTurns(told, await openCats())
  expect(turns.length).toBeLessThan(20)
  expect(turns.at(-1)?.question).toBe('And 99?')
})
