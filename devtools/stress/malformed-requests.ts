import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'

/**
 * The bytes of a request that no client library sends: it is cut off, states a wrong length, or is
 * no HTTP.
 */
export function malformedRequest(host: string): fc.Arbitrary<Buffer> {
  const post = `POST /ask HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n`
  const get = `GET /health HTTP/1.1\r\nHost: ${host}\r\n`
  const body = '{"question":"thanks"}'
  const texts = [
    '\r\n\r\n',
    '\0\0\0\0',
    'GET\r\n\r\n',
    'GET /health\r\n\r\n',
    'GET  /health  HTTP/1.1\r\n\r\n',
    'GET /health HTTP/9.9\r\n\r\n',
    'GET /health HTTP/1.0\r\n\r\n',
    'GET /health HTTP/1.1\r\n\r\n',
    'get /health HTTP/1.1\r\nHost: x\r\n\r\n',
    `GET /he alth HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `GET /\u00ff\u0000 HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `GET health HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `GET /\\..\\..\\secret.txt HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `GET ${'/x'.repeat(20_000)} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `CONNECT /etc/passwd HTTP/1.1\r\n\r\n`,
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
    `${get}Host: evil.example\r\n\r\n`,
    `${get}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: eA==\r\n\r\n`,
    `${get}Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AA\r\n\r\n`,
    `${get}No colon\r\n\r\n`,
    `${get}Na me: x\r\n\r\n`,
    `${get}: x\r\n\r\n`,
    `${get}X: a\u0000b\r\n\r\n`,
    `${get}X: a\r\n folded\r\n\r\n`,
    `${get}X: a\rY: b\r\n\r\n`,
    get.replaceAll('\r\n', '\n') + '\n',
    `${get}${'X: y\r\n'.repeat(3000)}\r\n`,
    `${get}${'X-Long: '.padEnd(20_000, 'y')}\r\n\r\n`,
    `${get}\r\n`.repeat(50),
    `${get}\r\n${post}Content-Length: 5\r\n\r\n`,
    `${post}Content-Length: 5\r\nContent-Length: 6\r\n\r\n${body}`,
    ...['-1', '+5', '0x5', '5, 5', '5 5', '1e9', '', '99999999999999999999', '5000'].map(
      (length) => `${post}Content-Length: ${length}\r\n\r\n${body}`,
    ),
    `${post}Content-Length: 3\r\n\r\n${body}`,
    `${post}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `${post}Transfer-Encoding: xchunked\r\n\r\n${body}`,
    `${post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
    `${post}Transfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n`,
    ...[
      'ZZZ\r\n',
      'FFFFFFFFFFFFFFFFF\r\nx',
      '-1\r\nx\r\n',
      '5\r\nab',
      '5\r\nabcdefgh\r\n0\r\n\r\n',
    ].map((chunk) => `${post}Transfer-Encoding: chunked\r\n\r\n${chunk}`),
    `${post}Transfer-Encoding: chunked\r\n\r\n1;${'a'.repeat(20_000)}\r\n{\r\n`,
    `${post}Transfer-Encoding: chunked\r\n\r\n${'1\r\n[\r\n'.repeat(5000)}0\r\n\r\n`,
    `${post}Expect: 100-continue\r\nContent-Length: 21\r\n\r\n`,
  ]
  const truncated = fc
    .tuple(
      fc.constant(`${post}Content-Length: ${body.length}\r\n\r\n${body}`),
      fc.double({ min: 0, max: 1, noNaN: true }),
    )
    .map(([text, share]) => text.slice(0, Math.floor(text.length * share)))
  return fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...texts).map(toBytes) },
    { weight: 2, arbitrary: truncated.map(toBytes) },
    {
      weight: 1,
      arbitrary: fc.uint8Array({ minLength: 1, maxLength: 400 }).map((raw) => Buffer.from(raw)),
    },
    { weight: 1, arbitrary: fc.constant(gzipSync(get)) },
  )
}

function toBytes(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}
