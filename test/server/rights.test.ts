import { createHash } from 'node:crypto'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { KEY_RIGHTS, type KeyRight } from '../../server/access/caller.ts'
import type { Service } from '../../server/service.ts'
import { describedOperations } from '../support/described-api.ts'
import { openWords } from '../support/serve-words.ts'

/** Documents that a key for the collection `open` sees. */
const OPEN = {
  'open/owls.txt':
    'Owls hunt at night. They hear a mouse below the snow. The Barn Owl Trust (BOT) counts them.',
  'open/badgers.txt': 'Badgers dig setts in the forest. A sett has many rooms.',
}

/** Documents that it does not see. Every word of {@link SECRETS} stands only in them. */
const HIDDEN = {
  'vaulted/zeppelin.md':
    '---\ntitle: Zeppelinity report\nauthor: Quartermain\n---\n# Vexillium\n\nThe zeppelinity hunts at night over Quixotown. It hunts owls.',
  'vaulted/words.txt':
    'The Quartermain Zeppelin Office (QZO) pays. The Barn Owl Trust (BOT) does not.',
  'vaulted/many.txt': 'Owls and badgers hunt in the snow. '.repeat(20),
  'wildcard.txt': 'Xylographers hunt at night without a collection.',
}

const SECRETS = /zeppelin|QZO|quartermain|vexillium|quixotown|xylograph|wildcard|vaulted|shattered/i

const HIDDEN_FILES = { ...HIDDEN, 'vaulted/shattered.txt': 'Soon broken.' }

interface Sent {
  /** Names in braces stand for the ids that a server has: see {@link Ids}. */
  readonly path: string
  readonly method?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** What else of the request an answer may repeat. */
  readonly says?: string
}

/** What requests name: a server without what is hidden has other ids there, which are none of its own. */
type Ids = Readonly<Record<'openWord' | 'openAnswer' | 'openQuestion' | 'openGroup', string>> &
  Readonly<
    Record<
      | 'hiddenCheck'
      | 'hiddenRun'
      | 'hiddenWord'
      | 'hiddenAnswer'
      | 'hiddenQuestion'
      | 'hiddenGroup',
      string
    >
  >

const NO_IDS: Partial<Ids> = {}

/** What a response has, but for what differs from request to request: ids, times and rates. */
interface Got {
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

async function send(
  app: OpenAPIHono,
  token: string | null,
  sent: Sent,
  ids: Partial<Ids> = NO_IDS,
): Promise<Got> {
  const { method = 'GET', body, headers = {} } = sent
  const named = new Map(Object.entries(ids))
  const path = sent.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => named.get(name) ?? name)
  const response = await app.request(`http://127.0.0.1${path}`, {
    method,
    headers: {
      ...(token !== null && { Authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const varying = /^(?:x-request-id|server-timing|ratelimit.*|date)$/
  const kept = [...response.headers].filter(([name]) => !varying.test(name))
  return {
    status: response.status,
    headers: kept.map(([name, value]): [string, string] => [name, withoutIds(value)]),
    body: withoutIds(await response.text()),
  }
}

/** Ids and times, which no two responses have in common. */
function withoutIds(body: string): string {
  return (
    body
      .replaceAll(/(?:resp_|chatcmpl-|msg_)[\w-]+/g, 'ID')
      .replaceAll(/(?:[\da-z]{8}-)?[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, 'ID')
      .replaceAll(/\/uploads\/[\da-f]{32}/g, '/uploads/ID')
      .replaceAll(/"(created|created_at|completed_at|id|group|lastAskedMs)":\d+/g, '"$1":0')
      // Of an entry of the log.
      .replaceAll(/"number":\d+(?=,"at":)/g, '"number":0')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
      // The first cells of a table of questions.
      .replaceAll(/^\d+,\d+,/gm, '0,0,')
  )
}

interface Server {
  readonly app: OpenAPIHono
  readonly service: Service
}

async function keyOf(
  { service }: Server,
  may: readonly KeyRight[],
  collections: readonly string[] | null = null,
): Promise<string> {
  const given = { name: 'Ada', may, collections, expiresAtMs: null }
  return (await service.keys.create(given)).token
}

const mcp = (method: string, params: object = {}): Sent => ({
  path: '/mcp',
  method: 'POST',
  body: { jsonrpc: '2.0', id: 1, method, params },
  headers: {
    Accept: 'application/json, text/event-stream',
    'MCP-Protocol-Version': '2025-11-25',
  },
})

const tool = (name: string, args: object) => mcp('tools/call', { name, arguments: args })

const QUESTIONS = [
  'When do owls hunt?',
  'What does the zeppelinity hunt?',
  // Guessed from words of the documents.
  'What does the zepelinity hunt?',
  'Who wrote the Zeppelinity report?',
  'What hunts at night without a collection?',
  'How many rooms does a sett have in the snow?',
]

const DRAFT =
  'Owls hunt at night. The zeppelinity hunts at night over Quixotown. “It hunts owls.” Nobody said this.'

/** Requests to every route, with all names of what is hidden. */
const REQUESTS: readonly Sent[] = [
  ...QUESTIONS.flatMap((question): Sent[] => [
    { path: `/ask?explain=true&question=${encodeURIComponent(question)}` },
    { path: '/ask', method: 'POST', body: { question, maxQuotes: 10, explain: true } },
    { path: '/ask', method: 'POST', body: { question }, headers: { Accept: 'text/event-stream' } },
    { path: '/ask', method: 'POST', body: { question, documents: ['vaulted-zeppelin'] } },
    { path: '/ask', method: 'POST', body: { question, documents: ['wildcard'] } },
    { path: '/ask', method: 'POST', body: { question, collections: ['vaulted'] } },
    { path: '/ask', method: 'POST', body: { question, collections: ['open'] } },
    chat('footnote', question),
    chat('footnote/open', question),
    chat('footnote/vaulted', question),
    { path: '/v1/responses', method: 'POST', body: { model: 'footnote', input: question } },
    tool('ask', { question }),
    tool('ask', { question, collections: ['vaulted'] }),
    tool('search', { query: question }),
  ]),
  { path: '/verify', method: 'POST', body: { text: DRAFT } },
  { path: '/verify', method: 'POST', body: { text: DRAFT, collections: ['vaulted'] } },
  { path: '/verify' },
  tool('verify', { text: DRAFT }),
  tool('fetch', { id: 'vaulted-zeppelin' }),
  tool('fetch', { id: 'vaulted-zeppelin:0-10' }),
  tool('fetch', { id: 'open-owls' }),
  mcp('tools/list'),
  mcp('resources/list'),
  mcp('resources/read', { uri: 'footnote://documents/vaulted-zeppelin' }),
  mcp('completion/complete', {
    ref: { type: 'ref/resource', uri: 'footnote://documents/{id}' },
    argument: { name: 'id', value: '' },
  }),
  ...['vaulted-zeppelin', 'vaulted-many', 'wildcard', 'open-owls', 'nowhere'].flatMap(
    (id): Sent[] => [
      { path: `/documents/${id}` },
      { path: `/documents/${id}`, headers: { Accept: 'text/html' } },
      { path: `/documents/${id}?start=0&end=9`, headers: { Accept: 'application/json' } },
      { path: `/documents/${id}/text` },
      { path: `/documents/${id}/file` },
      { path: `/documents/${id}/pages/1` },
    ],
  ),
  { path: '/documents' },
  { path: '/problems' },
  { path: '/v1/models' },
  { path: '/v1/models/footnote' },
  { path: '/v1/models/footnote%2Fvaulted' },
  { path: '/conversations/nothing' },
  { path: '/conversations/nothing', method: 'DELETE' },
  {
    path: '/feedback',
    method: 'POST',
    body: { conversationId: 'nothing', question: 'When?', helpful: true },
  },
  { path: '/metrics' },
  { path: '/' },
  { path: '/llms.txt' },
  { path: '/openapi.json' },
  { path: '/opensearch.xml' },
  { path: '/health' },
  { path: '/ready' },
]

/** The desk's id of a file, which whoever guesses its name can compute. */
function deskId(file: string): string {
  return createHash('sha256').update(file).digest('hex').slice(0, 32)
}

const TUS = { 'Tus-Resumable': '1.0.0' }

function upload(metadata: Readonly<Record<string, string>>): Sent {
  const pairs = Object.entries(metadata).map(
    ([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`,
  )
  const headers = { ...TUS, 'Upload-Length': '5', 'Upload-Metadata': pairs.join(',') }
  return { path: '/desk/api/uploads', method: 'POST', headers, says: JSON.stringify(metadata) }
}

const vouch = (question: string, ...documentIds: readonly string[]) => {
  const quotes = documentIds.map((documentId) => ({ documentId, start: 0, end: 9 }))
  return { path: '/desk/api/vouched', method: 'POST', body: { question, quotes } }
}

const check = (question: string, documentId: string): Sent => {
  const body = { question, quotes: [{ documentId, start: 0, end: 9 }] }
  return { path: '/desk/api/check/questions', method: 'POST', body }
}

const enter = (forms: readonly string[], more: object = {}): Sent => {
  return { path: '/desk/api/words', method: 'POST', body: { forms, ...more } }
}

const moveTo = (collection: string | null, file: string): Sent => {
  const path = `/desk/api/documents/${deskId(file)}/collection`
  return { path, method: 'POST', body: { collection } }
}

/** Requests to every route of the desk. Those that remove something that a key may remove come last. */
const DESK_REQUESTS: readonly Sent[] = [
  ...['', '/questions', '/vouched', '/words', '/check', '/log'].map((page) => ({
    path: `/desk${page}`,
  })),
  ...[
    '',
    '?search=vaulted',
    '?search=zeppelin',
    '?state=refused',
    '?collection=vaulted',
    '?page=2',
  ].map((query): Sent => ({ path: `/desk/api/documents${query}` })),
  { path: '/desk/api/collections' },
  ...[...Object.keys(HIDDEN_FILES), 'nowhere.txt'].flatMap((file): Sent[] => [
    { path: `/desk/api/documents/${deskId(file)}`, method: 'DELETE' },
    moveTo('vaulted', file),
    moveTo('open', file),
    moveTo(null, file),
    upload({ filename: file.slice(file.indexOf('/') + 1), collection: 'open' }),
    upload({ filename: file, collection: 'vaulted' }),
    upload({ filename: file }),
    upload({ filename: file, collection: 'open', replaces: deskId(file), replace: 'true' }),
  ]),
  moveTo('vaulted', 'open/owls.txt'),
  moveTo(null, 'open/owls.txt'),
  upload({ filename: 'owls.txt', collection: 'open' }),
  upload({ filename: 'x.yaml', collection: 'open' }),
  { path: `/desk/api/uploads/${'0'.repeat(32)}`, method: 'HEAD', headers: TUS },
  vouch('What hunts?', 'vaulted-zeppelin'),
  vouch('What hunts?', 'nowhere'),
  vouch('What hunts?', 'open-owls', 'vaulted-zeppelin'),
  { ...vouch('What hunts?', 'open-owls'), path: '/desk/api/vouched/{hiddenAnswer}', method: 'PUT' },
  { ...vouch('What digs?', 'open-badgers'), path: '/desk/api/vouched/{openAnswer}', method: 'PUT' },
  { path: '/desk/api/vouched/{hiddenAnswer}', method: 'DELETE' },
  enter(['QZO', 'Quartermain Zeppelin Office'], { collections: ['vaulted'] }),
  enter(['QZO', 'Quartermain Zeppelin Office'], { collections: ['open', 'vaulted'] }),
  enter(['sett', 'burrow']),
  { path: '/desk/api/words/{hiddenWord}', method: 'DELETE' },
  { path: '/desk/api/questions/{hiddenQuestion}' },
  { path: '/desk/api/questions/{hiddenQuestion}', method: 'DELETE' },
  { path: '/desk/api/questions/groups/{hiddenGroup}', method: 'DELETE' },
  { path: '/desk/api/questions?group={hiddenGroup}' },
  { path: '/desk/api/questions/{openQuestion}' },
  ...['', '?kind=unanswered', '?sort=lastAsked&limit=2&offset=1', '?text=zeppelinity'].map(
    (query): Sent => ({ path: `/desk/api/questions${query}` }),
  ),
  { path: '/desk/api/questions/export' },
  { path: '/desk/api/questions/export?format=json' },
  // Runs go on after their response, so none is begun here: there are no questions yet.
  { path: '/desk/api/check/runs', method: 'POST' },
  { path: '/desk/api/check/runs/current', method: 'DELETE' },
  { path: '/desk/api/check/runs/{hiddenRun}' },
  { path: '/desk/api/check/questions/{hiddenCheck}', method: 'DELETE' },
  { path: '/desk/api/check/questions/vouched', method: 'POST' },
  check('What does the zeppelinity hunt?', 'vaulted-zeppelin'),
  check('When do owls hunt?', 'open-owls'),
  {
    path: '/desk/api/check/questions/import',
    method: 'POST',
    body: {
      text: JSON.stringify([
        { question: 'Who hunts owls?', quotes: [{ text: 'It hunts owls.' }] },
        { question: 'Who digs?', quotes: [{ text: 'A sett', documentId: 'vaulted-zeppelin' }] },
      ]),
    },
  },
  { path: '/desk/api/check/questions' },
  { path: '/desk/api/check/runs' },
  { path: '/desk/api/check/threshold' },
  { path: '/desk/api/check/threshold', method: 'PUT', body: { value: 0.4 } },
  { path: '/desk/api/check/threshold', method: 'DELETE' },
  { path: '/desk/api/vouched' },
  { path: '/desk/api/words' },
  { path: '/desk/api/log' },
  { path: '/desk/api/vouched/{openAnswer}', method: 'DELETE' },
  { path: '/desk/api/words/{openWord}', method: 'DELETE' },
  { path: '/desk/api/questions/{openQuestion}', method: 'DELETE' },
  { path: '/desk/api/questions/groups/{openGroup}', method: 'DELETE' },
  { path: '/desk/api/log' },
]

function chat(model: string, question: string): Sent {
  const body = { model, messages: [{ role: 'user', content: question }] }
  return { path: '/v1/chat/completions', method: 'POST', body }
}

const SETTINGS = { KEEP_QUESTIONS: '30d', MIN_FREE_SPACE: '1MB' }

/** A server with all documents, one with only the open ones, and keys for them. */
const openBoth = async () => {
  const options = { requestsPerMinute: 0 }
  const files = { ...OPEN, ...HIDDEN_FILES }
  const broken = ['vaulted/shattered.txt']
  const whole = await openWords(options, { files, broken, settings: SETTINGS })
  const openOnly = await openWords(options, { files: OPEN, settings: SETTINGS })
  const all: readonly KeyRight[] = ['ask', 'verify']
  const tokens = {
    whole: await keyOf(whole, all, ['open']),
    openOnly: await keyOf(openOnly, all, ['open']),
    everything: await keyOf(whole, KEY_RIGHTS),
  }
  return { whole, openOnly, tokens }
}

const entered = z.object({ id: z.string() })
const checkRuns = z.object({
  progress: z.looseObject({}).nullable(),
  runs: z.array(z.object({ id: z.string() })),
})
const keptQuestions = z.object({
  groups: z.array(
    z.object({
      group: z.int(),
      members: z.array(z.object({ id: z.int(), question: z.string() })),
    }),
  ),
})

/** Enters words, vouched answers and questions, of open documents in both servers and of hidden ones in one; gives their ids. */
async function enterAll({ app, service }: Server, hasHidden: boolean): Promise<Ids> {
  const everything = await keyOf({ app, service }, KEY_RIGHTS)
  const open = await keyOf({ app, service }, KEY_RIGHTS, ['open'])
  const json = async (token: string, sent: Sent): Promise<unknown> => {
    const { path, method = 'GET', body } = sent
    const response = await app.request(`http://127.0.0.1${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    expect(response.ok).toBe(true)
    return response.json()
  }
  const idOf = async (token: string, sent: Sent) => entered.parse(await json(token, sent)).id
  const ask = (token: string, question: string) =>
    json(token, { path: '/ask', method: 'POST', body: { question } })
  const idsOfQuestion = async (question: string) => {
    const listed = await json(everything, { path: '/desk/api/questions' })
    const found = keptQuestions
      .parse(listed)
      .groups.flatMap(({ group, members }) => members.map((member) => ({ ...member, group })))
      .find((member) => member.question === question)
    return { id: String(found?.id), group: String(found?.group) }
  }
  const hidden = {
    check: 'unknown',
    run: 'unknown',
    word: 'unknown',
    answer: 'unknown',
    question: { id: '9999', group: '9999' },
  }
  if (hasHidden) {
    const office = enter(['QZO', 'Quartermain Zeppelin Office'], { collections: ['vaulted'] })
    hidden.word = await idOf(everything, office)
    for (let i = 0; i < 6; i += 1) {
      hidden.answer = await idOf(everything, vouch('When do owls hunt?', 'vaulted-words'))
    }
    await idOf(everything, vouch('When do owls hunt?', 'open-owls', 'vaulted-words'))
    await ask(everything, 'When do owls hunt at night?')
    await ask(everything, 'Does the zeppelinity hunt?')
    hidden.question = await idsOfQuestion('Does the zeppelinity hunt?')
    hidden.check = await idOf(everything, check('Who pays the QZO?', 'vaulted-words'))
    const runs = '/desk/api/check/runs'
    await send(app, everything, { path: runs, method: 'POST' })
    hidden.run = await vi.waitFor(
      async () => {
        const listed = checkRuns.parse(await json(everything, { path: runs }))
        const [run] = listed.runs
        if (!run || listed.progress) throw new Error('the run has not ended')
        return run.id
      },
      { timeout: 60_000, interval: 20 },
    )
  }
  await idOf(everything, enter(['snow', 'sleet']))
  const openWord = await idOf(open, enter(['mouse', 'vole']))
  const openAnswer = await idOf(everything, vouch('When do owls hunt?', 'open-owls'))
  await ask(open, 'When do owls hunt at night now?')
  await ask(open, 'Where do badgers dig?')
  const { id: openQuestion } = await idsOfQuestion('When do owls hunt at night now?')
  const { group: openGroup } = await idsOfQuestion('Where do badgers dig?')
  return {
    openWord,
    openAnswer,
    openQuestion,
    openGroup,
    hiddenCheck: hidden.check,
    hiddenRun: hidden.run,
    hiddenWord: hidden.word,
    hiddenAnswer: hidden.answer,
    hiddenQuestion: hidden.question.id,
    hiddenGroup: hidden.question.group,
  }
}

/** The rights and collections of keys that see no more than the open documents. The one that may change most comes last. */
const LIMITED_KEYS: readonly (readonly [readonly KeyRight[], readonly string[]])[] = [
  ...KEY_RIGHTS.filter((right) => right !== 'desk').map(
    (right) => [[right], ['open']] as [KeyRight[], string[]],
  ),
  [KEY_RIGHTS, ['nowhere']],
  [KEY_RIGHTS, ['nowhere', 'open']],
  [KEY_RIGHTS, ['open']],
]

const ALL_REQUESTS = [...REQUESTS, ...DESK_REQUESTS]

describe('a key for some collections', () => {
  test('is tried on every route', async () => {
    const { whole } = await openBoth()
    const operations = await describedOperations(whole.app)
    const missing = operations.filter(
      ({ path, method }) =>
        !ALL_REQUESTS.some((sent) => {
          const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}(?:\\?.*)?$`)
          return (sent.method ?? 'GET').toLowerCase() === method && pattern.test(sent.path)
        }),
    )
    expect(missing.map(({ path, method }) => `${method} ${path}`)).toEqual([])
  })

  test('gets what it would get if there were no other documents, whoever asked before', async () => {
    const { whole, openOnly, tokens } = await openBoth()
    for (const sent of REQUESTS) {
      // What the server remembers of others must not change what it says.
      const seen = await send(whole.app, tokens.everything, sent)
      const [got, expected] = [
        await send(whole.app, tokens.whole, sent),
        await send(openOnly.app, tokens.openOnly, sent),
      ]
      expect({ sent, got }).toEqual({ sent, got: expected })
      expectNoSecret(got, sent)
      // Else this test would say nothing.
      expect(seen.status).toBeLessThan(500)
    }
  })

  test('gets and does at every route, the desk too, what it would if nobody else were there', async () => {
    const { whole, openOnly, tokens } = await openBoth()
    const [ids, otherIds] = [await enterAll(whole, true), await enterAll(openOnly, false)]
    const statuses = new Map<string, Set<number>>()
    for (const [may, collections] of LIMITED_KEYS) {
      const token = await keyOf(whole, may, collections)
      const otherToken = await keyOf(openOnly, may, collections)
      for (const sent of ALL_REQUESTS) {
        const { method = 'GET', path } = sent
        // What it changes would be changed in one server only.
        const isChange = path.startsWith('/desk/api') && method !== 'GET'
        if (!isChange) await send(whole.app, tokens.everything, sent, ids)
        const [got, expected] = [
          await send(whole.app, token, sent, ids),
          await send(openOnly.app, otherToken, sent, otherIds),
        ]
        expect({ may, collections, sent, got }).toEqual({ may, collections, sent, got: expected })
        expectNoSecret(got, sent)
        const isForbidden = path.startsWith('/desk') && !may.includes('desk')
        expect({ may, sent, isRefused: !isForbidden || got.status === 403 }).toEqual({
          may,
          sent,
          isRefused: true,
        })
        statuses.set(
          `${method} ${path}`,
          (statuses.get(`${method} ${path}`) ?? new Set()).add(got.status),
        )
      }
    }
    // Else this test would say nothing: each change that a key may make was made.
    const succeeded = [...statuses].filter(([, all]) => [...all].some((status) => status < 300))
    expect(succeeded.map(([request]) => request)).toEqual(
      expect.arrayContaining([
        'POST /desk/api/uploads',
        'POST /desk/api/words',
        'PUT /desk/api/vouched/{openAnswer}',
        'DELETE /desk/api/vouched/{openAnswer}',
        'DELETE /desk/api/words/{openWord}',
        'GET /desk/api/questions/{openQuestion}',
        'DELETE /desk/api/questions/{openQuestion}',
        'DELETE /desk/api/questions/groups/{openGroup}',
      ]),
    )
  }, 120_000)

  test('sees less than a key for all', async () => {
    const { whole, tokens } = await openBoth()
    const { body } = await send(whole.app, tokens.everything, { path: '/documents' })
    expect(body).toMatch(/vaulted-zeppelin.*wildcard/s)
    const ask = { path: '/ask', method: 'POST', body: { question: QUESTIONS[1] } }
    expect((await send(whole.app, tokens.everything, ask)).body).toContain('"answered":true')
    expect((await send(whole.app, tokens.whole, ask)).body).not.toContain('over Quixotown')
  })

  test('cannot read, continue, judge or forget a conversation of somebody who sees more', async () => {
    const { whole, tokens } = await openBoth()
    const ask = async (token: string, body: object) => {
      const response = await whole.app.request('http://127.0.0.1/ask', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      })
      return { status: response.status, json: z.looseObject({}).parse(await response.json()) }
    }
    const question = 'What does the zeppelinity hunt?'
    const { json } = await ask(tokens.everything, { question })
    const conversationId = String(json['conversationId'])
    const path = `/conversations/${conversationId}`
    const judged = { conversationId, question, helpful: true }
    const statuses = [
      (await ask(tokens.whole, { question: 'And at night?', conversationId })).status,
      (await send(whole.app, tokens.whole, { path })).status,
      (await send(whole.app, tokens.whole, { path, method: 'DELETE' })).status,
      (await send(whole.app, tokens.whole, { path: '/feedback', method: 'POST', body: judged }))
        .status,
    ]
    expect(statuses).toEqual([404, 404, 404, 404])
    expect((await send(whole.app, tokens.everything, { path })).status).toBe(200)
  })

  test('can use its own conversations, and whoever sees all can read them', async () => {
    const { whole, tokens } = await openBoth()
    const asked = { path: '/ask', method: 'POST', body: { question: 'When do owls hunt?' } }
    const response = await whole.app.request('http://127.0.0.1/ask', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${tokens.whole}` },
      body: JSON.stringify(asked.body),
    })
    const { conversationId } = z
      .looseObject({ conversationId: z.string() })
      .parse(await response.json())
    for (const token of [tokens.whole, tokens.everything]) {
      const { status } = await send(whole.app, token, { path: `/conversations/${conversationId}` })
      expect(status).toBe(200)
    }
  })
})

/** A body without the parts of it that only repeat the request. */
function withoutEcho(body: string, sent: string): string {
  const words =
    sent.match(
      /[\w-]*(?:zeppelin|zepelin|quixotown|wildcard|vaulted|shattered|QZO|quartermain)[\w-]*/gi,
    ) ?? []
  return words.reduce((rest, word) => rest.replaceAll(word, ''), body)
}

function expectNoSecret(got: Got, { path, body = '', says = '' }: Sent): void {
  // Whoever asked a question sees it at the desk.
  const asked = path.startsWith('/desk/api/questions') ? QUESTIONS.join(' ') : ''
  const echoed = JSON.stringify(body) + decodeURIComponent(path) + says + asked
  expect(withoutEcho(got.body, echoed)).not.toMatch(SECRETS)
}

describe('the rights of a key', () => {
  const RIGHTS: readonly (readonly [string, KeyRight | 'read'])[] = [
    ['/ask?question=owls', 'ask'],
    ['/v1/models', 'ask'],
    ['/conversations/nothing', 'ask'],
    ['/verify', 'verify'],
    ['/documents', 'read'],
    ['/problems', 'read'],
    ['/metrics', 'metrics'],
    ['/desk/api/nothing', 'desk'],
  ]

  test.each<KeyRight>(['ask', 'verify', 'desk', 'metrics'])(
    'to %s open what they are for, and nothing else',
    async (right) => {
      const server = await openWords()
      const token = await keyOf(server, [right])
      for (const [path, needed] of RIGHTS) {
        const { status } = await send(server.app, token, { path })
        const isOpen = needed === right || (needed === 'read' && right !== 'metrics')
        expect([path, status === 403]).toEqual([path, !isOpen])
        expect(status).not.toBe(401)
      }
    },
  )

  test('are told to whoever lacks one', async () => {
    const server = await openWords()
    const { body } = await send(server.app, await keyOf(server, ['verify']), {
      path: '/ask?question=owls',
    })
    expect(JSON.parse(body).detail).toBe(
      '“Ada” may not do this. It may: verify, read. Ask the operator of this server for a key with the right.',
    )
  })

  test('decide which tools a client of the Model Context Protocol gets', async () => {
    const server = await openWords()
    const toolsOf = async (right: KeyRight) => {
      const { body } = await send(server.app, await keyOf(server, [right]), mcp('tools/list'))
      return [...body.matchAll(/"name":"(ask|search|fetch|verify)"/g)].map(([, name]) => name)
    }
    expect(await toolsOf('ask')).toEqual(['ask', 'search', 'fetch'])
    expect(await toolsOf('verify')).toEqual(['fetch', 'verify'])
  })
})

describe('a created key', () => {
  test('closes the server to requests without one, and stays needed when it is revoked', async () => {
    const server = await openWords()
    const statusOf = async (token: string | null) =>
      (await send(server.app, token, { path: '/ask?question=owls' })).status
    expect(await statusOf(null)).toBe(200)
    const { token, key } = await server.service.keys.create({
      name: 'Ada',
      may: ['ask'],
      collections: null,
      expiresAtMs: null,
    })
    expect([await statusOf(null), await statusOf(token)]).toEqual([401, 200])
    await server.service.keys.revoke(key.id)
    expect([await statusOf(null), await statusOf(token)]).toEqual([401, 401])
  })

  test('opens nothing once it has expired, nor with another secret', async () => {
    const server = await openWords()
    const token = await keyOf(server, ['ask'])
    const wrong = token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A')
    const path = '/ask?question=owls'
    expect((await send(server.app, wrong, { path })).status).toBe(401)
    const expiring = await server.service.keys.create({
      name: 'Eve',
      may: ['ask'],
      collections: null,
      expiresAtMs: Date.now() + 60_000,
    })
    expect((await send(server.app, expiring.token, { path })).status).toBe(200)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 })
    onTestFinished(() => void vi.useRealTimers())
    expect((await send(server.app, expiring.token, { path })).status).toBe(401)
  })

  test('is kept as a hash: nothing that is stored opens anything', async () => {
    const server = await openWords()
    const token = await keyOf(server, ['ask'])
    const listed = JSON.stringify(await server.service.keys.list())
    expect(listed).not.toContain(token.slice(11))
    expect(listed).toContain('"name":"Ada"')
  })

  test('goes beside the keys of the settings, which may all but use the desk', async () => {
    const server = await openWords({ apiKeys: ['correct-horse-battery'] })
    const ofSettings = 'correct-horse-battery'
    for (const path of ['/ask?question=owls', '/documents', '/verify', '/metrics']) {
      expect((await send(server.app, ofSettings, { path })).status).toBe(200)
    }
    expect((await send(server.app, ofSettings, { path: '/desk/api/documents' })).status).toBe(403)
    const token = await keyOf(server, ['ask'])
    expect((await send(server.app, token, { path: '/ask?question=owls' })).status).toBe(200)
  })
})

describe('people without a key', () => {
  test('see only the public collections, where there are some', async () => {
    const options = {
      apiKeys: ['correct-horse-battery'],
      publicRoutes: ['questions', 'documents'] as const,
      publicCollections: ['open'],
    }
    const { app } = await openWords(options, { files: { ...OPEN, ...HIDDEN } })
    const documents = z.array(z.object({ id: z.string() }))
    const { body } = await send(app, null, { path: '/documents' })
    expect(documents.parse(JSON.parse(body)).map(({ id }) => id)).toEqual([
      'open-badgers',
      'open-owls',
    ])
    for (const path of ['/', '/llms.txt', '/v1/models', '/ask?question=what+does+it+hunt']) {
      expect((await send(app, null, { path })).body).not.toMatch(SECRETS)
    }
  })

  test('read no metrics where they do not see all', async () => {
    const { app } = await openWords({ publicCollections: ['open'] }, { files: OPEN })
    expect((await send(app, null, { path: '/documents' })).status).toBe(200)
    expect((await send(app, null, { path: '/metrics' })).status).toBe(401)
  })

  test('may send any text as a key where they need none', async () => {
    const { app } = await openWords()
    expect((await send(app, 'sk-whatever', { path: '/ask?question=owls' })).status).toBe(200)
  })
})
