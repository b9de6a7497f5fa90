import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Extraction } from '../../../../index/documents/extractors/extractor.ts'
import { extractorFor } from '../../../../index/documents/extractors/formats.ts'
import { blocksOf, expectSound } from '../../../support/extractions.ts'

const FOLDER = fileURLToPath(new URL('../../../../../shared/formats/', import.meta.url))
const isThere = existsSync(FOLDER)
if (!isThere) process.stderr.write(`skipped: there are no real files in ${FOLDER}\n`)

async function read(name: string): Promise<Extraction> {
  const extractor = extractorFor(name)
  if (!extractor) throw new Error(`no extractor for ${name}`)
  const extraction = await extractor.extract(readFileSync(FOLDER + name))
  expectSound(extraction)
  return extraction
}

test.skipIf(!isThere).each([
  ['017097.docx', 'table: Salary Range: 32,534.00 - 42,290.00 USD per year'],
  ['handbook-1p.docx', 'paragraph: This Handbook does not create additional rights'],
  ['equations.docx', 'list: First item with inline equation: A=πr² is the area formula.'],
  ['footnotes.docx', 'note: A tachyon walks into a bar.'],
  ['text_document_03.odt', 'heading 2: Table with nested table'],
  ['the-inheritors.epub', 'paragraph: “I said I inhabit the Fourth Dimension.”'],
  ['wiki_duck.html', 'paragraph: Duck is the common name for numerous species of waterfowl'],
  ['R-lang.html', 'table: typeof: logical | mode: logical | storage.mode: logical ¶'],
  ['fake-html-cp1252.html', 'code: Die schöne Frau hat einen Kaffee'],
])('of %s, a reader sees "%s"', async (name, block) => {
  expect(blocksOf(await read(name)).some((found) => found.startsWith(block))).toBe(true)
})

test.skipIf(!isThere)('of pages of the web, what is around the text is left out', async () => {
  const { text } = await read('wiki_duck.html')
  expect(text).not.toMatch(/Jump to content|Aragonés|Create account|All accuracy disputes|\[1\]/)
  expect((await read('R-lang.html')).text).not.toMatch(/Next: |\[Contents\]/)
})

test.skipIf(!isThere)('what files say about themselves', async () => {
  expect((await read('wiki_duck.html')).details).toMatchObject({
    title: 'Duck - Wikipedia',
    source: 'https://en.wikipedia.org/wiki/Duck',
    language: 'en',
  })
  expect((await read('the-inheritors.epub')).details).toMatchObject({
    title: 'The Inheritors',
    author: 'Joseph Conrad, Ford Madox Ford',
    publisher: 'Standard Ebooks',
    language: 'en-GB',
  })
})
