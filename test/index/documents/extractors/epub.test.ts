import { expect, test } from 'vitest'
import { epubExtractor } from '../../../../index/documents/extractors/epub.ts'
import { blocksOf, expectSound } from '../../../support/extractions.ts'
import { epubOf } from '../../../support/office-files.ts'

const encryption = (name: string) => ({
  'META-INF/encryption.xml': `<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData><enc:CipherData><enc:CipherReference URI="${name}"/></enc:CipherData></enc:EncryptedData></encryption>`,
})

test('the chapters stand in their order, without the table of contents', async () => {
  const extraction = await epubExtractor.extract(
    epubOf([
      '<section><header><h2>One</h2></header><p>Owls fly.<a epub:type="noteref" href="#n">1</a></p><aside epub:type="footnote" id="n"><p>A note.</p></aside></section>',
      '<h2>Two</h2><p>Ducks swim.</p>',
    ]),
  )
  expectSound(extraction)
  expect(blocksOf(extraction)).toEqual([
    'heading 2: One',
    'paragraph: Owls fly.',
    'note: A note.',
    'heading 2: Two',
    'paragraph: Ducks swim.',
  ])
  expect(extraction.pages).toEqual([])
})

test('the pages are those of the printed book, also where one begins inside a paragraph', async () => {
  const extraction = await epubExtractor.extract(
    epubOf([
      '<span epub:type="pagebreak" title="iii"/><h2>One</h2><p>Owls fly <span epub:type="pagebreak" role="doc-pagebreak" aria-label="4"></span> at night.</p>',
      '<div role="doc-pagebreak" title="5"/><p>Ducks swim.</p>',
    ]),
  )
  expectSound(extraction)
  const { text, pages } = extraction
  expect(pages.map(({ start, end, label }) => [label, text.slice(start, end)])).toEqual([
    ['iii', 'One\n\nOwls fly'],
    ['4', 'at night.'],
    ['5', 'Ducks swim.'],
  ])
})

test('what a book says about itself comes from its package', async () => {
  const metadata =
    '<dc:title>Owls</dc:title><dc:title>A Study</dc:title><dc:creator>Ada</dc:creator><dc:creator>Ben</dc:creator><dc:date opf:event="modification">2021</dc:date><dc:date opf:event="publication">1999-05</dc:date><dc:publisher>Owl Press</dc:publisher><dc:language>en-GB</dc:language><dc:identifier>urn:isbn:1</dc:identifier><dc:source>https://owls.example/1</dc:source>'
  expect((await epubExtractor.extract(epubOf(['<p>x</p>'], metadata))).details).toEqual({
    title: 'Owls',
    author: 'Ada, Ben',
    date: '1999-05',
    publisher: 'Owl Press',
    source: 'https://owls.example/1',
    language: 'en-GB',
    collection: null,
  })
})

test('a protected book is refused, one with scrambled fonts is read', async () => {
  const locked = epubOf(['<p>x</p>'], '', encryption('book/text/chapter%200.xhtml'))
  await expect(epubExtractor.extract(locked)).rejects.toThrow(/^is protected against copying/)
  const fonts = epubOf(['<p>Owls.</p>'], '', encryption('book/font.otf'))
  expect((await epubExtractor.extract(fonts)).text).toBe('Owls.')
})
