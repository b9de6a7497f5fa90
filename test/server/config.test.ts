import { availableParallelism } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { readConfig } from '../../server/config.ts'

test('every setting has a default', () => {
  expect(readConfig({})).toMatchObject({
    host: '127.0.0.1',
    port: 8787,
    inference: {
      embeddingModel: 'bge-small-en-v1.5',
      processes: Math.min(2, availableParallelism()),
      allowDownload: false,
    },
    allowedOrigins: [],
    apiKeys: [],
    logLevel: 'info',
  })
})

test('DATA_DIR is a folder outside the index folder by default', () => {
  const { dataDir, indexDir } = readConfig({})
  expect(path.basename(dataDir)).toBe('data')
  expect(path.relative(indexDir, dataDir)).toMatch(/^\.\./)
  expect(readConfig({ DATA_DIR: 'some/where' }).dataDir).toBe(path.resolve('some/where'))
})

test('an empty variable counts as not set, a folder becomes absolute, and a list is split at commas', () => {
  const config = readConfig({
    PORT: '',
    DOCUMENTS_DIR: 'some/where',
    ALLOWED_ORIGINS: 'https://a.example, http://b.example:8080',
  })
  expect(config.port).toBe(8787)
  expect(config.documentsDir).toBe(path.resolve('some/where'))
  expect(config.allowedOrigins).toEqual(['https://a.example', 'http://b.example:8080'])
})

test.each([
  ['PORT', 'http'],
  ['PORT', '65536'],
  ['PORT', '1e3'],
  ['INFERENCE_PROCESSES', '0'],
  ['INFERENCE_PROCESSES', '65'],
  ['MIN_CONFIDENCE', '1.5'],
  ['MIN_CONFIDENCE', 'high'],
  ['CONVERSATION_TTL', '24'],
  ['CONVERSATION_TTL', '0h'],
  ['KEEP_QUESTIONS', '30'],
  ['KEEP_QUESTIONS', '12h'],
  ['CONVERSATION_MAX_TURNS', '0'],
  ['ALLOWED_ORIGINS', 'https://a.example/path'],
  ['ALLOWED_ORIGINS', '*'],
  ['LOG_LEVEL', 'loud'],
  ['ALLOW_MODEL_DOWNLOAD', 'yes'],
])('%s=%s is an error of one line that names the variable and its value', (name, value) => {
  const read = () => readConfig({ [name]: value })
  expect(read).toThrow(new RegExp(`^${name} takes [^\\n]+; it was "[^\\n]+"\\.$`))
  expect(read).toThrow(value)
})

test.each([
  ['90m', 5_400_000],
  ['24h', 86_400_000],
  ['7d', 604_800_000],
])('a duration may be in minutes, hours or days: %s', (given, ms) => {
  expect(readConfig({ CONVERSATION_TTL: given }).conversationTtlMs).toBe(ms)
})

test('the error about a wrong key does not contain the key', () => {
  expect(() => readConfig({ API_KEYS: 'short' })).toThrow(/^API_KEYS takes .*not shown\.$/)
  expect(() => readConfig({ API_KEYS: 'short' })).not.toThrow(/short/)
})

test('Slack needs both of its secrets or neither, and no error contains one', () => {
  const both = { SLACK_SIGNING_SECRET: 'secret', SLACK_BOT_TOKEN: 'xoxb-1' }
  expect(readConfig(both).slack).toMatchObject({
    signingSecret: 'secret',
    botToken: 'xoxb-1',
    apiUrl: 'https://slack.com/api/',
  })
  expect(readConfig({}).slack).toBeNull()
  expect(() => readConfig({ SLACK_BOT_TOKEN: 'xoxb-1' })).toThrow(
    /^SLACK_BOT_TOKEN is set, and SLACK_SIGNING_SECRET is not\. Set both/,
  )
  expect(() => readConfig({ SLACK_SIGNING_SECRET: 'secret' })).toThrow(/SLACK_BOT_TOKEN is not/)
  expect(() => readConfig({ ...both, SLACK_BOT_TOKEN: 'xoxp-1' })).toThrow(
    /begins with xoxb-; .*not shown/,
  )
})

test('webhooks need addresses and a secret, or neither, and report all events by default', () => {
  const both = {
    WEBHOOK_URLS: 'https://hook.example/x, http://10.0.0.5:9000/y?token=1',
    WEBHOOK_SECRET: 'correct-horse-battery',
  }
  expect(readConfig(both).webhooks).toEqual({
    urls: ['https://hook.example/x', 'http://10.0.0.5:9000/y?token=1'],
    secret: 'correct-horse-battery',
    events: ['answer.unanswered', 'answer.disliked', 'document.failed', 'index.published'],
  })
  const events = 'document.failed,index.published'
  expect(readConfig({ ...both, WEBHOOK_EVENTS: events }).webhooks?.events).toEqual(
    events.split(','),
  )
  expect(readConfig({}).webhooks).toBeNull()
  expect(() => readConfig({ WEBHOOK_URLS: both.WEBHOOK_URLS })).toThrow(
    /^WEBHOOK_URLS is set, and WEBHOOK_SECRET is not\. Set both/,
  )
  expect(() => readConfig({ WEBHOOK_SECRET: both.WEBHOOK_SECRET })).toThrow(/WEBHOOK_URLS is not/)
  expect(() => readConfig({ ...both, WEBHOOK_EVENTS: 'index.gone' })).toThrow(
    /^WEBHOOK_EVENTS takes answer\.unanswered, .*it was "index\.gone"\.$/,
  )
})

test('PUBLIC_URL loses its trailing slash', () => {
  expect(readConfig({ PUBLIC_URL: 'https://ask.example.org/docs/' }).publicUrl).toBe(
    'https://ask.example.org/docs',
  )
  expect(() => readConfig({ PUBLIC_URL: 'javascript:alert(1)' })).toThrow(/^PUBLIC_URL takes/)
})

test('public routes, the rate limit, trusted proxies and question logging can be set', () => {
  const settings = { PUBLIC_ROUTES: 'questions, documents', RATE_LIMIT: '0', TRUST_PROXY: '2' }
  expect(readConfig({ ...settings, LOG_QUESTIONS: '1' })).toMatchObject({
    publicRoutes: ['questions', 'documents'],
    requestsPerMinute: 0,
    trustedProxies: 2,
    logQuestions: true,
  })
  expect(() => readConfig({ PUBLIC_ROUTES: 'metrics' })).toThrow(/^PUBLIC_ROUTES takes questions/)
})

test('INFERENCE_URL names machines with models, and how many calls they get', () => {
  expect(readConfig({}).inference.remote).toBe(null)
  const INFERENCE_URL = 'http://10.0.0.5:8787/, https://models.example'
  const { inference } = readConfig({ INFERENCE_URL, INFERENCE_KEY: 'correct-horse-battery' })
  expect(inference).toMatchObject({
    remote: {
      addresses: ['http://10.0.0.5:8787', 'https://models.example'],
      key: 'correct-horse-battery',
    },
    processes: 4,
  })
  const more = readConfig({ INFERENCE_URL, INFERENCE_PROCESSES: '8' })
  expect(more.inference.processes).toBe(8)
})

test.each([
  ['INFERENCE_URL', 'http://user:secret@models.example'],
  ['INFERENCE_URL', 'http://models.example/secret'],
  ['INFERENCE_URL', 'ftp://secret.example'],
  ['INFERENCE_KEY', 'secret'],
  ['WEBHOOK_URLS', 'https://user:secret@hook.example'],
  ['WEBHOOK_URLS', 'ftp://secret.example'],
  ['WEBHOOK_SECRET', 'hunter2'],
])('%s=%s is wrong, and not shown', (name, value) => {
  const read = () => readConfig({ [name]: value })
  expect(read).toThrow(new RegExp(`^${name} takes [^\\n]+; its value is not shown\\.$`))
  expect(read).not.toThrow(value)
})
