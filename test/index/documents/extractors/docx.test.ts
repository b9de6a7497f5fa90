import { describe, expect, test } from 'vitest'
import { docxExtractor } from '../../../../index/documents/extractors/docx.ts'
import { blocksOf, expectSound } from '../../../support/extractions.ts'
import {
  docxOf,
  type DocxParts,
  wordParagraph as p,
  wordRun as r,
  wordTable as table,
} from '../../../support/office-files.ts'

async function blocks(body: string, parts?: DocxParts): Promise<string[]> {
  const extraction = await docxExtractor.extract(docxOf(body, parts))
  expectSound(extraction)
  return blocksOf(extraction)
}

const style = (id: string, inside: string, type = 'paragraph') =>
  `<w:style w:type="${type}" w:styleId="${id}">${inside}</w:style>`

const BULLETS =
  '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
const NUMBERS =
  '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1%2)"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
const item = (text: string, level = 0) =>
  p(text, `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="1"/></w:numPr>`)

const mr = (text: string) => `<m:r><m:t>${text}</m:t></m:r>`
const cells = (...texts: string[]) => texts.map((text) => p(text))
const bold = (...texts: string[]) => texts.map((text) => p(text, '', '<w:b/>'))
const reference = (kind: string) => `<w:r><w:${kind}Reference w:id="2"/></w:r>`

describe('the text of a Word file', () => {
  test('has paragraphs with single spaces and a blank line between them', async () => {
    const body = p('Owls  fly&#160;at ') + p(' ') + `<w:p>${r('ni')}${r('ght.\u00AD')}</w:p>`
    const { text } = await docxExtractor.extract(docxOf(body))
    expect(text).toBe('Owls fly at\n\nnight.')
  })

  test('has a line feed where the author ended a line, and a new paragraph where twice', async () => {
    const br = '<w:r><w:br/></w:r>'
    expect(
      await blocks(`<w:p>${r('Owl Street 7')}${br}${r('London')}${br}${br}${r('UK')}</w:p>`),
    ).toEqual(['paragraph: Owl Street 7\nLondon', 'paragraph: UK'])
  })

  test('has inserted text, and neither deleted, moved nor hidden text', async () => {
    const body = `<w:p>${r('Owls ')}<w:ins>${r('often ')}</w:ins><w:del><w:r><w:delText>never </w:delText></w:r></w:del><w:moveFrom>${r('here ')}</w:moveFrom>${r('secretly ', '<w:vanish/>')}<w:moveTo>${r('fly.')}</w:moveTo></w:p>`
    expect(await blocks(body)).toEqual(['paragraph: Owls often fly.'])
  })

  test('joins paragraphs whose division was deleted', async () => {
    const body = p('Owls ', '<w:rPr><w:del/></w:rPr>') + p('fly.') + p('Trout swim.')
    expect(await blocks(body)).toEqual(['paragraph: Owls fly.', 'paragraph: Trout swim.'])
  })

  test('has what a hidden style hides nowhere, and what a run shows again', async () => {
    const styles = style(
      'Secret',
      '<w:name w:val="Secret"/><w:rPr><w:vanish/></w:rPr>',
      'character',
    )
    const body = `<w:p>${r('A', '<w:rStyle w:val="Secret"/>')}${r('B', '<w:rStyle w:val="Secret"/><w:vanish w:val="0"/>')}</w:p>`
    expect(await blocks(body, { styles })).toEqual(['paragraph: B'])
  })

  test('has the text of links and fields, and no instructions, headers or comments', async () => {
    const field =
      '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGEREF x</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    const body = `<w:p><w:hyperlink>${r('See page ')}</w:hyperlink>${field}${r('7')}<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:commentReference w:id="1"/></w:r></w:p>`
    expect(await blocks(body, { header: p('Confidential') })).toEqual(['paragraph: See page 7'])
  })

  test('has a text box once, after its paragraph', async () => {
    const box = `<w:txbxContent>${p('In the box.')}</w:txbxContent>`
    const body = `<w:p>${r('Before ')}<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>${box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict>${box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>${r('and after.')}</w:p>`
    expect(await blocks(body)).toEqual(['paragraph: Before and after.', 'paragraph: In the box.'])
  })

  test('keeps raised and lowered figures apart from those before them', async () => {
    const up = '<w:vertAlign w:val="superscript"/>'
    const down = '<w:vertAlign w:val="subscript"/>'
    const body = `<w:p>${r('10')}${r('−', up)}${r('6', up)}${r(' m')}${r('2', up)}${r(' of CO')}${r('2', down)}${r(' on the 19')}${r('th', up)}${r(', x')}${r('n', up)}</w:p>`
    expect(await blocks(body)).toEqual(['paragraph: 10⁻⁶ m² of CO₂ on the 19th, xⁿ'])
  })

  test('has equations', async () => {
    const body = `<w:p>${r('Here ')}<m:oMath>${mr('A=π')}<m:sSup><m:e>${mr('r')}</m:e><m:sup>${mr('2')}</m:sup></m:sSup>${mr('+')}<m:f><m:num>${mr('a+b')}</m:num><m:den>${mr('c')}</m:den></m:f></m:oMath>${r(' holds.')}</w:p>`
    expect(await blocks(body)).toEqual(['paragraph: Here A=πr²+(a+b)/c holds.'])
  })

  test('has symbols of symbol fonts as what they are', async () => {
    const body = `<w:p>${r('x ')}<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>${r(' 2')}</w:p>`
    expect(await blocks(body)).toEqual(['paragraph: x ≥ 2'])
  })
})

describe('a heading of Word', () => {
  test('is told by the outline level of its style, in any language, or of what that is based on', async () => {
    const styles =
      style('berschrift1', '<w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr>') +
      style('Kapitel', '<w:name w:val="Kapitel"/><w:basedOn w:val="berschrift1"/>') +
      style('Titel', '<w:name w:val="Title"/>') +
      style('Body', '<w:name w:val="Body"/><w:pPr><w:outlineLvl w:val="9"/></w:pPr>')
    const body =
      p('Eulen', '<w:pStyle w:val="Titel"/>') +
      p('Flug', '<w:pStyle w:val="Kapitel"/>') +
      p('Bei Nacht', '<w:outlineLvl w:val="2"/>') +
      p('Eulen fliegen.', '<w:pStyle w:val="Body"/>')
    expect(await blocks(body, { styles })).toEqual([
      'heading 1: Eulen',
      'heading 1: Flug',
      'heading 3: Bei Nacht',
      'paragraph: Eulen fliegen.',
    ])
  })

  test('has its number, and no table of contents repeats it', async () => {
    const styles =
      style(
        'H',
        '<w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>',
      ) + style('T', '<w:name w:val="toc 1"/>')
    const body = p('1. Owls 3', '<w:pStyle w:val="T"/>') + p('Owls', '<w:pStyle w:val="H"/>')
    expect(await blocks(body, { styles, numbering: NUMBERS })).toEqual(['heading 1: 1. Owls'])
  })

  test('is a paragraph where it is as long as one', async () => {
    const long = 'Owls fly at night. '.repeat(40).trim()
    expect(await blocks(p(long, '<w:outlineLvl w:val="0"/>'))).toEqual([`paragraph: ${long}`])
  })
})

describe('a list of Word', () => {
  test('is one block, each item a part without its bullet', async () => {
    const body = p('Birds:') + item('Owls') + item('Barn owls', 1) + item('Ducks') + p('End.')
    const extraction = await docxExtractor.extract(docxOf(body, { numbering: BULLETS }))
    expect(extraction.text).toBe('Birds:\n\n- Owls\n  - Barn owls\n- Ducks\n\nEnd.')
    expect(blocksOf(extraction)[1]).toBe('list: Owls ¶ Barn owls ¶ Ducks')
  })

  test('is numbered as Word numbers it', async () => {
    const body =
      item('A') + item('B') + item('C', 1) + item('D', 1) + p('Between.') + item('E') + item('F', 1)
    const { text } = await docxExtractor.extract(docxOf(body, { numbering: NUMBERS }))
    expect(text).toBe('1. A\n2. B\n  2a) C\n  2b) D\n\nBetween.\n\n3. E\n  3a) F')
  })

  test('is one where the bullets were typed', async () => {
    expect(await blocks(p('• Owls') + p('\uF0B7 Ducks'))).toEqual(['list: Owls ¶ Ducks'])
  })
})

describe('a table of Word', () => {
  test.each([
    [
      'is marked as such',
      table([cells('Year', 'Revenue'), cells('2019', '5 million')], ['<w:tblHeader/>']),
    ],
    ['is bold', table([bold('Year', 'Revenue'), cells('2019', '5 million')])],
    ['stands above numbers', table([cells('Year', 'Revenue'), cells('2019', '5')])],
  ])(
    'has rows that are understood alone, with the names in the first, which %s',
    async (_, body) => {
      expect(await blocks(body)).toEqual([
        expect.stringMatching(/^table: Year: 2019 \| Revenue: 5( million)?$/),
      ])
    },
  )

  test('has a row for each row where no row names the columns', async () => {
    const body = table([cells('Owl', 'Bird'), cells('Trout', 'Fish')])
    const extraction = await docxExtractor.extract(docxOf(body))
    expect(extraction.text).toBe('Owl | Bird\nTrout | Fish')
    expect(blocksOf(extraction)).toEqual(['table: Owl | Bird ¶ Trout | Fish'])
  })

  test('has names in the first row where its style shows that row in bold', async () => {
    const styles = style(
      'Grid',
      '<w:name w:val="Grid"/><w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr></w:tblStylePr>',
      'table',
    )
    const plain = table([cells('Owner', 'City'), cells('Ada', 'Paris')])
    const styled = (look: string) =>
      plain.replace(
        '<w:tbl>',
        `<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblLook w:val="${look}"/></w:tblPr>`,
      )
    expect(await blocks(styled('04A0'), { styles })).toEqual(['table: Owner: Ada | City: Paris'])
    expect(await blocks(styled('0480'), { styles })).toEqual(['table: Owner | City ¶ Ada | Paris'])
  })

  test('repeats a cell in every row that it takes, and leaves out deleted rows', async () => {
    const upper = '<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>'
    const lower = '<w:tcPr><w:vMerge/></w:tcPr>'
    const rows = [
      bold('Region', 'Year', 'Sales'),
      [upper + p('Europe'), p('2019'), p('5')],
      [lower + p(''), p('2020'), p('6')],
      cells('Asia', '2020', '7'),
    ]
    expect(await blocks(table(rows, ['', '', '', '<w:del/>']))).toEqual([
      'table: Region: Europe | Year: 2019 | Sales: 5 ¶ Region: Europe | Year: 2020 | Sales: 6',
    ])
  })

  test('is its paragraphs where it has one column, or prose without names of columns', async () => {
    const prose = 'Owls fly at night because mice are out then. '.repeat(8).trim()
    expect(await blocks(table([cells('One.'), cells('Two.')]))).toEqual([
      'paragraph: One.',
      'paragraph: Two.',
    ])
    expect(await blocks(table([cells('Note', prose)]))).toEqual([
      'paragraph: Note',
      `paragraph: ${prose}`,
    ])
  })
})

describe('a note of Word', () => {
  const footnotes = `<w:footnote w:id="0" w:type="separator">${p('—')}</w:footnote><w:footnote w:id="2">${p(' First note.')}</w:footnote>`
  const endnotes = `<w:endnote w:id="2">${p('End note.')}</w:endnote>`

  test('stands after its paragraph, and leaves no mark in it', async () => {
    const body = `<w:p>${r('Owls')}${reference('footnote')}${r(' fly.')}${reference('endnote')}</w:p>${p('Next.')}`
    expect(await blocks(body, { footnotes, endnotes })).toEqual([
      'paragraph: Owls fly.',
      'note: First note.',
      'note: End note.',
      'paragraph: Next.',
    ])
  })

  test('stands after the list or table that it is of', async () => {
    const marked = `<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>${r('Owls')}${reference('footnote')}</w:p>`
    const body =
      marked + item('Ducks') + table([[p('A'), `<w:p>${r('B')}${reference('endnote')}</w:p>`]])
    expect(await blocks(body, { footnotes, endnotes, numbering: BULLETS })).toEqual([
      'list: Owls ¶ Ducks',
      'note: First note.',
      'table: A | B',
      'note: End note.',
    ])
  })
})

describe('what a Word file says about itself', () => {
  test('comes from its core properties', async () => {
    const core =
      '<dc:title>Owls</dc:title><dc:creator>Ada; Ben</dc:creator><dcterms:created>2019-01-01T00:00:00Z</dcterms:created><dcterms:modified>2020-02-03T04:05:06Z</dcterms:modified><dc:language>de-DE</dc:language>'
    const { details } = await docxExtractor.extract(docxOf(p('Text.'), { core }))
    expect(details).toMatchObject({
      title: 'Owls',
      author: 'Ada, Ben',
      date: '2020-02-03',
      language: 'de-DE',
    })
  })

  test.each(['Microsoft Word - report.doc', 'untitled', 'Document1', 'report.docx', ' '])(
    'is not that it is called "%s"',
    async (title) => {
      const { details } = await docxExtractor.extract(
        docxOf(p('Text.'), { core: `<dc:title>${title}</dc:title>` }),
      )
      expect(details.title).toBeNull()
    },
  )

  test('has the language of most of its text where the properties name none', async () => {
    const body = `<w:p>${r('Eulen fliegen bei Nacht.', '<w:lang w:val="de-AT"/>')}${r('Owls.', '<w:lang w:val="en-US"/>')}</w:p>`
    expect((await docxExtractor.extract(docxOf(body))).details.language).toBe('de-AT')
  })
})
