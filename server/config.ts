import { availableParallelism } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { FootnoteError } from '../index/errors.ts'
import type { InferenceOptions } from '../index/inference/inference.ts'
import type { RemoteModels } from '../index/inference/types.ts'
import type { VisibleCollections } from './access/caller.ts'
import { isNetwork, type ProxyRules } from './access/proxied-users.ts'
import { isPostgresUrl, POSTGRES_URL_FORM } from '../index/postgres/postgres-url.ts'
import { EVENT_NAMES, type EventName } from './webhooks/event-names.ts'

const PROJECT_DIR = fileURLToPath(new URL('..', import.meta.url))

/**
 * How many processes run the models for questions, where there are as many cores: more would gain little for one question, and each
 * takes memory.
 */
const QUESTION_PROCESSES = 2

/** How many processes embed documents, where there are as many cores. Each takes about 160 MB. */
const MAX_BUILD_PROCESSES = 8

/** How many calls each machine with models gets at the same time: it has as many processes, where it has as many cores. */
const CALLS_OF_EACH_MACHINE = 2

const folder = (name: string) =>
  z
    .string()
    .default(path.join(PROJECT_DIR, name))
    .transform((given) => path.resolve(given))
    .describe('a folder')
const model = (name: string) =>
  z.string().default(name).describe('the name of a folder in MODELS_DIR')
const wholeNumber = (min: number, max: number) =>
  z.string().regex(/^\d+$/).transform(Number).pipe(z.number().min(min).max(max))
const commaSeparated = z
  .string()
  .default('')
  .transform((value) => value.split(',').flatMap((item) => item.trim() || []))
const timeSpan = z
  .string()
  .regex(/^[1-9]\d{0,5}[mhd]$/)
  .transform(toMilliseconds)
const headerName = z.string().regex(/^[\w-]{1,100}$/)
const apiKey = z.string().regex(/^[\w.~+/-]{16,}=*$/)
/** Null: all. */
const collections = commaSeparated.transform((names) => (names.length === 0 ? null : names))
const groupWithCollections = z
  .string()
  .regex(/^[^=]+=[^=]+$/)
  .transform((text): readonly [string, VisibleCollections] => {
    const [group = '', names = ''] = text.split('=')
    return [group, names === '*' ? null : names.split('+')]
  })
const zeroOrOne = z
  .enum(['0', '1'])
  .default('0')
  .transform((value) => value === '1')
  .describe('0 or 1')

const bytes = z.string().regex(/^\d{1,6}(?:\.\d{1,3})?[kMGT]B$/)
const BYTES = 'a number of kB, MB, GB or TB, such as 500MB'

const WATCH_BY = { '0': 'nothing', '1': 'events', poll: 'poll' } as const

/** The settings. The description of each lists its valid values, for the message about a wrong value. */
const schema = z.object({
  HOST: z.string().default('127.0.0.1').describe('an address or host name to listen on'),
  PORT: wholeNumber(0, 65_535)
    .default(8787)
    .describe('a whole number from 0 to 65535 (0: any free port)'),
  DOCUMENTS_DIR: folder('documents'),
  WATCH: z
    .enum(['0', '1', 'poll'])
    .transform((value) => WATCH_BY[value])
    .optional()
    .describe('0, 1 or poll'),
  DATABASE_URL: z
    .string()
    .refine(isPostgresUrl)
    .optional()
    .describe(`the address of a PostgreSQL database, ${POSTGRES_URL_FORM}`),
  INDEX_DIR: folder('index/built'),
  DATA_DIR: folder('data'),
  MIN_FREE_SPACE: bytes.default('1GB').transform(toBytes).describe(BYTES),
  MAX_DOCUMENTS_SIZE: bytes.transform(toBytes).optional().describe(BYTES),
  MODELS_DIR: folder('models'),
  EMBEDDING_MODEL: model('bge-small-en-v1.5'),
  RERANKER_MODEL: model('ms-marco-MiniLM-L-12-v2'),
  READER_MODEL: model('footnote-reader'),
  INFERENCE_PROCESSES: wholeNumber(1, 64).optional().describe('a whole number from 1 to 64'),
  INFERENCE_URL: commaSeparated
    .transform((addresses) => addresses.map((address) => address.replace(/\/$/, '')))
    .pipe(z.array(z.string().refine(isAddress).refine(isOrigin)))
    .describe(
      'the addresses of machines with models, such as http://10.0.0.5:8787, separated by commas',
    ),
  INFERENCE_KEY: apiKey.optional().describe('one of the API_KEYS of the machines with models'),
  MIN_CONFIDENCE: z
    .string()
    .regex(/^\d*\.?\d+$/)
    .transform(Number)
    .pipe(z.number().min(0).max(1))
    .optional()
    .describe('a number from 0 to 1'),
  CONVERSATION_TTL: timeSpan
    .prefault('24h')
    .describe('a number of minutes, hours or days, such as 90m, 24h or 7d'),
  KEEP_QUESTIONS: z
    .string()
    .regex(/^(?:0|[1-9]\d{0,3}d)$/)
    .default('0')
    .transform((value) => (value === '0' ? 0 : toMilliseconds(value)))
    .describe('0, or a number of days, such as 30d'),
  CONVERSATION_MAX_TURNS: wholeNumber(1, 1000)
    .default(50)
    .describe('a whole number from 1 to 1000'),
  ALLOWED_ORIGINS: commaSeparated
    .pipe(z.array(z.string().refine(isOrigin)))
    .describe('web origins such as https://example.org, separated by commas'),
  API_KEYS: commaSeparated
    .pipe(z.array(apiKey))
    .describe('keys of at least 16 of the characters A-Z a-z 0-9 . _ ~ + / -, separated by commas'),
  PUBLIC_ROUTES: commaSeparated
    .pipe(z.array(z.enum(['questions', 'documents'])))
    .describe('questions, documents, or both, separated by a comma'),
  PUBLIC_COLLECTIONS: collections.describe('names of collections, separated by commas'),
  LINK_TTL: timeSpan.optional().describe('a number of minutes, hours or days, such as 12h or 7d'),
  TRUSTED_USER_HEADER: headerName
    .optional()
    .describe('the name of a header, such as X-Forwarded-User'),
  TRUSTED_GROUPS_HEADER: headerName
    .optional()
    .describe('the name of a header, such as X-Forwarded-Groups'),
  TRUSTED_ADDRESSES: commaSeparated
    .pipe(z.array(z.string().refine(isNetwork)))
    .describe('addresses or networks such as 10.0.0.5 or 10.0.0.0/8, separated by commas'),
  GROUP_COLLECTIONS: commaSeparated
    .pipe(z.array(groupWithCollections))
    .describe(
      'groups with their collections, such as legal=contracts+policies,board=*, where * stands for all',
    ),
  DESK_GROUPS: commaSeparated.describe('names of groups, separated by commas'),
  RATE_LIMIT: wholeNumber(0, 1_000_000)
    .default(300)
    .describe('a whole number from 0 (no limit) to 1000000'),
  TRUST_PROXY: wholeNumber(0, 10)
    .default(0)
    .describe('the number of proxies in front, from 0 to 10'),
  PUBLIC_URL: z
    .string()
    .refine(isAddress)
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .describe(
      'the http or https address that people reach this server by, such as https://ask.example.org',
    ),
  SLACK_SIGNING_SECRET: z
    .string()
    .regex(/^\S+$/)
    .optional()
    .describe('the signing secret of the Slack app'),
  SLACK_BOT_TOKEN: z
    .string()
    .regex(/^xoxb-\S+$/)
    .optional()
    .describe('the bot token of the Slack app, which begins with xoxb-'),
  SLACK_COLLECTIONS: collections.describe('names of collections, separated by commas'),
  SLACK_API_URL: z
    .string()
    .refine(isAddress)
    .transform((url) => url.replace(/\/*$/, '/'))
    .default('https://slack.com/api/')
    .describe('the http or https address of the Slack Web API'),
  WEBHOOK_URLS: commaSeparated
    .pipe(z.array(z.string().refine(isAddress).refine(hasNoUser)))
    .describe(
      'http or https addresses without a user name, separated by commas (a comma inside is %2C)',
    ),
  WEBHOOK_SECRET: z
    .string()
    .regex(/^\S{16,}$/)
    .optional()
    .describe('a secret of at least 16 characters without spaces'),
  WEBHOOK_EVENTS: commaSeparated
    .pipe(z.array(z.enum(EVENT_NAMES)))
    .describe(`${EVENT_NAMES.join(', ')}, or several of them, separated by commas`),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('fatal, error, warn, info, debug, trace or silent'),
  LOG_QUESTIONS: zeroOrOne,
  ALLOW_MODEL_DOWNLOAD: zeroOrOne,
})

const SECRET_SETTINGS: ReadonlySet<string> = new Set([
  'API_KEYS',
  'DATABASE_URL',
  'INFERENCE_KEY',
  'INFERENCE_URL',
  'SLACK_SIGNING_SECRET',
  'SLACK_BOT_TOKEN',
  'WEBHOOK_URLS',
  'WEBHOOK_SECRET',
])

type Settings = z.output<typeof schema>

/** The validated settings. */
export interface Config {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  readonly documentsDir: string
  /** How changes of the documents are noticed; null: by events, if the server runs on a terminal. */
  readonly watch: (typeof WATCH_BY)[keyof typeof WATCH_BY] | null
  /** The PostgreSQL database of the index and of what people said; null: both are files. */
  readonly databaseUrl: string | null
  readonly indexDir: string
  /** For a process that answers questions. */
  readonly inference: InferenceOptions
  /** For a process that only builds an index. */
  readonly buildInference: InferenceOptions
  /** The lowest calibrated confidence (0 to 1) at which a sentence counts as an answer; null: the one that the desk sets, or the default. */
  readonly minConfidence: number | null
  /** The folder with conversations, feedback, and what Slack needs. */
  readonly dataDir: string
  /** How long after its last turn a conversation is forgotten. */
  readonly conversationTtlMs: number
  /** What uploads leave free on the disks of the documents and of `dataDir`, in bytes. */
  readonly minFreeBytes: number
  /** How much the files of all documents may have before no more are taken, in bytes; null: there is no limit. */
  readonly maxDocumentsBytes: number | null
  /** How long questions are kept for those who look after the documents; 0: no question is kept. */
  readonly keepQuestionsMs: number
  /** The number of turns that are kept of each conversation. */
  readonly maxTurns: number
  /** Origins whose pages may ask, in addition to the server's own. */
  readonly allowedOrigins: readonly string[]
  /** Bearer keys; empty: no key is needed. */
  readonly apiKeys: readonly string[]
  /** The routes that need no key although there are keys. */
  readonly publicRoutes: Settings['PUBLIC_ROUTES']
  /** The collections that requests without a key see; null: all. */
  readonly publicCollections: VisibleCollections
  /** How long a link in an answer opens its document for people without a key, at least; null: links open nothing. */
  readonly linkTtlMs: number | null
  /** A proxy that signs people in; null: there is none. */
  readonly proxy: ProxyRules | null
  /** Requests of each kind that one client may make per minute; 0: no limit. */
  readonly requestsPerMinute: number
  /** The number of proxies in front of the server whose `X-Forwarded-For` entries are trusted. */
  readonly trustedProxies: number
  /** Whether the log contains the questions. */
  readonly logQuestions: boolean
  /** The URL at which people reach the server, without a `/` at its end; null: the one that it listens on. */
  readonly publicUrl: string | null
  /** Null where Slack is not configured. */
  readonly slack: SlackConfig | null
  /** Null where no webhooks are configured. */
  readonly webhooks: WebhookConfig | null
  readonly logLevel: Settings['LOG_LEVEL']
}

/** How the server connects to a Slack app. */
export interface SlackConfig {
  readonly signingSecret: string
  readonly botToken: string
  /** The collections that people in Slack see; null: all. */
  readonly collections: VisibleCollections
  /** The URL of the Web API, with a `/` at its end. */
  readonly apiUrl: string
}

/** What is reported to which addresses. */
export interface WebhookConfig {
  /** At least one. They may contain secrets. */
  readonly urls: readonly string[]
  /** Signs what is sent. */
  readonly secret: string
  readonly events: readonly EventName[]
}

/** The URL of a server by its address or host name, without a `/` at its end. */
export function httpUrl(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/**
 * Reads the settings; an empty variable counts as not set. Throws `setting-invalid` with one line that
 * names the variable, its value (unless it is secret) and its valid values.
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = schema.safeParse(given)
  if (!parsed.success) throw wrongSetting(parsed.error, given)
  const settings = parsed.data
  const inference = inferenceOptions(settings)
  return {
    host: settings.HOST,
    port: settings.PORT,
    documentsDir: settings.DOCUMENTS_DIR,
    watch: settings.WATCH ?? null,
    databaseUrl: settings.DATABASE_URL ?? null,
    indexDir: settings.INDEX_DIR,
    inference,
    buildInference: {
      ...inference,
      processes: processesOf(settings, MAX_BUILD_PROCESSES),
      loadsFor: 'documents',
    },
    minConfidence: settings.MIN_CONFIDENCE ?? null,
    dataDir: settings.DATA_DIR,
    conversationTtlMs: settings.CONVERSATION_TTL,
    keepQuestionsMs: settings.KEEP_QUESTIONS,
    maxTurns: settings.CONVERSATION_MAX_TURNS,
    minFreeBytes: settings.MIN_FREE_SPACE,
    maxDocumentsBytes: settings.MAX_DOCUMENTS_SIZE ?? null,
    allowedOrigins: settings.ALLOWED_ORIGINS,
    apiKeys: settings.API_KEYS,
    publicRoutes: settings.PUBLIC_ROUTES,
    publicCollections: settings.PUBLIC_COLLECTIONS,
    linkTtlMs: settings.LINK_TTL ?? null,
    proxy: proxyRules(settings),
    requestsPerMinute: settings.RATE_LIMIT,
    trustedProxies: settings.TRUST_PROXY,
    logQuestions: settings.LOG_QUESTIONS,
    publicUrl: settings.PUBLIC_URL ?? null,
    slack: slackConfig(settings),
    webhooks: webhookConfig(settings),
    logLevel: settings.LOG_LEVEL,
  }
}

function inferenceOptions(settings: Settings): InferenceOptions {
  return {
    modelsDir: settings.MODELS_DIR,
    embeddingModel: settings.EMBEDDING_MODEL,
    rerankerModel: settings.RERANKER_MODEL,
    readerModel: settings.READER_MODEL,
    allowDownload: settings.ALLOW_MODEL_DOWNLOAD,
    processes: processesOf(settings, QUESTION_PROCESSES),
    remote: remoteModels(settings),
  }
}

/** How many processes run the models, or calls of other machines at the same time; `most` where the settings do not say. */
function processesOf({ INFERENCE_PROCESSES, INFERENCE_URL }: Settings, most: number): number {
  if (INFERENCE_PROCESSES !== undefined) return INFERENCE_PROCESSES
  return CALLS_OF_EACH_MACHINE * INFERENCE_URL.length || Math.min(availableParallelism(), most)
}

function remoteModels({ INFERENCE_URL, INFERENCE_KEY }: Settings): RemoteModels | null {
  if (INFERENCE_URL.length === 0) return null
  return { addresses: INFERENCE_URL, key: INFERENCE_KEY ?? null }
}

function proxyRules(settings: Settings): ProxyRules | null {
  const { TRUSTED_USER_HEADER, TRUSTED_ADDRESSES, GROUP_COLLECTIONS } = settings
  if (TRUSTED_USER_HEADER === undefined) return null
  if (TRUSTED_ADDRESSES.length === 0) {
    throw new FootnoteError(
      'setting-invalid',
      'TRUSTED_USER_HEADER is set, and TRUSTED_ADDRESSES is not. Set it to the addresses of the proxy that signs people in: anybody could send the header otherwise.',
    )
  }
  return {
    addresses: TRUSTED_ADDRESSES,
    userHeader: TRUSTED_USER_HEADER,
    groupsHeader: settings.TRUSTED_GROUPS_HEADER ?? null,
    groupCollections: GROUP_COLLECTIONS.length === 0 ? null : new Map(GROUP_COLLECTIONS),
    deskGroups: settings.DESK_GROUPS,
  }
}

function slackConfig(settings: Settings): SlackConfig | null {
  const { SLACK_SIGNING_SECRET: signingSecret, SLACK_BOT_TOKEN: botToken } = settings
  if (signingSecret !== undefined && botToken !== undefined) {
    const { SLACK_API_URL: apiUrl, SLACK_COLLECTIONS } = settings
    return { signingSecret, botToken, apiUrl, collections: SLACK_COLLECTIONS }
  }
  if (signingSecret === undefined && botToken === undefined) return null
  const missing = signingSecret === undefined ? 'SLACK_SIGNING_SECRET' : 'SLACK_BOT_TOKEN'
  const given = signingSecret === undefined ? 'SLACK_BOT_TOKEN' : 'SLACK_SIGNING_SECRET'
  throw new FootnoteError(
    'setting-invalid',
    `${given} is set, and ${missing} is not. Set both to answer in Slack, or neither.`,
  )
}

function webhookConfig(settings: Settings): WebhookConfig | null {
  const { WEBHOOK_URLS: urls, WEBHOOK_SECRET: secret, WEBHOOK_EVENTS: events } = settings
  if (urls.length > 0 && secret !== undefined) {
    return { urls, secret, events: events.length > 0 ? events : EVENT_NAMES }
  }
  if (urls.length === 0 && secret === undefined) return null
  const missing = secret === undefined ? 'WEBHOOK_SECRET' : 'WEBHOOK_URLS'
  const given = secret === undefined ? 'WEBHOOK_URLS' : 'WEBHOOK_SECRET'
  throw new FootnoteError(
    'setting-invalid',
    `${given} is set, and ${missing} is not. Set both to send webhooks, or neither.`,
  )
}

function wrongSetting(error: z.ZodError, given: NodeJS.ProcessEnv): FootnoteError {
  const name = String(error.issues[0]?.path[0])
  const validValues = Object.entries(schema.shape).find(([key]) => key === name)?.[1].description
  const was = SECRET_SETTINGS.has(name) ? 'its value is not shown' : `it was "${given[name]}"`
  return new FootnoteError('setting-invalid', `${name} takes ${validValues}; ${was}.`)
}

function isOrigin(value: string): boolean {
  return URL.canParse(value) && new URL(value).origin === value
}

function isAddress(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
}

function hasNoUser(url: string): boolean {
  const { username, password } = new URL(url)
  return username === '' && password === ''
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

function toMilliseconds(duration: string): number {
  return Number(duration.slice(0, -1)) * (UNIT_MS[duration.slice(-1)] ?? 0)
}

const UNIT_BYTES: Readonly<Record<string, number>> = { k: 1e3, M: 1e6, G: 1e9, T: 1e12 }

function toBytes(size: string): number {
  return Math.round(Number(size.slice(0, -2)) * (UNIT_BYTES[size.slice(-2, -1)] ?? 0))
}
