import { array, assert, constantFrom, oneof, property, string, stringMatching } from 'fast-check'
import type { Nodes } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { toString } from 'mdast-util-to-string'
import { describe, expect, test } from 'vitest'
import { foldSpace } from '../../presentation/fold-space.ts'
import { answerMarkdown, type MarkdownAnswer } from '../../server/answer/answer-markdown.ts'
import type { QuoteJson } from '../../server/answer/answer-schema.ts'

const OPTIONS = { question: 'Why?', baseUrl: 'https://example.org' }

function quoteOf(text: string, title = 'Cats', number = 1): QuoteJson {
  const citation = {
    documentId: 'cats',
    title,
    author: 'Ann',
    date: null,
    publisher: null,
    source: null,
    start: 0,
    end: text.length,
    paragraph: 11,
    heading: null,
    page: null,
    rects: [],
    version: null,
    original: null,
    selector: [],
    url: `/documents/cats?start=0&end=${text.length}`,
  }
  const passage = { text, start: 0, end: text.length }
  return {
    number,
    text,
    highlight: null,
    confidence: 1,
    citation,
    alsoIn: [],
    vouched: null,
    passage,
  }
}

function answerOf(given: Partial<MarkdownAnswer>): MarkdownAnswer {
  return {
    answered: true,
    answer: '',
    quotes: [],
    alsoOnThis: [],
    closest: [],
    interpretedAs: OPTIONS.question,
    ...given,
  }
}

/** The kinds of all nodes of a Markdown text. */
function kindsOf(node: Nodes): string[] {
  return [node.type, ...('children' in node ? node.children : []).flatMap(kindsOf)]
}

describe('an answer in Markdown', () => {
  test('has each quote with its number, its link and its place, and offsets that cut out the words', () => {
    const quotes = [quoteOf('Cats sleep\nall day.'), quoteOf('They hunt.', 'Nights', 2)]
    const { text, citations } = answerMarkdown(answerOf({ quotes }), OPTIONS)
    expect(text).toBe(
      '“Cats sleep all day.” [1](https://example.org/documents/cats?start=0&end=19#quote) – Cats, Ann, paragraph 11\n\n' +
        '“They hunt.” [2](https://example.org/documents/cats?start=0&end=10#quote) – Nights, Ann, paragraph 11',
    )
    expect(citations.map(({ start, end }) => text.slice(start, end))).toEqual([
      'Cats sleep all day.',
      'They hunt.',
    ])
    expect(citations[1]).toMatchObject({
      title: 'Nights',
      url: 'https://example.org/documents/cats?start=0&end=10#quote',
      quote: 'They hunt.',
    })
  })

  test('says who chose a quote, whatever the name has in it', () => {
    const vouched = { by: 'Ada *L*', at: '2026-01-02T03:04:05.000Z', question: 'Why?' }
    const quotes = [{ ...quoteOf('Cats sleep.'), vouched }]
    expect(answerMarkdown(answerOf({ quotes }), OPTIONS).text).toMatch(
      /Cats, Ann, paragraph 11; chosen by Ada \\\*L\\\*$/u,
    )
  })

  test('begins with the reading of a question that was read differently', () => {
    const quotes = [quoteOf('They hunt.')]
    const { text, citations } = answerMarkdown(
      answerOf({ quotes, interpretedAs: 'Why? (*cats*)' }),
      OPTIONS,
    )
    expect(text).toMatch(/^Read as: Why\? \(\\\*cats\\\*\)\n\n“They hunt\.”/)
    expect(citations.map(({ start, end }) => text.slice(start, end))).toEqual(['They hunt.'])
  })

  test('says first what is said before the quotes', () => {
    const answer = 'The details name *Ann*.\n\n“They hunt.” [1]'
    const { text } = answerMarkdown(answerOf({ answer, quotes: [quoteOf('They hunt.')] }), OPTIONS)
    expect(text).toMatch(/^The details name \\\*Ann\\\*\.\n\n“They hunt\.” \[1\]\(/)
  })

  test('keeps quotes on the same subject apart from those that answer', () => {
    const given = { quotes: [quoteOf('They hunt.')], alsoOnThis: [quoteOf('Owls too.', 'Owls', 2)] }
    const { text, citations } = answerMarkdown(answerOf(given), OPTIONS)
    expect(text).toMatch(/“They hunt\.” .*\n\nAlso on this:\n\n“Owls too\.” \[2\]/)
    expect(citations).toHaveLength(2)
  })

  test('refuses without citations, and shows what comes closest apart from that', () => {
    const refusal = { answered: false, answer: 'The documents do not answer this question.' }
    const { text, citations } = answerMarkdown(
      answerOf({ ...refusal, closest: [quoteOf('They hunt.')] }),
      OPTIONS,
    )
    expect(text).toMatch(
      /^The documents do not answer this question\.\n\nThe closest passages:\n\n“They hunt\.” \[1\]\(/,
    )
    expect(citations).toEqual([])
    expect(answerMarkdown(answerOf(refusal), OPTIONS).text).toBe(refusal.answer)
  })

  test('shows text of documents as it is, and never as markup', () => {
    const marks = stringMatching(/^[\\`*_~[\]()<>!#|&\n1a-]{1,9}$/)
    const pieces = constantFrom(
      '&copy;',
      '&#35;',
      '<b>',
      '<!--',
      '![a](b)',
      '[a]: b',
      '[^1]',
      '\n\n1. ',
      '\n---\n',
      '    ',
      'http://a.b',
      'www.a.b',
      'a@b.c',
      '<a:b>',
      '👍',
    )
    const parts = array(oneof(marks, pieces, string({ unit: 'binary-ascii' })), { minLength: 1 })
    const hostile = parts
      // CommonMark replaces this character wherever it stands.
      .map((all) => all.join('').replaceAll('\0', ''))
    assert(
      property(hostile, hostile, (quoted, title) => {
        const quotes = [quoteOf(quoted, title)]
        const { text, citations } = answerMarkdown(answerOf({ quotes }), OPTIONS)
        const parsed = fromMarkdown(text)
        expect(kindsOf(parsed)).toEqual(['root', 'paragraph', 'text', 'link', 'text', 'text'])
        const shown = foldSpace(
          `“${foldSpace(quoted)}” 1 – ${foldSpace(`${title}, Ann`)}, paragraph 11`,
        )
        expect(toString(parsed)).toBe(shown)
        const [cited] = citations
        const slice = text.slice(cited?.start, cited?.end)
        expect(toString(fromMarkdown(`“${slice}”`))).toBe(`“${foldSpace(quoted)}”`)
        expect(cited?.quote).toBe(quoted)
      }),
      { numRuns: 2000 },
    )
  })

  test('leaves no bare address that a program would make a link', () => {
    const quotes = [quoteOf('See https://evil.test, www.evil.test, a@evil.test.')]
    const { text } = answerMarkdown(answerOf({ quotes }), OPTIONS)
    expect(text).toContain(String.raw`See https\://evil.test, www\.evil.test, a\@evil.test.`)
  })
})
