import { describe, expect, test } from 'vitest'
import { splitText } from '../../support/split.ts'

function paragraphs(text: string, format: 'plain' | 'markdown' = 'plain'): string[] {
  return splitText(text, format).map(({ start, end }) => text.slice(start, end))
}

describe('paragraphs of plain text', () => {
  test('stand between blank lines of any kind', () => {
    expect(paragraphs('One.\n\nTwo.\r\n \t\r\nThree.\n\n\n\nFour.')).toEqual([
      'One.',
      'Two.',
      'Three.',
      'Four.',
    ])
  })

  test('continue after a blank line in the middle of a sentence', () => {
    expect(paragraphs('He went to the\n\nUnited States. It was hot.')).toHaveLength(1)
    expect(paragraphs('In July, a\n\ncommentator was murdered.')).toHaveLength(1)
    expect(paragraphs('It rained,\n\nNobody minded.')).toHaveLength(1)
  })

  test('end where the sentence ends, or a list or a quote begins', () => {
    expect(paragraphs('It rained.\n\nnobody minded.')).toHaveLength(2)
    expect(paragraphs('We need:\n\nbread')).toHaveLength(2)
    expect(paragraphs('A Title\n\nThe text begins.')).toHaveLength(2)
  })

  test('share one number where one is too long for a passage', () => {
    const passages = splitText(`${'A sentence is here. '.repeat(1000)}\n\nEnd.`)
    expect(passages.length).toBeGreaterThan(4)
    expect(new Set(passages.map(({ paragraph }) => paragraph))).toEqual(new Set([1, 2]))
  })
})

describe('Markdown', () => {
  const text = [
    '# Guide',
    'Start *here*.',
    '## Steps',
    '- Open the box.\n- Read the note. Then close it.\n  - Not twice.',
    '```sh\nnpm install\nnpm start\n```',
    '> Quoted words. More of them.',
    '<!-- hidden -->',
    '---',
    '[link]: https://example.org',
    'An end that\n\ngoes on.',
  ].join('\n\n')
  const passages = splitText(text, 'markdown')

  test('headings are stored with the passages below them and never quoted', () => {
    expect(passages.map(({ heading }) => heading)).toEqual([
      'Guide',
      'Steps',
      'Steps',
      'Steps',
      'Steps',
    ])
  })

  test('list items, code lines and quoted sentences are quoted without their markup', () => {
    const sentences = passages.flatMap((passage) =>
      passage.sentences.map(({ start, end }) => text.slice(start, end)),
    )
    expect(sentences).toEqual([
      'Start *here*.',
      'Open the box.',
      'Read the note.',
      'Then close it.',
      'Not twice.',
      'npm install',
      'npm start',
      'Quoted words.',
      'More of them.',
      'An end that\n\ngoes on.',
    ])
  })
})
