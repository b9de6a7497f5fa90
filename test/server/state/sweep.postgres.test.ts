import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { openDatabase } from '../../../index/postgres/database.ts'
import { openPostgresState } from '../../../server/state/postgres/postgres-state.ts'
import { execute, POSTGRES_URL, temporaryDatabase } from '../../support/postgres.ts'
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
})
