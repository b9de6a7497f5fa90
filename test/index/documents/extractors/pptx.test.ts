import { expect, test } from 'vitest'
import { pptxExtractor } from '../../../../index/documents/extractors/pptx.ts'
import { blocksOf, expectSound } from '../../../support/extractions.ts'
import { pptxOf, shapeOf } from '../../../support/office-files.ts'

const cell = (text: string) =>
  `<a:tc><a:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></a:txBody></a:tc>`

test('each slide is a page with its title first and its notes last', async () => {
  const extraction = await pptxExtractor.extract(
    pptxOf([
      {
        shapes:
          shapeOf(['Owls fly.', 'At night.'], 'body') +
          shapeOf(['Owls'], 'title') +
          shapeOf(['3'], 'sldNum') +
          shapeOf(['Company'], 'ftr'),
        notes: 'Speak slowly.',
      },
      { shapes: '' },
      { shapes: shapeOf(['Ducks'], 'ctrTitle') + shapeOf(['They swim.']) },
    ]),
  )
  expectSound(extraction)
  expect(blocksOf(extraction)).toEqual([
    'heading 1: Owls',
    'list: Owls fly. ¶ At night.',
    'note: Speak slowly.',
    'heading 1: Ducks',
    'paragraph: They swim.',
  ])
  const { text, pages } = extraction
  expect(pages.map(({ start, end }) => text.slice(start, end))).toEqual([
    'Owls\n\n- Owls fly.\n- At night.\n\nSpeak slowly.',
    '',
    'Ducks\n\nThey swim.',
  ])
  expect(pages[2]).toMatchObject({ number: 3, label: null, size: null, places: null })
})

test('hidden slides and shapes are left out; the others keep their numbers', async () => {
  const hidden = shapeOf(['Gone.']).replace('<p:cNvPr ', '<p:cNvPr hidden="1" ')
  const extraction = await pptxExtractor.extract(
    pptxOf([
      { shapes: shapeOf(['Secret.']), isHidden: true },
      { shapes: hidden + shapeOf(['Owls fly.']) },
    ]),
  )
  expect(blocksOf(extraction)).toEqual(['paragraph: Owls fly.'])
  expect(extraction.pages[1]).toMatchObject({ number: 2, start: 0, end: 9 })
})

test('table rows are understood alone, and raised figures keep their meaning', async () => {
  const table = `<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tblPr firstRow="1"/><a:tr>${cell('Year')}${cell('Sales')}</a:tr><a:tr>${cell('2019')}${cell('5 million')}</a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>`
  const raised = shapeOf(['m']).replace(
    '</a:p>',
    '<a:r><a:rPr baseline="30000"/><a:t>2</a:t></a:r></a:p>',
  )
  const extraction = await pptxExtractor.extract(pptxOf([{ shapes: table + raised }]))
  expect(blocksOf(extraction)).toEqual(['table: Year: 2019 | Sales: 5 million', 'paragraph: m²'])
})

test('what it says about itself comes from its core properties, its language from its text', async () => {
  const core = '<dc:title>PowerPoint Presentation</dc:title><dc:creator>Ada</dc:creator>'
  const { details } = await pptxExtractor.extract(
    pptxOf([{ shapes: shapeOf(['Owls fly.']) }], core),
  )
  expect(details).toMatchObject({ title: null, author: 'Ada', language: 'en-GB' })
})
