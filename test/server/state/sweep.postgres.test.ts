import { Client } from 'pg'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { openDatabase } from '../../../index/postgres/database.ts'
import { openPostgresState } from '../../../server/state/postgres/postgres-state.ts'
import { execute, POSTGRES_URL, temporaryDatabase } from '../../support/postgres.ts'
import { asked } from './question-conformance.ts'
import { turnsOf } from './state-conformance.ts'
import { answeredTurn, unansweredTurn } from './turns.ts'

const HOUR_MS = 3_600_000
const LIMITS = { conversationTtlMs: HOUR_MS, maxTurns: 10 }

/** Opens the state as a server does whose clock differs by `aheadMs`, and closes it when its first sweep has ended. */
async function sweepBy(url: string, aheadMs: number): Promise<void> {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + aheadMs })
  try {
    const database = openDatabase(url)
    const state = await openPostgresState(database, LIMITS)
    await state.close()
    await database.close()
  } finally {
    vi.useRealTimers()
  }
}

async function open(url: string) {
  const database = openDatabase(url)
  onTestFinished(() => database.close())
  return openPostgresState(database, LIMITS)
}

describe.skipIf(POSTGRES_URL === undefined)('what is too old in PostgreSQL', () => {
  test('is not what a server takes for old whose clock is ahead', async () => {
    const url = await temporaryDatabase()
    const { conversations, slack } = await open(url)
    const id = await conversations.begin(unansweredTurn('one'))
    const button = await slack.keepReply(answeredTurn('one'))
    await slack.keepPlace('place', id)
    await sweepBy(url, 40 * 24 * HOUR_MS)
    expect(await turnsOf(conversations, id)).toHaveLength(1)
    expect(await slack.replyOf(button)).not.toBeNull()
    expect(await slack.isKnownPlace('place')).toBe(true)
  })

  test('is removed, also by a server whose clock is behind', async () => {
    const url = await temporaryDatabase()
    const { conversations } = await open(url)
    await conversations.begin(unansweredTurn('old'))
    await execute(url, `UPDATE footnote_state.conversations SET used = used - ${2 * HOUR_MS}`)
    const id = await conversations.begin(unansweredTurn('new'))
    await sweepBy(url, -24 * HOUR_MS)
    const { rows } = await execute(url, 'SELECT id FROM footnote_state.conversations')
    expect(rows).toEqual([{ id }])
  })

  test('is removed of questions by the hour, with their vectors and judgements', async () => {
    const url = await temporaryDatabase()
    const limits = { ...LIMITS, keepQuestionsMs: 24 * HOUR_MS, maxQuestions: 2 }
    const database = openDatabase(url)
    onTestFinished(() => database.close())
    const state = await openPostgresState(database, LIMITS)
    const { questions } = state
    const vector = Float32Array.of(1)
    const now = Date.now()
    await questions.record([
      asked('old?', { askedAtMs: now - 25 * HOUR_MS, vector }),
      asked('one?', { askedAtMs: now - 25 * HOUR_MS }),
      asked('one?', { askedAtMs: now - 2 * HOUR_MS, vector }),
      asked('two?', { askedAtMs: now - HOUR_MS }),
      asked('three?', { askedAtMs: now }),
    ])
    await questions.judge({ interpretedAs: 'old?', collections: null }, 'name', true)
    await state.close()
    const counted = `SELECT (SELECT string_agg(question, ' ' ORDER BY id) FROM footnote_state.kept_questions) AS questions,
      (SELECT count(*) FROM footnote_state.kept_hours)::integer AS hours,
      (SELECT count(*) FROM footnote_state.kept_vectors)::integer AS vectors,
      (SELECT count(*) FROM footnote_state.kept_judgements)::integer AS judgements`
    await (await openPostgresState(database, LIMITS)).close()
    expect((await execute(url, counted)).rows).toMatchObject([{ hours: 5, judgements: 1 }])
    const sweeping = await openPostgresState(database, limits)
    onTestFinished(() => sweeping.close())
    await vi.waitFor(async () => {
      const { rows } = await execute(url, counted)
      expect(rows).toEqual([{ questions: '"two?" "three?"', hours: 2, vectors: 0, judgements: 0 }])
    }, 10_000)
  })

  test('is removed all, however much it is, and also where the rest is locked or gone', async () => {
    const url = await temporaryDatabase()
    const { feedback } = await open(url)
    await feedback.give('name', answeredTurn('one'), true)
    await execute(
      url,
      `INSERT INTO footnote_state.conversations (id, used, version) SELECT n, 0, 1 FROM generate_series(1, 9000) AS n;
       INSERT INTO footnote_state.places (place, used) SELECT n, 0 FROM generate_series(1, 9000) AS n;
       INSERT INTO footnote_state.feedback (id, given, helpful, reply)
         SELECT n, 0, true, '' FROM generate_series(1, 15000) AS n;
       INSERT INTO footnote_state.requests (client, requests, ends)
         SELECT n::text::bytea, 1, now() FROM generate_series(1, 9000) AS n;
       INSERT INTO footnote_state.webhooks (id, address, added, body)
         SELECT n, 'here', CASE WHEN n > 9000 THEN 2000000000000000 ELSE 0 END, '{}' FROM generate_series(1, 21000) AS n;
       DROP TABLE footnote_state.replies`,
    )
    const locking = new Client({ connectionString: url })
    await locking.connect()
    onTestFinished(() => locking.end())
    await locking.query('BEGIN; LOCK TABLE footnote_state.deliveries')
    await locking.query(`SELECT FROM footnote_state.conversations WHERE id = '1' FOR UPDATE`)
    const database = openDatabase(url)
    onTestFinished(() => database.close())
    const failed = vi.fn<(error: Error) => void>()
    const state = await openPostgresState(database, LIMITS, { worked: () => {}, failed })
    onTestFinished(() => state.close())
    const counted = `SELECT (SELECT count(*) FROM footnote_state.conversations)::integer AS conversations,
      (SELECT count(*) FROM footnote_state.places)::integer AS places,
      (SELECT count(*) FROM footnote_state.feedback)::integer AS feedback,
      (SELECT count(*) FROM footnote_state.requests)::integer AS requests,
      (SELECT count(*) FROM footnote_state.webhooks)::integer AS webhooks`
    await vi.waitFor(async () => {
      const { rows } = await execute(url, counted)
      expect(rows).toEqual([
        { conversations: 1, places: 0, feedback: 10_000, requests: 0, webhooks: 10_000 },
      ])
    }, 20_000)
    const told = failed.mock.calls.map(([error]) => error.message).join('\n')
    expect(told).toMatch(/too slow: .*lock timeout/)
    expect(told).toMatch(/lacks what conversations are kept in: .*footnote_state\.replies.*backup/)
  })
})
