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
