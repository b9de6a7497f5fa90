import * as fc from 'fast-check'
import { smallTalk } from './question-texts.ts'
import type { ServerFacts } from './server-facts.ts'

/** The body of a chat completion or a response. Hardly any asks a question that is searched for. */
export function openAiBody(known: ServerFacts): fc.Arbitrary<string> {
  const id = fc.constantFrom(...known.documentIds, '..', '%2e', 'nothing')
  const link = fc.tuple(id, fc.nat(), fc.maxSafeInteger()).map(([document, start, end]) => {
    return `“thanks” [1](http://a/documents/${document}?start=${start}&end=${end}#quote)`
  })
  const traps = ['', '\uD800', 'Read as: ? (a, b)', 'Also on this:', '“” [1]('.repeat(5000)]
  const text = fc.oneof(smallTalk, link, fc.constantFrom(...traps, 'x'.repeat(1001)))
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
