import { expect, test } from 'vitest'
import { refusal } from '../../server/http/origin-guard.ts'

const loopback = { host: '127.0.0.1', publicUrl: null, allowedOrigins: ['https://friend.example'] }
const behind = { ...loopback, publicUrl: 'https://ask.example/docs' }
const open = { host: '0.0.0.0', publicUrl: null, allowedOrigins: [] }

test.each([
  ['no origin, as from curl', loopback, '127.0.0.1:8787', undefined],
  ['its own origin', loopback, 'localhost:8787', 'http://localhost:8787'],
  ['its own origin, IPv6', loopback, '[::1]:8787', 'http://[::1]:8787'],
  ['an allowed origin', loopback, 'localhost:8787', 'https://friend.example'],
  ['its own name, where it serves others', open, 'docs.example', 'https://docs.example'],
  ['the name that people reach it by', behind, 'ask.example', 'https://ask.example'],
])('%s may ask', (_, rules, host, origin) => {
  expect(refusal(rules, { host, origin })).toBeNull()
})

test.each([
  ['another origin', loopback, 'localhost:8787', 'https://evil.example'],
  ['another port of this machine', loopback, 'localhost:8787', 'http://localhost:3000'],
  [
    'an origin that only begins like an allowed one',
    loopback,
    'localhost',
    'https://friend.example.evil.example',
  ],
  ['no origin in particular', loopback, 'localhost:8787', 'null'],
  ['our name under another scheme', loopback, 'localhost:8787', 'ftp://localhost:8787'],
  ['our name with a user before it', loopback, 'localhost:8787', 'http://x@localhost:8787'],
  ['a foreign name that points here', loopback, 'evil.example:8787', 'http://evil.example:8787'],
  ['a foreign name without an origin', loopback, 'evil.example:8787', undefined],
  ['another name than people reach it by', behind, 'evil.example', undefined],
  ['a name that begins like ours', loopback, 'localhost.evil.example', undefined],
  ['no name at all', loopback, undefined, undefined],
  ['a page elsewhere, where it serves others', open, 'docs.example', 'https://evil.example'],
])('%s may not', (_, rules, host, origin) => {
  expect(refusal(rules, { host, origin })).toEqual(expect.any(String))
})

test('a foreign page may link to this server, but may not load an image from it', () => {
  const request = { host: 'localhost:8787', origin: undefined, site: 'cross-site' }
  expect(refusal(loopback, { ...request, mode: 'no-cors' })).toEqual(expect.any(String))
  expect(refusal(loopback, { ...request, mode: 'navigate' })).toBeNull()
  expect(refusal(loopback, { ...request, site: 'same-origin', mode: 'cors' })).toBeNull()
})
