import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { homedir, tmpdir } from 'node:os'
import { expect, onTestFinished, test } from 'vitest'
import { answer } from '../../server/answer/answer-schema.ts'
import { exchange } from '../../devtools/stress/exchange.ts'
import { faultsOf } from '../../devtools/stress/faults.ts'
import { storm } from '../../devtools/stress/storm.ts'
import { PROJECT } from '../support/project.ts'
import { SECRET, serveSlack } from '../support/serve-slack.ts'
import { post } from '../support/serve-words.ts'

const SEED = 20_201

const SECRETS = [
  { what: 'the folder of the project', text: PROJECT },
  { what: 'the home folder', text: `${homedir()}/` },
  { what: 'the folder of temporary files', text: `${tmpdir()}/` },
  { what: 'a folder of packages', text: 'node_modules' },
  { what: 'an error of SQLite', text: 'SQLITE' },
  { what: 'package.json', text: '"allowScripts"' },
  { what: '/etc/passwd', text: 'root:x:' },
]

test('no generated request makes the server fail, hang, misquote or leak internals', async () => {
  const { url } = await serveSlack()
  const asked = await Promise.all(
    ['hi', 'When do cats sleep?'].map((question) => post(url, { question })),
  )
  const conversations = await Promise.all(asked.map(async (it) => answer.parse(await it.json())))
  const ids = ['cats', 'hostile']
  const texts = await Promise.all(
    ids.map(async (id) => [id, await (await fetch(`${url}/documents/${id}/text`)).text()] as const),
  )
  const known = {
    host: new URL(url).host,
    documentIds: ids,
    conversationIds: conversations.map(({ conversationId }) => conversationId),
    slackSecret: SECRET,
  }
  const { faults, statuses } = await storm({
    url,
    known,
    seed: SEED,
    requests: 600,
    from: () => '127.0.0.1',
    limitMs: 10_000,
    secrets: SECRETS,
    texts: new Map(texts),
  })
  expect(faults).toEqual([])
  // The requests reached all of these outcomes.
  for (const status of [200, 400, 403, 404, 405, 413, 415])
    expect([...statuses.keys()]).toContain(status)
  expect((await post(url, { question: 'When do cats sleep?' })).status).toBe(200)
})

test('the checks detect each kind of fault', async () => {
  const wrongs: RequestListener[] = [
    (_, response) => response.writeHead(500).end(),
    (_, response) => response.writeHead(503).end(),
    (_, response) => response.writeHead(404, { 'Content-Type': 'text/plain' }).end('no'),
    (_, response) => response.setHeader('X-From', `${PROJECT}server`).end(),
    (_, response) => response.end(new Error('oops').stack),
    (_, response) => response.end('{"answered":true}'),
    (request) => request.socket.destroy(),
    () => {},
  ]
  const found = await Promise.all(
    wrongs.map(async (wrong) => {
      const server = createServer(wrong).listen(0, '127.0.0.1')
      onTestFinished(() => void server.close())
      await once(server, 'listening')
      const address = server.address()
      const port = typeof address === 'object' ? address?.port : ''
      const bytes = Buffer.from('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
      const options = { from: '127.0.0.1', limitMs: 500 }
      const result = await exchange(
        `http://127.0.0.1:${port}`,
        { bytes, isMalformed: false },
        options,
      )
      return faultsOf(result, { secrets: SECRETS.slice(0, 1), texts: new Map() })
    }),
  )
  expect(found.map((faults) => faults.at(-1))).toEqual([
    'status 500',
    '503 without Retry-After',
    'status 404 as text/plain',
    'it shows the folder of the project',
    'it shows a stack',
    'an answer that does not match its schema',
    'no answer',
    'the connection was hung',
  ])
})
