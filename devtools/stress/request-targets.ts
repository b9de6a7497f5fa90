import * as fc from 'fast-check'
import { number, smallTalk } from './question-texts.ts'
import type { ServerFacts } from './server-facts.ts'

const FOLDERS = [
  '/',
  '/assets/',
  '/docs/',
  '/documents/',
  '/conversations/',
  '/slack/',
  '/widget.js/',
]

/** Ways to write the parent folder, each of which some server once decoded. */
const PARENTS = [
  '../',
  '..%2f',
  '..%2F',
  '%2e%2e/',
  '%2e%2e%2f',
  '%252e%252e%252f',
  '..%255c',
  '..\\',
  '..%5c',
  '..%c0%af',
  '%c0%ae%c0%ae/',
  '%uff0e%uff0e/',
  '..;/',
  '....//',
  './/../',
  '%00../',
]

/** Files outside the documents, relative to the parent of their folder or to the root. */
const FILES = [
  'etc/passwd',
  'etc%2fpasswd',
  'proc/self/environ',
  'secret.txt',
  'package.json',
  '.env',
  'documents-of-others/secret.md',
  'documents-of-others%2fsecret',
  'server/config.ts',
  'index/conversations.sqlite',
  'data/conversations.sqlite',
]

/** Addresses that are served, and some that other servers serve. */
const ADDRESSES =
  '/ /ask /feedback /documents /health /ready /openapi.json /docs /docs/start.js /docs/swagger-ui.css /assets/page.css /assets/document.js /widget.js /slack/events /slack/commands /slack/interactions /metrics /v1/models /v1/models/footnote /v1/models/%2e%2e /v1/chat/completions /v1/responses /v1 /nothing /favicon.ico /.git/config /documents/ // /ask/ /ASK'.split(
    ' ',
  )

/** One of the server's own addresses, or one that only other servers have. */
export function servedTarget(known: ServerFacts): fc.Arbitrary<string> {
  const documents = known.documentIds.flatMap((id) => [`/documents/${id}`, `/documents/${id}/text`])
  const conversations = known.conversationIds.map((id) => `/conversations/${id}`)
  return fc.constantFrom(...ADDRESSES, ...documents, ...conversations)
}

/** The path of a file that must not be reached. */
export const traversalTarget: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...FOLDERS),
    fc.constantFrom(...PARENTS),
    fc.integer({ min: 1, max: 12 }),
    fc.constantFrom(...FILES),
    fc.constantFrom('', '/text', '%00', '%00.txt', '?start=0&end=5', '#', '/.'),
  )
  .map(([folder, parent, times, file, end]) => folder + parent.repeat(times) + file + end)

/** A document or conversation by a wrong id, or by its id in percent-encoding. */
export function wrongIdTarget(known: ServerFacts): fc.Arbitrary<string> {
  const id = fc.oneof(
    fc.constantFrom('%', '%zz', '%u0041', '%ff', '%ed%a0%80', '%00', '%0d%0aX-A:1', '__proto__'),
    fc.constantFrom('constructor', '-', '.', "'%20OR%201=1--", '%22', 'x'.repeat(5000), '*'),
    fc.webPath().map((path) => path.slice(1)),
    fc.string({ unit: 'binary' }).map(percentEncoded),
    fc.constantFrom(...known.documentIds, ...known.conversationIds).map(percentEncoded),
  )
  const folder = fc.constantFrom('/documents/', '/conversations/')
  return fc
    .tuple(folder, id, fc.constantFrom('', '/text', '/', '/text/', '//text'))
    .map((parts) => parts.join(''))
}

/** A document with a range, which may lie outside it. */
export function documentRangeTarget(known: ServerFacts): fc.Arbitrary<string> {
  const names = fc.constantFrom(
    'start',
    'end',
    'highlightStart',
    'highlightEnd',
    'start[]',
    'START',
    '__proto__',
  )
  const pairs = fc.array(fc.tuple(names, number), { minLength: 1, maxLength: 4 })
  return fc
    .tuple(fc.constantFrom(...known.documentIds), pairs)
    .map(([id, fields]) => `/documents/${id}?${queryOf(fields)}`)
}

/**
 * `GET /ask` with fields that are wrong, repeated or unknown; never a question that is searched
 * for.
 */
export function askQueryTarget(known: ServerFacts): fc.Arbitrary<string> {
  const field = fc.oneof(
    fc.tuple(fc.constantFrom('question', 'question[]', 'question.a'), smallTalk),
    fc.tuple(fc.constantFrom('maxQuotes', 'explain', 'start'), number),
    fc.tuple(fc.constant('documents'), fc.constantFrom('nothing', ',', '', 'a,b', '%2c')),
    fc.tuple(fc.constant('conversationId'), fc.constantFrom(...known.conversationIds, '../x')),
    fc.tuple(
      fc.constantFrom('__proto__', 'constructor', 'question', '%', '', '%ed%a0%80'),
      fc.constantFrom('%', '%zz', '%ff', '+', '=&', ';', '%00', '?'.repeat(50), 'x'.repeat(1001)),
    ),
  )
  return fc.array(field, { maxLength: 6 }).map((fields) => `/ask?${queryOf(fields)}`)
}

function queryOf(fields: readonly (readonly [string, string])[]): string {
  return fields.map(([name, value]) => `${name}=${value.replaceAll(' ', '+')}`).join('&')
}

function percentEncoded(text: string): string {
  return Buffer.from(text).toString('hex').replace(/../g, '%$&')
}
