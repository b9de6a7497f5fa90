import { readFile } from 'node:fs/promises'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { violations } from '../../../devtools/slack-stand-in/block-kit-limits.ts'
import { answerMessage, plainMessage } from '../../../server/slack/messages.ts'
import { cut, escapeSlackText, readSlackText } from '../../../server/slack/slack-text.ts'
import { quoteUrl } from '../../../server/answer/quote-url.ts'
import type { StoredQuote } from '../../../server/state/stored.ts'

const SPECIAL = [
  '&',
  '<',
  '>',
  '<!channel>',
  '<@U0ANN>',
  '<#C0X|x>',
  '<http://evil.example|you>',
  '&lt;',
  '*',
  '_',
]
const OTHERS = [
  '`',
  '~',
  '@here',
  ':joy:',
  '\n',
  '\u0000',
  '\u202E',
  '😀',
  '"',
  "'",
  'a',
  'word ',
  'é',
  '\\',
]

const text = (minLength: number, maxLength: number) =>
  fc
    .array(fc.constantFrom(...SPECIAL, ...OTHERS), { minLength, maxLength })
    .map((parts) => parts.join('').slice(0, maxLength))
const quote = fc
  .record({
    words: fc.integer({ min: 10, max: 10_000 }).chain((length) => text(length, length)),
    title: text(1, 3000),
    author: fc.option(text(1, 500)),
    id: fc.string({ unit: fc.constantFrom('a', 'b', '-', '1'), minLength: 1, maxLength: 1000 }),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ words, title, author, id, confidence }) => quoteOf(words, title, author, id, confidence))

function feedback(value: string) {
  const verdict = { text: { type: 'plain_text', text: 'A' }, value }
  const type = 'feedback_buttons'
  const buttons = { type, action_id: 'a', positive_button: verdict, negative_button: verdict }
  return { type: 'context_actions', elements: [buttons] }
}

const section = (words: string) => ({ type: 'section', text: { type: 'mrkdwn', text: words } })

function quoteOf(
  words: string,
  title: string,
  author: string | null,
  id: string,
  confidence: number,
): StoredQuote {
  return {
    documentId: id,
    title,
    author,
    date: null,
    publisher: null,
    source: null,
    start: 0,
    end: words.length,
    paragraph: 1,
    heading: null,
    version: null,
    codePoint: null,
    place: null,
    original: null,
    copies: [],
    vouched: null,
    text: words,
    highlight: words.length > 9 ? { start: 3, end: 9 } : null,
    confidence,
    passage: { text: words, start: 0, end: words.length },
  }
}

describe('Slack accepts every message', () => {
  test('with any question and any quotes', () => {
    const turns = fc.record({
      question: text(1, 1000),
      interpretedAs: text(1, 1200),
      quotes: fc.array(quote, { minLength: 1, maxLength: 3 }),
      answered: fc.boolean(),
      kind: fc.constantFrom('reply', 'private', 'shared'),
    })
    fc.assert(
      fc.property(turns, ({ kind, quotes, answered, ...asked }) => {
        const answer = quotes.map((shown) => shown.text).join(' ')
        const [found, closest] = answered ? [quotes.slice(0, 1), []] : [[], quotes]
        const alsoOnThis = answered ? quotes.slice(1) : []
        const turn = { ...asked, answered, answer, quotes: found, alsoOnThis, closest }
        const options = {
          publicUrl: 'https://footnote.example',
          linkTo: quoteUrl,
          buttonId: 'b'.repeat(22),
          kind,
        }
        const { text: said, blocks, olderBlocks } = answerMessage(turn, options)
        expect(violations({ text: said, blocks })).toEqual([])
        expect(violations({ text: said, blocks: olderBlocks })).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  test('with a text of the bot itself', () => {
    fc.assert(
      fc.property(text(1, 5000), (words) => {
        expect(violations(plainMessage(words))).toEqual([])
      }),
    )
  })

  test('and the checker detects a message that Slack would refuse', () => {
    const { text: said, blocks } = plainMessage('Words.')
    const button = { type: 'button', action_id: 'a', text: { type: 'plain_text', text: 'A' } }
    expect(violations({ text: said, blocks })).toEqual([])
    expect(violations({ text: said, blocks: [feedback('x')] })).toEqual([])
    for (const wrong of [
      { text: said, blocks: [] },
      { text: said, blocks: Array.from({ length: 51 }, () => blocks[0]) },
      { text: said, blocks: [section('x'.repeat(3001))] },
      { text: said, blocks: [section('<!channel>')] },
      { text: said, blocks: [section('a & b')] },
      {
        text: said,
        blocks: [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }],
      },
      {
        text: said,
        blocks: [{ type: 'actions', elements: [{ ...button, value: 'x'.repeat(2001) }] }],
      },
      { text: said, blocks: [{ type: 'context_actions', elements: [] }] },
      { text: said, blocks: [feedback(''), feedback('x'.repeat(2001))] },
      { text: said, blocks: [{ ...feedback('x'), elements: [button] }] },
      { text: said, blocks: Array.from({ length: 5 }, () => section('x'.repeat(2900))) },
      { text: '<@U0ANN>', blocks },
    ]) {
      expect(violations(wrong)).not.toEqual([])
    }
  })
})

test('a long quote ends in an ellipsis, and its link marks the whole quote', () => {
  const words = 'Cats sleep. '.repeat(1000)
  const message = answerMessage(
    {
      question: 'Do cats sleep?',
      interpretedAs: 'Do cats sleep?',
      answered: true,
      answer: words,
      quotes: [quoteOf(words, 'Cats', null, 'cats', 0.9)],
      alsoOnThis: [],
      closest: [],
    },
    { publicUrl: 'https://footnote.example', linkTo: quoteUrl, buttonId: 'b', kind: 'reply' },
  )
  expect(JSON.stringify(message)).toMatch(/Cats s[leep]*…”?"/)
  expect(JSON.stringify(message)).toContain(
    'https://footnote.example/documents/cats?start=0&end=12000&highlightStart=3&highlightEnd=9#quote',
  )
})

test('markup from Slack becomes plain text, and text for Slack is escaped', () => {
  expect(
    readSlackText('<@U0BOT> why did <#C1|general> ask &lt;b&gt; &amp;amp; <https://x.example|x>?'),
  ).toBe('why did #general ask <b> &amp; x?')
  expect(escapeSlackText('<!channel> & <@U0ANN>')).toBe('&lt;!channel&gt; &amp; &lt;@U0ANN&gt;')
  expect(cut('😀😀', 2)).toBe('…')
  expect(cut('abc', 3)).toBe('abc')
})

test('the manifest requests exactly the scopes and events that the app uses', async () => {
  const file = new URL('../../../server/slack/manifest.yaml', import.meta.url)
  const manifest: unknown = parse(await readFile(file, 'utf8'))
  expect(manifest).toMatchObject({
    features: { slash_commands: [{ command: '/ask' }], agent_view: {} },
    settings: {
      event_subscriptions: {
        bot_events: [
          'app_mention',
          'app_home_opened',
          'message.channels',
          'message.groups',
          'message.im',
          'message.mpim',
        ],
      },
      interactivity: { is_enabled: true },
    },
  })
})

test('the words that answer are bold, and what is merely near stands under a heading of its own', () => {
  const { blocks } = answerMessage(
    {
      question: 'What do cats do?',
      interpretedAs: 'What do cats do?',
      answered: true,
      answer: 'Cats\nsleep & hunt.',
      quotes: [quoteOf('Cats\nsleep & hunt.', 'Cats', null, 'cats', 0.9)],
      alsoOnThis: [quoteOf('Dogs bark.', 'Dogs', null, 'dogs', 0.01)],
      closest: [],
    },
    { publicUrl: 'https://footnote.example', linkTo: quoteUrl, buttonId: 'b', kind: 'reply' },
  )
  expect(blocks[0]).toMatchObject({
    elements: [
      {
        type: 'rich_text_quote',
        elements: [
          { type: 'text', text: '“Cat' },
          { type: 'text', text: 's slee', style: { bold: true } },
          { type: 'text', text: 'p & hunt.”' },
        ],
      },
      {},
    ],
  })
  const said = blocks.map((block) => JSON.stringify(block))
  const heading = said.findIndex((block) => block.includes('Also on this:'))
  const near = said.findIndex((block) => block.includes('Dogs,') || block.includes('[2] Dogs'))
  expect(heading).toBeGreaterThan(0)
  expect(near).toBe(heading + 1)
})
