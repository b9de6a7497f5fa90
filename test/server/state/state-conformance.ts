import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { ConversationLimits, State } from '../../../server/state/state.ts'
import { storedReply } from '../../../server/state/stored.ts'
import { answeredTurn, unansweredTurn } from './turns.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Opens the state in one place. Each call opens the same state, even while it is already open. */
export type OpenState = (limits: ConversationLimits) => Promise<State>

/**
 * Tests that an engine keeps the contract of `State`.
 *
 * @param newPlace prepares a place for an empty state, and returns a function that opens it
 */
export function describeState(engine: string, newPlace: () => Promise<OpenState>): void {
  const withLimits = async (limits: Partial<ConversationLimits> = {}) => {
    const open = await newPlace()
    return async () => {
      const state = await open({ conversationTtlMs: HOUR_MS, maxTurns: 10, ...limits })
      let isOpen = true
      const close = async () => {
        if (isOpen) await state.close()
        isOpen = false
      }
      onTestFinished(close)
      return { ...state, close }
    }
  }
  const openNew = async (limits: Partial<ConversationLimits> = {}) => (await withLimits(limits))()

  describe(`conversations, ${engine}`, () => {
    test('keep their turns complete, separate and in order', async () => {
      const { conversations } = await openNew()
      const [first, second] = await Promise.all([
        conversations.begin(answeredTurn('one')),
        conversations.begin(unansweredTurn('other')),
      ])
      expect(await conversations.add(first, unansweredTurn('two'))).toBe(true)
      expect(await conversations.turns(first)).toEqual([answeredTurn('one'), unansweredTurn('two')])
      expect(await conversations.turns(second)).toEqual([unansweredTurn('other')])
    })

    test('have ids that cannot be guessed', async () => {
      const { conversations } = await openNew()
      const ids = await Promise.all(
        Array.from({ length: 20 }, () => conversations.begin(unansweredTurn('one'))),
      )
      expect(new Set(ids).size).toBe(20)
      expect(ids.join('\n')).toMatch(/^[\w-]{22,64}(?:\n[\w-]{22,64})*$/)
    })

    test('store concurrent turns, each in its own conversation', async () => {
      const { conversations } = await openNew()
      const ids = await Promise.all(
        Array.from({ length: 50 }, (_, i) => conversations.begin(answeredTurn(`first ${i}`))),
      )
      const added = await Promise.all([
        ...ids.map((id, i) => conversations.add(id, answeredTurn(`second ${i}`))),
        conversations.add('nobody', unansweredTurn('one')),
      ])
      expect(added).toEqual([...ids.map(() => true), false])
      for (const [i, id] of ids.entries()) {
        expect(await conversations.turns(id)).toEqual([
          answeredTurn(`first ${i}`),
          answeredTurn(`second ${i}`),
        ])
      }
    })

    test('keep only the last turns, up to the limit', async () => {
      const { conversations } = await openNew({ maxTurns: 2 })
      const id = await conversations.begin(unansweredTurn('one'))
      for (const question of ['two', 'three']) {
        await conversations.add(id, unansweredTurn(question))
      }
      const turns = await conversations.turns(id)
      expect(turns?.map(({ question }) => question)).toEqual(['two', 'three'])
    })

    test('are forgotten some time after the last turn', async () => {
      fakeClock()
      const { conversations } = await openNew()
      const id = await conversations.begin(unansweredTurn('one'))
      vi.advanceTimersByTime(0.9 * HOUR_MS)
      expect(await conversations.add(id, unansweredTurn('two'))).toBe(true)
      vi.advanceTimersByTime(0.9 * HOUR_MS)
      expect(await conversations.turns(id)).toHaveLength(2)
      vi.advanceTimersByTime(0.2 * HOUR_MS)
      expect(await conversations.turns(id)).toBeNull()
      expect(await conversations.add(id, unansweredTurn('three'))).toBe(false)
      expect(await conversations.forget(id)).toBe(false)
    })

    test('are forgotten at once on request', async () => {
      const { conversations } = await openNew()
      const id = await conversations.begin(unansweredTurn('one'))
      expect(await conversations.forget(id)).toBe(true)
      expect(await conversations.turns(id)).toBeNull()
      expect(await conversations.forget(id)).toBe(false)
      expect(await conversations.turns('nobody')).toBeNull()
    })

    test('keep an answer that a forgotten conversation shared', async () => {
      const { conversations } = await openNew()
      const [first, second] = await Promise.all([
        conversations.begin(answeredTurn('one')),
        conversations.begin(answeredTurn('two')),
      ])
      await conversations.forget(first)
      expect(await conversations.turns(second)).toEqual([answeredTurn('two')])
    })

    test('survive a restart', async () => {
      const open = await withLimits()
      const before = await open()
      const id = await before.conversations.begin(answeredTurn('one'))
      await before.close()
      const after = await open()
      expect(await after.conversations.turns(id)).toEqual([answeredTurn('one')])
    })

    test('are kept when the clock is set back a day, and forgotten when it is set forward', async () => {
      fakeClock()
      const { conversations } = await openNew({ conversationTtlMs: DAY_MS / 2 })
      const id = await conversations.begin(unansweredTurn('one'))
      const now = Date.now()
      vi.setSystemTime(now - DAY_MS)
      expect(await conversations.add(id, unansweredTurn('two'))).toBe(true)
      expect(await conversations.turns(id)).toHaveLength(2)
      vi.setSystemTime(now + DAY_MS)
      expect(await conversations.turns(id)).toBeNull()
      const next = await conversations.begin(unansweredTurn('one'))
      expect(await conversations.add(next, unansweredTurn('two'))).toBe(true)
    })

    test('list the searched questions without an answer, the last asked first', async () => {
      const { conversations } = await openNew()
      const id = await conversations.begin(unansweredTurn('once?'))
      await conversations.add(id, unansweredTurn('twice?'))
      await conversations.add(id, answeredTurn('answered?'))
      await conversations.add(id, { ...unansweredTurn('thanks'), searched: false })
      await conversations.begin({ ...unansweredTurn('and that?'), interpretedAs: 'twice?' })
      expect(await conversations.unanswered()).toEqual([
        { question: 'twice?', times: 2 },
        { question: 'once?', times: 1 },
      ])
      await conversations.forget(id)
      expect(await conversations.unanswered()).toEqual([{ question: 'twice?', times: 1 }])
    })
  })

  describe(`feedback, ${engine}`, () => {
    test('is kept with the whole reply and nothing else, latest first, over a restart', async () => {
      fakeClock()
      const open = await withLimits()
      const { feedback, close } = await open()
      await feedback.give('first', answeredTurn('one'), true)
      const givenAtMs = Date.now()
      vi.advanceTimersByTime(1000)
      await feedback.give('second', unansweredTurn('two'), false)
      await close()
      const reopened = await open()
      expect(await reopened.feedback.all()).toEqual([
        {
          ...storedReply.parse(unansweredTurn('two')),
          helpful: false,
          givenAtMs: givenAtMs + 1000,
        },
        { ...storedReply.parse(answeredTurn('one')), helpful: true, givenAtMs },
      ])
    })

    test('of the same name replaces the earlier one', async () => {
      const { feedback } = await openNew()
      await feedback.give('reply', unansweredTurn('one'), true)
      await feedback.give('reply', unansweredTurn('one'), false)
      expect(await feedback.all()).toMatchObject([{ question: 'one', helpful: false }])
    })

    test('is kept when the clock is set back', async () => {
      fakeClock()
      const { feedback } = await openNew()
      await feedback.give('first', unansweredTurn('one'), true)
      vi.setSystemTime(Date.now() - DAY_MS)
      await feedback.give('second', unansweredTurn('two'), false)
      expect(await feedback.all()).toHaveLength(2)
    })
  })

  describe(`Slack, ${engine}`, () => {
    test('deliveries are claimed once, also after they are handled and after a restart', async () => {
      const open = await withLimits()
      const { slack, close } = await open()
      const claims = await Promise.all([
        slack.claim('Ev1', '{"n":1}'),
        slack.claim('Ev1', '{"n":1}'),
      ])
      expect(claims.toSorted()).toEqual([false, true])
      await slack.markHandled('Ev1')
      expect(await slack.claim('Ev1', '{"n":1}')).toBe(false)
      await close()
      const reopened = await open()
      expect(await reopened.slack.claim('Ev1', '{"n":1}')).toBe(false)
    })

    test('deliveries that were not handled are given again after a restart, oldest first', async () => {
      fakeClock()
      const open = await withLimits()
      const { slack, close } = await open()
      for (const id of ['Ev2', 'Ev1', 'Ev3']) {
        await slack.claim(id, `{"id":"${id}"}`)
        vi.advanceTimersByTime(10)
      }
      await slack.claim('command', null)
      await slack.markHandled('Ev3')
      await close()
      const reopened = await open()
      expect(await reopened.slack.unhandled()).toEqual([
        { id: 'Ev2', event: '{"id":"Ev2"}' },
        { id: 'Ev1', event: '{"id":"Ev1"}' },
      ])
    })

    test('deliveries older than 15 minutes are not given again, and stay claimed', async () => {
      fakeClock()
      const { slack } = await openNew()
      await slack.claim('Ev1', '{}')
      vi.advanceTimersByTime(14 * MINUTE_MS)
      expect(await slack.unhandled()).toHaveLength(1)
      vi.advanceTimersByTime(2 * MINUTE_MS)
      expect(await slack.unhandled()).toEqual([])
      vi.advanceTimersByTime(20 * HOUR_MS)
      expect(await slack.claim('Ev1', '{}')).toBe(false)
      vi.advanceTimersByTime(5 * HOUR_MS)
      expect(await slack.claim('Ev1', '{}')).toBe(true)
    })

    test('places are remembered for 30 days, with the last conversation or without one', async () => {
      fakeClock()
      const { slack } = await openNew()
      expect(await slack.isKnownPlace('place')).toBe(false)
      await slack.keepPlace('place', null)
      expect(await slack.isKnownPlace('place')).toBe(true)
      expect(await slack.conversationOf('place')).toBeNull()
      for (const conversationId of ['first', 'second']) {
        await slack.keepPlace('place', conversationId)
        expect(await slack.conversationOf('place')).toBe(conversationId)
      }
      expect(await slack.isKnownPlace('another')).toBe(false)
      vi.advanceTimersByTime(29 * DAY_MS)
      expect(await slack.isKnownPlace('place')).toBe(true)
      vi.advanceTimersByTime(2 * DAY_MS)
      expect(await slack.isKnownPlace('place')).toBe(false)
    })

    test('replies are found by the id of their buttons for a day, over a restart', async () => {
      fakeClock()
      const open = await withLimits()
      const before = await open()
      const reply = storedReply.parse(answeredTurn('one'))
      const buttonId = await before.slack.keepReply(answeredTurn('one'))
      expect(buttonId).toMatch(/^[\w-]{22,64}$/)
      await before.close()
      const { slack } = await open()
      expect(await slack.replyOf(buttonId)).toEqual(reply)
      expect(await slack.replyOf('nobody')).toBeNull()
      vi.advanceTimersByTime(25 * HOUR_MS)
      expect(await slack.replyOf(buttonId)).toBeNull()
    })
  })

  test(`two open handles share one state, ${engine}`, async () => {
    const open = await withLimits()
    const [first, second] = [await open(), await open()]
    const id = await first.conversations.begin(unansweredTurn('one'))
    expect(await second.conversations.add(id, unansweredTurn('two'))).toBe(true)
    await first.feedback.give('reply', unansweredTurn('one'), false)
    expect(await second.feedback.all()).toHaveLength(1)
    expect(await second.conversations.unanswered()).toHaveLength(2)
    expect(await first.slack.claim('Ev1', null)).toBe(true)
    expect(await second.slack.claim('Ev1', null)).toBe(false)
  })
}

function fakeClock(): void {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval'] })
  onTestFinished(() => void vi.useRealTimers())
}
