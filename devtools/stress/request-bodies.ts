import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { question, smallTalk } from './question-texts.ts'
import type { ServerFacts } from './server-facts.ts'

/** The server's limit on the size of a body. */
const MAX_BODY_BYTES = 64 * 1024

/** How deep JSON is nested to exhaust a parser's stack. */
const NESTING_DEPTH = 10_000

/** The body of a valid question, which takes the models' time. */
export function askBody(known: ServerFacts): fc.Arbitrary<string> {
  return askFields(known, question).map((body) => JSON.stringify(body))
}

/** A body that `/ask` and `/feedback` must refuse, or that they answer without a model. */
export function wrongBody(known: ServerFacts): fc.Arbitrary<Buffer> {
  const valid = askFields(known, smallTalk).map((body) => JSON.stringify(body))
  const text = fc.oneof(
    { weight: 3, arbitrary: valid },
    { weight: 6, arbitrary: wrongAskFields(known).map((body) => JSON.stringify(body)) },
    { weight: 2, arbitrary: feedback(known).map((body) => JSON.stringify(body)) },
    { weight: 3, arbitrary: fc.constantFrom(...TRAPS) },
    { weight: 2, arbitrary: fc.json({ maxDepth: 5 }) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(-1, 0, 1, MAX_BODY_BYTES)
        .map((more) => bodyOfSize(MAX_BODY_BYTES + more)),
    },
    { weight: 1, arbitrary: fc.tuple(valid, fc.nat(60)).map(([body, end]) => body.slice(0, end)) },
    { weight: 1, arbitrary: fc.tuple(valid, fc.string()).map(([body, more]) => body + more) },
  )
  return fc.oneof(
    { weight: 12, arbitrary: text.map((body) => Buffer.from(body)) },
    { weight: 1, arbitrary: valid.map((body) => Buffer.from(`\uFEFF${body}`)) },
    { weight: 1, arbitrary: valid.map((body) => Buffer.from(body, 'utf16le')) },
    { weight: 1, arbitrary: text.map((body) => Buffer.from(body, 'latin1')) },
    { weight: 1, arbitrary: valid.map((body) => gzipSync(body)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)) },
    { weight: 1, arbitrary: valid.map(invalidUtf8) },
  )
}

/** The body of a request from Slack. Most of them ask no question. */
export function slackBody(): fc.Arbitrary<string> {
  const message = fc.record({
    type: fc.constantFrom('message', 'app_mention', 'reaction_added', '__proto__'),
    channel: fc.constantFrom('C0GENERAL', 'D0ANN', ''),
    channel_type: fc.constantFrom('im', 'channel', '\u0000'),
    user: fc.constantFrom('U0ANN', 'U0BOT'),
    text: fc.oneof(smallTalk, fc.constantFrom('<@U0BOT> thanks', '<!channel> ok', '&lt;', '')),
    ts: fc.constantFrom('1700000000.000100', 'x', '-1', ''),
  })
  const event = fc.record({
    type: fc.constantFrom('event_callback', 'url_verification', 'nothing'),
    challenge: fc.string({ unit: 'binary' }),
    event_id: fc.uuid(),
    team_id: fc.constantFrom('T0TEAM', ''),
    authorizations: fc.oneof(fc.constant([{ user_id: 'U0BOT' }]), fc.jsonValue()),
    event: fc.oneof(message, fc.jsonValue()),
  })
  const payload = fc.record({
    type: fc.constantFrom('block_actions', 'view_submission'),
    response_url: fc.constantFrom('http://127.0.0.1:9/', 'file:///etc/passwd', '//x', ''),
    user: fc.oneof(fc.constant({ id: 'U0ANN' }), fc.jsonValue()),
    actions: fc.array(
      fc.record({ action_id: fc.constantFrom('share', 'helpful', 'x'), value: fc.string() }),
    ),
  })
  return fc.oneof(
    event.map((body) => JSON.stringify(body)),
    payload.map((body) => `payload=${encodeURIComponent(JSON.stringify(body))}`),
    fc.constantFrom(
      'payload=%',
      'payload=[',
      'text=%ff&team_id',
      '',
      '[]',
      'null',
      '{"type":1e999}',
    ),
    fc.json(),
  )
}

/** The body of a chat completion or a response. Hardly any asks a question that is searched for. */
export function openAiBody(known: ServerFacts): fc.Arbitrary<string> {
  const id = fc.constantFrom(...known.documentIds, '..', '%2e', 'nothing')
  const link = fc.tuple(id, fc.nat(), fc.maxSafeInteger()).map(([document, start, end]) => {
    return `“thanks” [1](http://a/documents/${document}?start=${start}&end=${end}#quote)`
  })
  const traps = ['', '\uD800', 'Read as: ? (a, b)', 'Also on this:', '“” [1]('.repeat(5000)]
  const text = fc.oneof(smallTalk, link, fc.constantFrom(...traps, repeatedX(1001)))
  const type = fc.constantFrom('text', 'input_text', 'output_text', 'image_url', '__proto__')
  const parts = fc.array(fc.record({ type, text }), { maxLength: 4 })
  const role = fc.constantFrom('user', 'assistant', 'system', 'tool')
  const message = fc.record({ role, content: fc.oneof(text, text, text, parts) })
  const messages = fc.tuple(fc.array(message, { maxLength: 30 }), fc.oneof(smallTalk, text))
  const conversation = messages.map(([before, content]) => before.concat({ role: 'user', content }))
  const replies = known.conversationIds.map((conversationId) => `resp_${conversationId}00000000`)
  const right = fc.record({
    model: fc.constantFrom('footnote', 'footnote', 'footnote/nothing', '__proto__'),
    messages: conversation,
    input: fc.oneof(smallTalk, conversation),
    stream: fc.boolean(),
    store: fc.boolean(),
    previous_response_id: fc.constantFrom(null, ...replies, 'resp_', "resp_' OR 1=1"),
  })
  const wrong = fc.jsonValue({ maxDepth: 2 })
  const wrongFields = fc.record(
    { messages: wrong, input: wrong, stream: wrong, store: wrong, tools: wrong, n: wrong },
    { requiredKeys: [] },
  )
  const both = fc.tuple(right, wrongFields)
  const body = fc.oneof(
    { weight: 3, arbitrary: right },
    { weight: 1, arbitrary: both.map(([fields, others]) => Object.assign(fields, others)) },
  )
  return body.map((fields) => JSON.stringify(fields))
}

/** The body of a draft to verify. Few need the models. */
export function verifyBody(known: ServerFacts): fc.Arbitrary<string> {
  const marks = fc.constantFrom(
    '“',
    '”',
    '"',
    "'",
    '«',
    '…',
    '[',
    ']',
    '[sic]',
    '[3]',
    '\n\n',
    '.',
    ' ',
  )
  const words = fc.constantFrom(
    'Cats',
    'sleep',
    'not',
    'all',
    'day',
    '5.5',
    '\u00AD',
    '\uD800',
    '元',
    ' ',
  )
  const draft = fc.array(fc.oneof(marks, words), { maxLength: 400 }).map((parts) => parts.join(''))
  const traps = fc.constantFrom('“'.repeat(20_000), '['.repeat(20_000), 'a '.repeat(10_001), '')
  const right = fc.record(
    {
      text: fc.oneof({ weight: 6, arbitrary: draft }, { weight: 1, arbitrary: traps }, fc.string()),
      documents: fc.subarray([...known.documentIds], { minLength: 1 }),
      threshold: fc.constantFrom(1, 1, 1, 1, 0.3),
    },
    { requiredKeys: ['text', 'threshold'] },
  )
  const wrong = fc.record(
    { text: fc.jsonValue(), threshold: fc.jsonValue(), collections: fc.jsonValue(), x: fc.nat() },
    { requiredKeys: [] },
  )
  const body = fc.oneof({ weight: 4, arbitrary: right }, { weight: 1, arbitrary: wrong })
  return fc.oneof(
    { weight: 8, arbitrary: body.map((fields) => JSON.stringify(fields)) },
    { weight: 1, arbitrary: fc.json() },
  )
}

/** A message of the Model Context Protocol, or another body. Hardly any asks a question that is searched for. */
export function mcpBody(known: ServerFacts): fc.Arbitrary<string> {
  const name = fc.constantFrom('ask', 'search', 'fetch', 'verify', 'nothing', '__proto__')
  const id = fc.constantFrom(
    ...known.documentIds,
    '..',
    '/etc/passwd',
    'cats:0-5',
    'cats:9-1',
    'cats:',
  )
  const given = fc.record(
    {
      question: smallTalk,
      query: smallTalk,
      id,
      text: fc.constantFrom('Cats sleep all day.', '“Cats”', ''),
      threshold: fc.constant(1),
      conversationId: fc.constantFrom(...known.conversationIds, 'x', ''),
    },
    { requiredKeys: [] },
  )
  const uri = id.map((document) => `footnote://documents/${document}`)
  const params = fc.oneof(
    fc.record({ name, arguments: fc.oneof(given, given, fc.jsonValue({ maxDepth: 2 })) }),
    fc.record({ uri: fc.oneof(uri, fc.constantFrom('file:///etc/passwd', 'footnote://', '%')) }),
    fc.record({ cursor: fc.oneof(fc.string(), fc.constantFrom('10', '-1', '1e9')) }),
    fc.record({
      protocolVersion: fc.constantFrom('2025-06-18', '2025-11-25', 'x'),
      capabilities: fc.constant({}),
    }),
    fc.jsonValue({ maxDepth: 2 }),
  )
  const method = fc.constantFrom(
    'tools/list',
    'tools/call',
    'tools/call',
    'tools/call',
    'resources/list',
    'resources/read',
    'resources/templates/list',
    'completion/complete',
    'initialize',
    'server/discover',
    'ping',
    'notifications/cancelled',
    'nothing',
    '',
  )
  const message = fc.record(
    {
      jsonrpc: fc.constantFrom('2.0', '2.0', '2.0', '1.0'),
      id: fc.constantFrom(1, 'a', null),
      method,
      params,
    },
    { requiredKeys: ['jsonrpc', 'method'] },
  )
  const body = fc.oneof(
    { weight: 8, arbitrary: message },
    { weight: 1, arbitrary: fc.array(message, { maxLength: 20 }) },
    { weight: 1, arbitrary: fc.jsonValue() },
  )
  return body.map((made) => JSON.stringify(made))
}

function askFields(known: ServerFacts, text: fc.Arbitrary<string>) {
  return fc.record(
    {
      question: text,
      maxQuotes: fc.integer({ min: 1, max: 10 }),
      documents: fc.subarray([...known.documentIds], { minLength: 1 }),
      explain: fc.boolean(),
      conversationId: fc.constantFrom(...known.conversationIds),
    },
    { requiredKeys: ['question'] },
  )
}

/**
 * Fields with wrong values, and fields that do not exist; never a question that is searched for.
 */
function wrongAskFields(known: ServerFacts) {
  const wrong = fc.jsonValue({ maxDepth: 2 })
  const lengths = fc.constantFrom(1001, 5000, 60_000)
  return fc.record(
    {
      question: fc.oneof(
        smallTalk,
        wrong,
        fc.constantFrom('', ' ', '\u0000'),
        lengths.map(repeatedX),
      ),
      maxQuotes: fc.oneof(fc.constantFrom(0, 11, -1, 1.5, 1e308, null, '3'), wrong),
      documents: fc.oneof(
        fc.constantFrom<unknown>([], ['nothing'], ['../../etc/passwd'], [[]], {}, ['']),
        fc.constantFrom(1000, 1001, 8000).map((count) => Array.from({ length: count }, () => 'x')),
        wrong,
      ),
      explain: fc.oneof(fc.constantFrom<unknown>('yes', 1, null, []), wrong),
      conversationId: fc.oneof(
        fc.constantFrom('../x', 'a'.repeat(64), 'a'.repeat(65), "' OR 1=1", ''),
        fc.constantFrom(...known.conversationIds).map(swapCase),
        wrong,
      ),
      helpful: wrong,
      toString: wrong,
    },
    { requiredKeys: [] },
  )
}

function feedback(known: ServerFacts) {
  return fc.record({
    conversationId: fc.oneof(fc.constantFrom(...known.conversationIds), fc.base64String()),
    question: fc.oneof(smallTalk, question),
    helpful: fc.oneof(fc.boolean(), fc.constantFrom('true', 1, null)),
  })
}

/** JSON that may confuse a parser, or what reads its result. */
const TRAPS = [
  '',
  'null',
  'true',
  '"thanks"',
  '[]',
  '1e999',
  '-',
  '{"question":"thanks","maxQuotes":1e999}',
  '{"question":"thanks","maxQuotes":-0}',
  '{"question":"thanks","question":"ok"}',
  '{"__proto__":{"explain":true},"question":"thanks"}',
  '{"question":"thanks","__proto__":{"maxQuotes":2}}',
  '{"constructor":{"prototype":{"explain":true}},"question":"thanks"}',
  '{"question":"\\ud800 thanks"}',
  '{"question":"thanks\\u0000"}',
  "{'question':'thanks'}",
  '{"question":"thanks",}',
  '{"question":"thanks"}/* */',
  `${'['.repeat(NESTING_DEPTH)}${']'.repeat(NESTING_DEPTH)}`,
  '['.repeat(NESTING_DEPTH),
  `{"question":${'{"a":'.repeat(NESTING_DEPTH)}1${'}'.repeat(NESTING_DEPTH)}}`,
  `{"question":"thanks","documents":${'['.repeat(NESTING_DEPTH)}${']'.repeat(NESTING_DEPTH)}}`,
  `{${Array.from({ length: 5000 }, (_, i) => `"a${i}":1`).join(',')}}`,
  `{"question":"thanks","maxQuotes":${'9'.repeat(30_000)}}`,
]

/** A body of exactly this many bytes. */
function bodyOfSize(bytes: number): string {
  return '{"question":"thanks"}'.padEnd(bytes, ' ')
}

function invalidUtf8(text: string): Buffer {
  return Buffer.concat([
    Buffer.from(text.slice(0, -2)),
    Buffer.from([0xc0, 0xaf, 0xed, 0xa0, 0x80, 0xff]),
    Buffer.from('"}'),
  ])
}

function swapCase(id: string): string {
  return id === id.toLowerCase() ? id.toUpperCase() : id.toLowerCase()
}

function repeatedX(length: number): string {
  return 'x'.repeat(length)
}
