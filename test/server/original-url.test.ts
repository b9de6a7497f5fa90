import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { originalUrl } from '../../server/answer/original-url.ts'

const SOURCE = 'https://example.org/insight'

function at(text: string, source = SOURCE): string {
  return originalUrl(source, { text, pdfPage: null })
}

describe('the address of an original', () => {
  test('names a short quote in full', () => {
    expect(at('Cats sleep all day.')).toBe(`${SOURCE}#:~:text=Cats%20sleep%20all%20day.`)
  })

  test('names a long quote by its first and its last words', () => {
    expect(
      at(
        "Iran, which supported al-Kadhimi's appointment even though he was not its first choice, refrains from criticism of his measures.",
      ),
    ).toBe(
      `${SOURCE}#:~:text=Iran%2C%20which%20supported%20al%2DKadhimi's%20appointment%20even,refrains%20from%20criticism%20of%20his%20measures.`,
    )
  })

  test('encodes what has a meaning in a directive', () => {
    expect(at('R&D, up-to-date – 50 % #1 “a”')).toBe(
      `${SOURCE}#:~:text=R%26D%2C%20up%2Dto%2Ddate%20%E2%80%93%2050%20%25%20%231%20%E2%80%9Ca%E2%80%9D`,
    )
  })

  test('folds white space, also where lines are wrapped', () => {
    expect(at('  Cats\n  sleep\u00a0all\r\nday. ')).toBe(
      `${SOURCE}#:~:text=Cats%20sleep%20all%20day.`,
    )
  })

  test.each([
    ['He said:\n\nI go.', 'He%20said%3A,I%20go.'],
    ['Name\t12\tyes', 'Name,yes'],
    ['One.\n\nin between\n \nTwo.', 'One.,Two.'],
  ])('names both ends where the quote crosses blocks: %j', (text, directive) => {
    expect(at(text)).toBe(`${SOURCE}#:~:text=${directive}`)
  })

  test('keeps the fragment of the source', () => {
    expect(at('Cats sleep.', `${SOURCE}#cats`)).toBe(`${SOURCE}#cats:~:text=Cats%20sleep.`)
    expect(at('Cats sleep.', `${SOURCE}#`)).toBe(`${SOURCE}#:~:text=Cats%20sleep.`)
    expect(at('Cats sleep.', `${SOURCE}#cats:~:text=dogs`)).toBe(
      `${SOURCE}#cats:~:text=Cats%20sleep.`,
    )
    expect(at('Cats sleep.', `${SOURCE}?a=1#!/b#c`)).toBe(
      `${SOURCE}?a=1#!/b#c:~:text=Cats%20sleep.`,
    )
  })

  test('is the source where a quote has no words', () => {
    expect(at(' \n ')).toBe(SOURCE)
    expect(at('', `${SOURCE}#cats`)).toBe(`${SOURCE}#cats`)
  })

  test('names the page of a PDF', () => {
    const place = { text: 'Cats sleep.', pdfPage: 3 }
    expect(originalUrl('https://example.org/cats.pdf', place)).toBe(
      'https://example.org/cats.pdf#page=3',
    )
    expect(originalUrl('https://example.org/cats.pdf#page=1', place)).toBe(
      'https://example.org/cats.pdf#page=3',
    )
  })

  test('is always a valid address, with a directive of one or two texts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const url = at(text)
        expect(URL.canParse(url)).toBe(true)
        expect(url).toMatch(
          /^https:\/\/example\.org\/insight(?:#:~:text=[^\s,&-]+(?:,[^\s,&-]+)?)?$/,
        )
      }),
    )
  })
})
