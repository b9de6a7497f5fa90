import { expect, test } from 'vitest'
import { foldSpace } from '../../../index/embedded-texts.ts'
import { splitDocument } from '../../../index/splitting/split.ts'
import { shippedText } from '../../support/shipped-document.ts'

test('the document that ships splits into the sentences that a person read', async () => {
  const text = shippedText()
  const lines = splitDocument(text, 'plain', 'en').flatMap(({ paragraph, sentences }) =>
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
  const passage = splitDocument(text, 'plain', 'en').find(({ paragraph }) => paragraph === 9)
  const broken = passage?.sentences.map(({ start, end }) => text.slice(start, end))
  expect(broken).toContain(
    'In early July, a\n\ncommentator on security affairs who supported restraining Iranian involvement in Iraq was murdered in Baghdad.',
  )
})
