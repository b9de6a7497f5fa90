import * as fc from 'fast-check'
import { signBody } from '../../server/sign-body.ts'
import { malformedRequest } from './malformed-requests.ts'
import { question } from './question-texts.ts'
import { mcpBody, openAiBody, verifyBody } from './client-bodies.ts'
import { askBody, slackBody, wrongBody } from './request-bodies.ts'
import {
  askQueryTarget,
  documentRangeTarget,
  servedTarget,
  traversalTarget,
  wrongIdTarget,
} from './request-targets.ts'
import type { ServerFacts } from './server-facts.ts'

/** The bytes of a request. */
export interface Request {
  readonly bytes: Buffer
  /** It may be incomplete. Its client ends it after a silence. */
  readonly isMalformed: boolean
}

type Header = readonly [name: string, value: string]

interface Parts {
  readonly method: string
  /** In ISO 8859-1, like the header fields. */
  readonly target: string
  readonly headers: readonly Header[]
  readonly body: Buffer
}

/**
 * Requests of every kind. Only about 1 in 100 is a question that is searched for, because those
 * take the models' time.
 */
export function request(known: ServerFacts): fc.Arbitrary<Request> {
  return fc.oneof(
    { weight: 26, arbitrary: complete(known, post(known)) },
    { weight: 10, arbitrary: complete(known, get(askQueryTarget(known))) },
    { weight: 12, arbitrary: complete(known, get(traversalTarget)) },
    { weight: 10, arbitrary: complete(known, get(wrongIdTarget(known))) },
    { weight: 10, arbitrary: complete(known, get(documentRangeTarget(known))) },
    { weight: 12, arbitrary: complete(known, anyMethod(known)) },
    { weight: 12, arbitrary: malformedRequest(known.host).map(malformed) },
    { weight: 12, arbitrary: clientRequest(known) },
    { weight: 6, arbitrary: complete(known, slack(known.slackSecret)) },
    { weight: 3, arbitrary: complete(known, searchedQuestion(known)) },
  )
}

/** Requests to `/v1`, `/mcp` and `/verify`, and questions whose answers are events. */
export function clientRequest(known: ServerFacts): fc.Arbitrary<Request> {
  const kinds = [openAi(known), verification(known), mcp(known), events(known)]
  return fc.oneof(...kinds.map((parts) => complete(known, parts)))
}

/**
 * The bytes of a complete request. It states the length of its body, and asks that the connection
 * be closed after it.
 */
export function serialise({ method, target, headers, body }: Parts): Buffer {
  const names = new Set(headers.map(([name]) => name.toLowerCase()))
  const framing: Header[] = [['Connection', 'close']]
  if (body.length > 0 && !names.has('transfer-encoding')) {
    framing.push(['Content-Length', String(body.length)])
  }
  const lines = [...headers, ...framing].map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([
    Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'),
    body,
  ])
}

function complete(known: ServerFacts, parts: fc.Arbitrary<Parts>): fc.Arbitrary<Request> {
  return fc.tuple(parts, unusualHeaders(known.host)).map(([made, unusual]) => {
    const headers = [...made.headers, ...unusual]
    return { bytes: serialise({ ...made, headers }), isMalformed: false }
  })
}

function malformed(bytes: Buffer): Request {
  return { bytes, isMalformed: true }
}

const NO_BODY = Buffer.alloc(0)

function get(target: fc.Arbitrary<string>): fc.Arbitrary<Parts> {
  return target.map((to) => ({ method: 'GET', target: to, headers: [], body: NO_BODY }))
}

const JSON_TYPE: Header = ['Content-Type', 'application/json']

const contentType = fc.oneof(
  { weight: 8, arbitrary: fc.constant(JSON_TYPE[1]) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'application/json; charset=utf-16',
      'application/json;charset="latin1"',
      'APPLICATION/JSON',
      'application/vnd.a+json',
      'application/jsonx',
      'application/json, text/plain',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
      'text/plain;application/json',
      '',
      '\u00e9',
    ),
  },
)

function post(known: ServerFacts): fc.Arbitrary<Parts> {
  const target = fc.constantFrom('/ask', '/ask', '/feedback', '/ask?question=thanks')
  const encoding = fc.constantFrom('', '', '', 'gzip', 'br', 'identity', 'chunked')
  return fc
    .tuple(target, contentType, encoding, wrongBody(known))
    .map(([to, type, encoded, body]) => {
      const headers: Header[] = [['Content-Type', type]]
      if (encoded === 'chunked') return chunked(to, headers, body)
      if (encoded !== '') headers.push(['Content-Encoding', encoded])
      return { method: 'POST', target: to, headers, body }
    })
}

/** A POST with its body in chunks of 1,000 bytes. */
function chunked(target: string, headers: readonly Header[], body: Buffer): Parts {
  const chunks: Buffer[] = []
  for (let at = 0; at < body.length; at += 1000) {
    const chunk = body.subarray(at, at + 1000)
    chunks.push(Buffer.from(`${chunk.length.toString(16)};a=b\r\n`), chunk, Buffer.from('\r\n'))
  }
  return {
    method: 'POST',
    target,
    headers: [...headers, ['Transfer-Encoding', 'chunked']],
    body: Buffer.concat([...chunks, Buffer.from('0\r\nTrailer: x\r\n\r\n')]),
  }
}

const METHODS = 'GET HEAD POST PUT PATCH DELETE OPTIONS TRACE PROPFIND PURGE QUERY LINK'.split(' ')

function anyMethod(known: ServerFacts): fc.Arbitrary<Parts> {
  const host = `http://${known.host}`
  const elsewhere = fc.constantFrom('http://evil.example/ask', 'https://127.0.0.1/health', '*', '')
  const target = fc.oneof(
    { weight: 8, arbitrary: servedTarget(known) },
    { weight: 2, arbitrary: servedTarget(known).map((path) => host + path) },
    { weight: 1, arbitrary: elsewhere },
    {
      weight: 1,
      arbitrary: fc.constantFrom(8000, 15_000).map((length) => `/${'x'.repeat(length)}`),
    },
    { weight: 1, arbitrary: fc.webUrl({ withQueryParameters: true, withFragments: true }) },
  )
  return fc.tuple(fc.constantFrom(...METHODS), target).map(([method, to]) => {
    const body = method === 'POST' || method === 'PUT' ? Buffer.from('{}') : NO_BODY
    return { method, target: to === '' ? '/' : to, headers: [JSON_TYPE], body }
  })
}

function openAi(known: ServerFacts): fc.Arbitrary<Parts> {
  const target = fc.constantFrom('/v1/chat/completions', '/v1/responses')
  return fc.tuple(target, openAiBody(known)).map(([to, body]) => {
    return { method: 'POST', target: to, headers: [JSON_TYPE], body: Buffer.from(body) }
  })
}

function verification(known: ServerFacts): fc.Arbitrary<Parts> {
  const asJson = verifyBody(known).map((body) => {
    return { method: 'POST', target: '/verify', headers: [JSON_TYPE], body: Buffer.from(body) }
  })
  const type: Header = ['Content-Type', 'application/x-www-form-urlencoded']
  const asForm = fc.webQueryParameters().map((body) => {
    return { method: 'POST', target: '/verify', headers: [type], body: Buffer.from(`text=${body}`) }
  })
  return fc.oneof({ weight: 3, arbitrary: asJson }, asForm, get(fc.constant('/verify')))
}

function mcp(known: ServerFacts): fc.Arbitrary<Parts> {
  const accept = fc.constantFrom('application/json, text/event-stream', 'application/json', '*/*')
  const version = fc.constantFrom<Header[]>(
    [],
    [['MCP-Protocol-Version', '2025-06-18']],
    [['MCP-Protocol-Version', '2026-07-28']],
    [['MCP-Protocol-Version', 'x']],
    [['Mcp-Session-Id', "' OR 1=1"]],
  )
  const method = fc.constantFrom('POST', 'POST', 'POST', 'POST', 'POST', 'GET', 'DELETE')
  return fc.tuple(method, accept, version, mcpBody(known)).map(([verb, types, more, body]) => {
    const headers: Header[] = [JSON_TYPE, ['Accept', types], ...more]
    return {
      method: verb,
      target: '/mcp',
      headers,
      body: verb === 'POST' ? Buffer.from(body) : NO_BODY,
    }
  })
}

/** Requests for answers as events; nothing is searched for in any of them. */
function events(known: ServerFacts): fc.Arbitrary<Parts> {
  const accept: Header = ['Accept', 'text/event-stream']
  const posted = wrongBody(known).map((body) => {
    return { method: 'POST', target: '/ask', headers: [JSON_TYPE, accept], body }
  })
  const asked = get(askQueryTarget(known)).map((made) => Object.assign(made, { headers: [accept] }))
  return fc.oneof(posted, asked)
}

function slack(secret: string | null): fc.Arbitrary<Parts> {
  const target = fc.constantFrom('/slack/events', '/slack/commands', '/slack/interactions')
  const skewSeconds = fc.constantFrom(0, 0, 0, 0, -4000, 4000)
  return fc.tuple(target, slackBody(), skewSeconds).map(([to, text, skew]) => {
    const body = Buffer.from(text)
    const timestamp = String(Math.floor(Date.now() / 1000) + skew)
    const headers: Header[] = [
      ['Content-Type', text.startsWith('{') ? JSON_TYPE[1] : 'application/x-www-form-urlencoded'],
      ['X-Slack-Request-Timestamp', timestamp],
      ['X-Slack-Signature', signBody(body, timestamp, secret ?? 'none')],
    ]
    return { method: 'POST', target: to, headers, body }
  })
}

/** A valid question that is searched for. */
function searchedQuestion(known: ServerFacts): fc.Arbitrary<Parts> {
  const inQuery = question.map(
    (text) => `/ask?${new URLSearchParams({ question: text }).toString()}`,
  )
  const inBody = askBody(known).map((body) => {
    return { method: 'POST', target: '/ask', headers: [JSON_TYPE], body: Buffer.from(body) }
  })
  return fc.oneof(inBody, inBody, get(inQuery))
}

/**
 * Mostly the header fields of an ordinary client; now and then those of a proxy, of a page of
 * another origin, or of no client.
 */
function unusualHeaders(host: string): fc.Arbitrary<Header[]> {
  const named = fc.oneof(
    { weight: 12, arbitrary: fc.constant(host) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '',
        'evil.example',
        'localhost',
        '127.0.0.1:x',
        '[::1',
        'a b',
        '\u00e9',
      ),
    },
  )
  const unusual = fc.constantFrom<Header>(
    ['Accept', 'application/json'],
    ['Accept', 'text/html'],
    ['Accept', ';;q=2,*/*;q=x'],
    ['Accept', 'text/html,'.repeat(500)],
    ['Accept-Encoding', 'gzip'],
    ['Accept-Encoding', 'deflate;q=1, br, zstd'],
    ['Range', 'bytes=0-10'],
    ['Range', 'bytes=-5,9999999999999999999-'],
    ['Range', 'bytes=5-1'],
    ['If-None-Match', '*'],
    ['If-Modified-Since', 'never'],
    ['X-Request-Id', 'x'.repeat(300)],
    ['X-Request-Id', '<script>"\u00e9'],
    ['X-Forwarded-For', "127.0.0.1' --"],
    ['X-Forwarded-Host', 'evil.example'],
    ['X-HTTP-Method-Override', 'DELETE'],
    ['X-Original-URL', '/etc/passwd'],
    ['Origin', 'null'],
    ['Origin', 'https://evil.example'],
    ['Sec-Fetch-Site', 'cross-site'],
    ['Authorization', 'Bearer '],
    ['Authorization', `Basic ${'A'.repeat(5000)}`],
    ['Cookie', 'a=b; '.repeat(1000)],
    ['Expect', '100-continue'],
    ['Expect', 'nothing'],
    ['Access-Control-Request-Method', 'PUT'],
    ['X-Bomb', 'x'.repeat(17_000)],
    ['Content-Language', '\u0080\u00ff'],
  )
  const others = fc.oneof(
    { weight: 3, arbitrary: fc.constant<Header[]>([]) },
    { weight: 2, arbitrary: fc.array(unusual, { minLength: 1, maxLength: 3 }) },
  )
  const hostField = named.map((name): Header[] => [['Host', name]])
  return fc.tuple(hostField, others).map((parts) => parts.flat())
}
