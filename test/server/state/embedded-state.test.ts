import { randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { openEmbeddedState } from '../../../server/state/embedded/embedded-state.ts'
import type { State } from '../../../server/state/state.ts'
import { withFullDisk } from '../../support/full-disk.ts'
import { temporaryFolder } from '../../support/temporary.ts'
import { asked } from './question-conformance.ts'
import { addTo, describeState, turnsOf } from './state-conformance.ts'
import { answeredTurn, unansweredTurn } from './turns.ts'

const DAY_MS = 24 * 3_600_000
const LIMITS = { conversationTtlMs: 3_600_000, maxTurns: 10 }

const FILES = [
  ['conversations.sqlite', 'conversations-unreadable', /remove it/],
  ['feedback.sqlite', 'feedback-unreadable', /move it away/],
  ['questions.sqlite', 'questions-unreadable', /move it away/],
  ['slack.sqlite', 'slack-memory-unreadable', /remove it/],
  ['desk.sqlite', 'desk-unreadable', /restore it from a backup/],
  ['webhooks.sqlite', 'webhooks-unreadable', /remove it/],
] as const

describeState('embedded', async () => {
  const dataDir = await temporaryFolder()
  return (limits) => openEmbeddedState({ dataDir, legacyDir: dataDir, ...limits })
})

async function openIn(dataDir: string): Promise<State> {
  const state = await openEmbeddedState({ dataDir, legacyDir: dataDir, ...LIMITS })
  onTestFinished(() => state.close())
  return state
}

/** Writes to each store. */
const WRITES: readonly [string, (state: State) => Promise<unknown>][] = [
  ['a turn', (state) => state.conversations.begin(unansweredTurn('one'))],
  ['feedback', (state) => state.feedback.give('reply', unansweredTurn('one'), true)],
  ['a delivery of Slack', (state) => state.slack.claim('Ev1')],
  ['a record', (state) => state.records.add('word', { id: randomUUID(), json: '{}' })],
  ['a question', (state) => state.questions.record([asked('one?')])],
  ['a reply in Slack', (state) => state.slack.keepReply(unansweredTurn('one'))],
  ['a webhook', (state) => state.webhooks.add([{ id: '1', address: 'here', body: '{}' }])],
]

test('a missing folder is created', async () => {
  const dataDir = path.join(await temporaryFolder(), 'deep', 'data')
  expect(await (await openIn(dataDir)).feedback.all()).toEqual([])
})

test('a file in place of the folder is an error that names the setting', async () => {
  const file = path.join(await temporaryFolder(), 'data')
  await writeFile(file, '')
  for (const dataDir of [file, path.join(file, 'below')]) {
    await expect(openIn(dataDir)).rejects.toMatchObject({
      code: 'setting-invalid',
      message: expect.stringMatching(/^DATA_DIR is .* not a folder/),
    })
  }
})

test('a deleted conversation leaves no text in the file, even if another conversation has the same answer', async () => {
  const dataDir = await temporaryFolder()
  const state = await openEmbeddedState({ dataDir, legacyDir: dataDir, ...LIMITS })
  const secret = answeredTurn('who?', 'A word that nobody else says: xylotomous.')
  const first = await state.conversations.begin(secret)
  const second = await state.conversations.begin(secret)
  await state.conversations.forget(first)
  expect(await turnsOf(state.conversations, second)).toEqual([secret])
  await state.conversations.forget(second)
  await state.close()
  const bytes = await readFile(path.join(dataDir, 'conversations.sqlite'))
  expect(bytes.includes('xylotomous')).toBe(false)
})

test('a question that is as old as questions are kept leaves no text in the file', async () => {
  const dataDir = await temporaryFolder()
  vi.useFakeTimers({ toFake: ['Date', 'setInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const kept = { ...LIMITS, keepQuestionsMs: 2 * DAY_MS, maxQuestions: 2 }
  const state = await openEmbeddedState({ dataDir, legacyDir: dataDir, ...kept })
  const now = Date.now()
  const found = [{ documentId: 'a', title: 'b', start: 0, end: 1, text: 'Quockerwodger.' }]
  const vector = Float32Array.of(0.1234)
  await state.questions.record([asked('Xylotomous?', { askedAtMs: now, found, vector })])
  await state.questions.judge({ interpretedAs: 'xylotomous?', collections: null }, 'name', true)
  vi.advanceTimersByTime(2 * DAY_MS)
  await state.questions.record([asked('Borborygm?', { askedAtMs: now + 2 * DAY_MS - 1 })])
  await state.questions.record([asked('two?', { askedAtMs: now + 2 * DAY_MS })])
  await state.questions.record([asked('three?', { askedAtMs: now + 2 * DAY_MS })])
  vi.advanceTimersByTime(60_000)
  await state.close()
  const bytes = (await readFile(path.join(dataDir, 'questions.sqlite'))).toString('latin1')
  expect(bytes).not.toMatch(/xylotomous|quockerwodger/i)
  expect(bytes).not.toContain(Buffer.from(vector.buffer).toString('latin1'))
  // More than may be kept: the one that nobody asked for the longest time is gone.
  expect(bytes).not.toMatch(/borborygm/i)
  expect(bytes).toContain('two?')
})

test('feedback does not contain the name of its reply, which may give access to a conversation', async () => {
  const dataDir = await temporaryFolder()
  const state = await openEmbeddedState({ dataDir, legacyDir: dataDir, ...LIMITS })
  await state.feedback.give('the-id-of-a-conversation', unansweredTurn('one'), true)
  await state.close()
  const bytes = await readFile(path.join(dataDir, 'feedback.sqlite'))
  expect(bytes.includes('the-id-of-a-conversation')).toBe(false)
})

describe.each(FILES)('%s', (name, code, remedy) => {
  test('that is not a database is an error with a remedy', async () => {
    const dataDir = await temporaryFolder()
    const text = 'not a database, but long enough to be taken for the header of one. '.repeat(9)
    await writeFile(path.join(dataDir, name), text)
    await expect(openIn(dataDir)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(remedy),
    })
    expect(await readFile(path.join(dataDir, name), 'utf8')).toBe(text)
  })

  test('without its tables is an error with a remedy', async () => {
    const dataDir = await temporaryFolder()
    await (await openEmbeddedState({ dataDir, legacyDir: dataDir, ...LIMITS })).close()
    change(path.join(dataDir, name), (database) => {
      database.exec(
        ['answers', 'feedback', 'records', 'webhooks', 'kept_hours']
          .map((table) => `DROP TABLE IF EXISTS ${table};`)
          .join(''),
      )
    })
    await expect(openIn(dataDir)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(remedy),
    })
  })

  test('of a newer version is an error that says so, and stays unchanged', async () => {
    const dataDir = await temporaryFolder()
    const file = path.join(dataDir, name)
    await (await openEmbeddedState({ dataDir, legacyDir: dataDir, ...LIMITS })).close()
    change(file, (database) => database.pragma('user_version = 99'))
    const before = await readFile(file)
    await expect(openIn(dataDir)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/written by a newer version of Footnote/),
    })
    expect(await readFile(file)).toEqual(before)
  })

  test('that another process locks is reported as busy on a write', async () => {
    const dataDir = await temporaryFolder()
    const state = await openIn(dataDir)
    const other = new Database(path.join(dataDir, name))
    onTestFinished(() => void other.close())
    other.exec('BEGIN IMMEDIATE')
    const outcomes = await Promise.allSettled(WRITES.map(([, write]) => write(state)))
    const codes = outcomes.map((outcome) =>
      outcome.status === 'rejected' ? String(outcome.reason.code) : 'written',
    )
    expect(codes).toContain('storage-busy')
    expect(codes).toContain('written')
    expect(new Set(codes).size).toBe(2)
  })
})

test.skipIf(process.platform !== 'linux').each(WRITES)(
  'a full disk is told when %s is written, and it is written when there is room',
  async (_, write) => {
    const state = await openIn(await temporaryFolder())
    await withFullDisk(1, async () => {
      await expect(write(state)).rejects.toMatchObject({ code: 'disk-full' })
    })
    await write(state)
  },
)

test('webhooks older than two days, and the oldest beyond 10,000, are forgotten', async () => {
  const dataDir = await temporaryFolder()
  const first = await openEmbeddedState({ dataDir, legacyDir: dataDir, ...LIMITS })
  const numbered = Array.from({ length: 10_003 }, (_, i) => String(i))
  await first.webhooks.add(numbered.map((id) => ({ id, address: 'here', body: '{}' })))
  await first.close()
  change(path.join(dataDir, 'webhooks.sqlite'), (database) => {
    database.exec(`UPDATE webhooks SET added = added - ${2 * 86_400_000 + 1} WHERE id = '10002'`)
  })
  const { webhooks } = await openIn(dataDir)
  expect(await webhooks.waiting()).toBe(10_000)
  const [oldest] = await webhooks.lease({ address: 'here', max: 1, leaseMs: 1000 })
  expect(oldest?.id).toBe('2')
})

test('a file that failed is reported again when it comes back after more than an hour', async () => {
  const dataDir = await temporaryFolder()
  const { webhooks } = await openIn(dataDir)
  const news = [{ subject: 'a', deliveries: [{ id: 'again', address: 'here', body: '{}' }] }]
  await webhooks.addNews('file', [{ subject: 'a', deliveries: [] }])
  await webhooks.addNews('file', [])
  await webhooks.addNews('file', news)
  expect(await webhooks.waiting()).toBe(0)
  await webhooks.addNews('file', [])
  const other = new Database(path.join(dataDir, 'webhooks.sqlite'))
  onTestFinished(() => void other.close())
  other.exec('UPDATE news SET gone = gone - 3600001')
  await webhooks.addNews('file', news)
  expect(await webhooks.waiting()).toBe(1)
})

test('1,000 conversations of 10 turns do not grow the memory of the process', async () => {
  const { conversations } = await openIn(await temporaryFolder())
  const run = async (count: number) => {
    for (let i = 0; i < count; i += 1) {
      const id = await conversations.begin(unansweredTurn('question 0'))
      for (let j = 1; j < 10; j += 1)
        await addTo(conversations, id, unansweredTurn(`question ${j}`))
    }
    return process.memoryUsage().rss
  }
  const before = await run(200)
  const after = await run(1000)
  expect(after - before).toBeLessThan(64 * 1024 * 1024)
}, 60_000)

function change(file: string, work: (database: Database.Database) => void): void {
  const database = new Database(file)
  work(database)
  database.pragma('journal_mode = DELETE')
  database.pragma('journal_mode = WAL')
  database.close()
}
