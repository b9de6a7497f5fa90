import { copyFile, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { quoteUrl } from '../../../server/answer/quote-url.ts'
import { storedReplyToJson } from '../../../server/answer/stored-reply.ts'
import { openEmbeddedState } from '../../../server/state/embedded/embedded-state.ts'
import type { State } from '../../../server/state/state.ts'
import { temporaryFolder } from '../../support/temporary.ts'
import { turnsOf } from './state-conformance.ts'
import { unansweredTurn } from './turns.ts'

/**
 * Files that the code of commit 8193372 wrote: conversations of version 2 whose last turns are in the write-ahead log, as a
 * killed process left them; feedback of version 1; the Slack store of version 1. `expected.json` has the conversation as
 * that version gave it over HTTP, with the fields that it stored but did not give.
 */
const FIXTURES = fileURLToPath(new URL('../../fixtures/state-before/', import.meta.url))
const NAMES = [
  'conversations.sqlite',
  'conversations.sqlite-wal',
  'feedback.sqlite',
  'slack.sqlite',
]

/** When the fixtures were written. */
const WRITTEN_AT_MS = Date.parse('2026-01-02T03:04:05Z')

interface Expected {
  conversationId: string
  otherConversationId: string
  buttonId: string
  turns: (ReturnType<typeof storedReplyToJson> & {
    searched: boolean
    focus: unknown
    beliefs: unknown
  })[]
}

let expected: Expected
let legacyDir: string
let dataDir: string

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: WRITTEN_AT_MS + 60_000 })
  onTestFinished(() => void vi.useRealTimers())
  const folder = await temporaryFolder()
  legacyDir = path.join(folder, 'index')
  dataDir = path.join(folder, 'data')
  await mkdir(legacyDir)
  expected = JSON.parse(await readFile(path.join(FIXTURES, 'expected.json'), 'utf8'))
})

async function placeFixtures(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const name of NAMES) await copyFile(path.join(FIXTURES, name), path.join(folder, name))
}

async function open(): Promise<State> {
  const limits = { conversationTtlMs: 3_600_000, maxTurns: 10 }
  const state = await openEmbeddedState({ dataDir, legacyDir, ...limits })
  onTestFinished(() => state.close())
  return state
}

/** The quotes of an older turn, with the empty values of what replies have only since then. */
function withoutNewer({
  quotes,
  closest,
}: Pick<(typeof expected)['turns'][number], 'quotes' | 'closest'>) {
  const plain = (all: typeof quotes) =>
    Array.from(all, (quote) => {
      const selector = [expect.objectContaining({ type: 'TextQuoteSelector', exact: quote.text })]
      const unknown = { rects: [], version: null, original: null, selector }
      return {
        ...quote,
        highlight: null,
        vouched: null,
        alsoIn: [],
        citation: { ...quote.citation, ...unknown },
      }
    })
  return { quotes: plain(quotes), alsoOnThis: [], closest: plain(closest) }
}

async function expectEverything({ conversations, feedback, slack }: State): Promise<void> {
  const { conversationId, otherConversationId, buttonId, turns } = expected
  const [first] = turns
  if (!first) throw new Error('the fixture has no turns')
  const kept = (await turnsOf(conversations, conversationId)) ?? []
  const asJson = Array.from(kept, (turn) => ({ ...turn, ...storedReplyToJson(turn, quoteUrl) }))
  expect(asJson).toEqual(
    Array.from(turns, ({ focus: _focus, beliefs: _beliefs, ...turn }) => {
      return { ...turn, ...withoutNewer(turn), added: [], requestId: null, visible: null }
    }),
  )
  expect(await turnsOf(conversations, otherConversationId)).toHaveLength(1)
  expect(await conversations.unanswered()).toEqual([
    { question: 'How do I reset my password?', times: 1 },
  ])

  const [given, ...others] = await feedback.all()
  if (!given) throw new Error('the feedback is lost')
  const { helpful, givenAtMs, ...reply } = given
  expect({ helpful, givenAtMs, others }).toEqual({
    helpful: false,
    givenAtMs: WRITTEN_AT_MS,
    others: [],
  })
  const { question, interpretedAs, answered, answer, confidence } = first
  const json = { question, interpretedAs, answered, answer, confidence, ...withoutNewer(first) }
  expect(storedReplyToJson(reply, quoteUrl)).toEqual(json)

  const button = await slack.replyOf(buttonId)
  expect(button && storedReplyToJson(button, quoteUrl)).toEqual(json)
  expect(await slack.conversationOf('T0TEAM C0GENERAL 100.1')).toBe(conversationId)
  expect(await slack.claim('Ev2')).toBe(false)
  const unhandled = await slack.lease({ server: 'a', max: 9, leaseMs: 1000 })
  await slack.release(
    'a',
    unhandled.map(({ id }) => id),
    0,
  )
  expect(unhandled.map(({ id }) => id)).toEqual(['Ev1'])
  expect(JSON.parse(unhandled[0]?.event ?? '')).toMatchObject({
    type: 'event_callback',
    event: { text: 'When do cats sleep?' },
  })
}

describe('older files in INDEX_DIR', () => {
  test('are moved to DATA_DIR with all their contents', async () => {
    await placeFixtures(legacyDir)
    await expectEverything(await open())
    expect(await readdir(legacyDir)).toEqual([])
  })

  test('are moved once, so that a restart keeps later turns and deletions', async () => {
    await placeFixtures(legacyDir)
    const before = await open()
    await before.conversations.forget(expected.conversationId)
    const id = await before.conversations.begin(unansweredTurn('new?'))
    await before.close()
    const after = await open()
    expect(await turnsOf(after.conversations, expected.conversationId)).toBeNull()
    expect(await turnsOf(after.conversations, id)).toHaveLength(1)
    expect(await after.feedback.all()).toHaveLength(1)
  })

  test('are not moved if DATA_DIR has such files already', async () => {
    const before = await open()
    const id = await before.conversations.begin(unansweredTurn('new?'))
    await before.close()
    await placeFixtures(legacyDir)
    const after = await open()
    expect(await turnsOf(after.conversations, id)).toHaveLength(1)
    expect(await turnsOf(after.conversations, expected.conversationId)).toBeNull()
    expect(await readdir(legacyDir)).toEqual(NAMES)
  })

  test('are not moved while an older version uses them: the error says what to do', async () => {
    await placeFixtures(legacyDir)
    const other = new Database(path.join(legacyDir, 'feedback.sqlite'))
    other.prepare('SELECT count(*) FROM feedback').get()
    await expect(open()).rejects.toMatchObject({
      code: 'storage-busy',
      message: expect.stringMatching(/used by another Footnote.* Stop the other one/),
    })
    other.close()
    await expectEverything(await open())
    expect(await readdir(legacyDir)).toEqual([])
  })

  test('are not moved if they are damaged: the error names the file', async () => {
    await placeFixtures(legacyDir)
    const file = path.join(legacyDir, 'feedback.sqlite')
    await writeFile(file, 'x'.repeat(12_288))
    await expect(open()).rejects.toMatchObject({
      code: 'feedback-unreadable',
      message: expect.stringContaining(file),
    })
    expect(await readFile(file, 'utf8')).toBe('x'.repeat(12_288))
    expect(await readdir(dataDir)).not.toContain('feedback.sqlite')
  })
})

describe('after a process was killed during a move', () => {
  test('before the copy was complete, the next start copies again', async () => {
    await placeFixtures(legacyDir)
    await mkdir(dataDir)
    const temporary = path.join(dataDir, 'conversations.sqlite.tmp')
    await writeFile(temporary, 'half a file')
    await writeFile(`${temporary}-journal`, 'half a journal')
    await expectEverything(await open())
    const names = await readdir(dataDir)
    expect(names.filter((name) => name.includes('.tmp'))).toEqual([])
  })

  test('before the copy was renamed, the next start finishes the move', async () => {
    await placeFixtures(legacyDir)
    await writeFile(path.join(legacyDir, 'other.txt'), '')
    const old = path.join(legacyDir, 'conversations.sqlite')
    const database = new Database(old)
    database.pragma('journal_mode = DELETE')
    database.close()
    await rename(old, `${old}.moved`)
    await writeFile(`${old}-journal`, '')
    await expectEverything(await open())
    expect(await readdir(legacyDir)).toEqual(['other.txt'])
  })

  test('before the old file was removed, the next start removes it, but no file that an older version wrote later', async () => {
    await placeFixtures(legacyDir)
    await (await open()).close()
    await writeFile(path.join(legacyDir, 'feedback.sqlite.moved'), 'what was moved')
    await copyFile(path.join(FIXTURES, 'feedback.sqlite'), path.join(legacyDir, 'feedback.sqlite'))
    await expectEverything(await open())
    expect(await readdir(legacyDir)).toEqual(['feedback.sqlite'])
  })
})

test('older files in DATA_DIR are migrated once', async () => {
  await placeFixtures(dataDir)
  await (await open()).close()
  await expectEverything(await open())
})

test('a failed migration leaves the file unchanged', async () => {
  await placeFixtures(dataDir)
  const file = path.join(dataDir, 'feedback.sqlite')
  const database = new Database(file)
  database
    .prepare("INSERT INTO feedback (id, given, helpful, turn) VALUES ('bad', 1, 1, '{}')")
    .run()
  await expect(open()).rejects.toMatchObject({ code: 'feedback-unreadable' })
  expect(database.pragma('user_version', { simple: true })).toBe(1)
  expect(database.prepare('SELECT count(*) FROM feedback').pluck().get()).toBe(2)
  database.prepare("DELETE FROM feedback WHERE id = 'bad'").run()
  database.close()
  await expectEverything(await open())
})

test('conversations of version 1 are dropped, because no code reads them any more', async () => {
  await mkdir(dataDir)
  const database = new Database(path.join(dataDir, 'conversations.sqlite'))
  database.exec('CREATE TABLE turns (anything TEXT); PRAGMA user_version = 1')
  database.close()
  const { conversations } = await open()
  const id = await conversations.begin(unansweredTurn('new?'))
  expect(await turnsOf(conversations, id)).toHaveLength(1)
})
