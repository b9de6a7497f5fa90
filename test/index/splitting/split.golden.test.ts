import { expect, test } from 'vitest'
import { foldSpace } from '../../../presentation/fold-space.ts'
import { splitText } from '../../support/split.ts'
import { shippedText } from '../../support/shipped-document.ts'

test('the document that ships splits into the sentences that a person read', async () => {
  const text = shippedText()
  const lines = splitText(text).flatMap(({ paragraph, sentences }) =>
    sentences.map(
      ({ start, end }) => `${paragraph} ${start}-${end} ${foldSpace(text.slice(start, end))}`,
    ),
  )
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(
    '../../golden/inss-insight-1351.sentences.txt',
  )
})

test('a sentence that a blank line broke is one sentence of one paragraph, the break inside its quote', () => {
  const text = shippedText()
  const passage = splitText(text).find(({ paragraph }) => paragraph === 9)
  const broken = passage?.sentences.map(({ start, end }) => text.slice(start, end))
  expect(broken).toContain(
    'In early July, a\n\ncommentator on security affairs who supported restraining Iranian involvement in Iraq was murdered in Baghdad.',
  )
})
