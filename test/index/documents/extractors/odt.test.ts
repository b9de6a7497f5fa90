import { expect, test } from 'vitest'
import { odtExtractor } from '../../../../index/documents/extractors/odt.ts'
import { blocksOf, expectSound } from '../../../support/extractions.ts'
import { odtOf, type OdtParts } from '../../../support/office-files.ts'

async function blocks(text: string, parts?: OdtParts): Promise<string[]> {
  const extraction = await odtExtractor.extract(odtOf(text, parts))
  expectSound(extraction)
  return blocksOf(extraction)
}

const p = (text: string, style = '') => `<text:p text:style-name="${style}">${text}</text:p>`
const textStyle = (name: string, properties: string) =>
  `<style:style style:name="${name}" style:family="text"><style:text-properties ${properties}/></style:style>`

const item = (inside: string) => `<text:list-item>${inside}</text:list-item>`
const cell = (text: string, attributes = '') =>
  `<table:table-cell ${attributes}>${p(text)}</table:table-cell>`
const row = (...cells: string[]) => `<table:table-row>${cells.join('')}</table:table-row>`

test('headings have their level, and paragraphs single spaces', async () => {
  const text = `<text:h text:outline-level="2">Owls</text:h>${p('They  fly<text:s text:c="3"/>at\n<text:tab/>night.<text:line-break/>Always.')}`
  expect(await blocks(text)).toEqual(['heading 2: Owls', 'paragraph: They fly at night.\nAlways.'])
})

test('deleted and hidden text, comments and tables of contents are left out, inserted text stays', async () => {
  const automatic = textStyle('Gone', 'text:display="none"')
  const text = `<text:tracked-changes><text:changed-region><text:deletion>${p('Deleted.')}</text:deletion></text:changed-region></text:tracked-changes><text:table-of-content><text:index-body>${p('Owls 3')}</text:index-body></text:table-of-content><text:section text:display="none">${p('Hidden.')}</text:section>${p('Owls <text:change-start/>often<text:change-end/><text:span text:style-name="Gone"> never</text:span><office:annotation>' + p('Why?') + '</office:annotation> fly.')}`
  expect(await blocks(text, { automatic })).toEqual(['paragraph: Owls often fly.'])
})

test('lists are one block with their numbers in the text, and go on where they say so', async () => {
  const automatic =
    '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/><text:list-level-style-bullet text:level="2"/></text:list-style>'
  const nested = `<text:list>${item(p('Barn owls'))}</text:list>`
  const text = `<text:list text:style-name="L">${item(p('Owls') + nested)}${item(p('Ducks') + p('And geese'))}</text:list>${p('Between.')}<text:list text:style-name="L" text:continue-numbering="true">${item(p('Trout'))}</text:list>`
  const extraction = await odtExtractor.extract(odtOf(text, { automatic }))
  expect(extraction.text).toBe(
    '1. Owls\n  - Barn owls\n2. Ducks\n  And geese\n\nBetween.\n\n3. Trout',
  )
  expect(blocksOf(extraction)[0]).toBe('list: Owls ¶ Barn owls ¶ Ducks ¶ And geese')
})

test('table rows are understood alone, also where cells take several columns or rows', async () => {
  const text = `<table:table><table:table-header-rows>${row(cell('Region'), cell('Year'), cell('Sales'))}</table:table-header-rows>${row(cell('Europe', 'table:number-rows-spanned="2"'), cell('2019'), cell('5'))}${row('<table:covered-table-cell/>', cell('2020'), cell('6'))}</table:table>`
  expect(await blocks(text)).toEqual([
    'table: Region: Europe | Year: 2019 | Sales: 5 ¶ Region: Europe | Year: 2020 | Sales: 6',
  ])
})

test('notes and text boxes stand after their paragraph', async () => {
  const note = `<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>${p('A note.')}</text:note-body></text:note>`
  const box = `<draw:frame><draw:text-box>${p('In the box.')}</draw:text-box><svg:desc>A picture</svg:desc></draw:frame>`
  expect(await blocks(p(`Owls${note}${box} fly.`) + p('Next.'))).toEqual([
    'paragraph: Owls fly.',
    'paragraph: In the box.',
    'note: A note.',
    'paragraph: Next.',
  ])
})

test('raised figures and formulas keep their meaning', async () => {
  const automatic = textStyle('Up', 'style:text-position="super 58%"')
  const formula =
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow><mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup></mrow><annotation encoding="StarMath 5.0">E = m c^2</annotation></semantics></math>'
  const text = p(
    'r<text:span text:style-name="Up">2</text:span> and <draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>.',
  )
  expect(await blocks(text, { automatic, others: { 'Object 1/content.xml': formula } })).toEqual([
    'paragraph: r² and E = mc².',
  ])
})

test('what it says about itself comes from its meta data', async () => {
  const meta =
    '<dc:title>Owls</dc:title><meta:initial-creator>Ada</meta:initial-creator><dc:creator>Ben</dc:creator><meta:creation-date>2019-01-01T00:00:00</meta:creation-date><dc:date>2020-02-03T04:05:06</dc:date>'
  const styles =
    '<style:default-style style:family="paragraph"><style:text-properties fo:language="de" fo:country="AT"/></style:default-style>'
  const { details } = await odtExtractor.extract(odtOf(p('Eulen.'), { meta, styles }))
  expect(details).toMatchObject({
    title: 'Owls',
    author: 'Ada',
    date: '2020-02-03',
    language: 'de-AT',
  })
})

test('a password is named', async () => {
  const manifest =
    '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
  const bytes = odtOf('', { others: { 'META-INF/manifest.xml': manifest } })
  await expect(odtExtractor.extract(bytes)).rejects.toThrow(/^has a password; save it without one$/)
})
