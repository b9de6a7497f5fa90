import { randomUUID } from 'node:crypto'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type {
  Added,
  ConversationLimits,
  ConversationStore,
  Delivery,
  State,
  WebhookDelivery,
  WebhookNews,
} from '../../../server/state/state.ts'
import { storedReply, type StoredTurn } from '../../../server/state/stored.ts'
import { describeQuestions } from './question-conformance.ts'
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

  describeQuestions(engine, withLimits)

  describe(`conversations, ${engine}`, () => {
    test('keep their turns complete, separate and in order', async () => {
      const { conversations } = await openNew()
      const [first, second] = await Promise.all([
        conversations.begin(answeredTurn('one')),
        conversations.begin(unansweredTurn('other')),
      ])
      expect(await addTo(conversations, first, unansweredTurn('two'))).toBe('added')
      expect(await turnsOf(conversations, first)).toEqual([
        answeredTurn('one'),
        unansweredTurn('two'),
      ])
      expect(await turnsOf(conversations, second)).toEqual([unansweredTurn('other')])
    })

    test('keep turns with quotes in common each as it is', async () => {
      const { conversations } = await openNew()
      const turn = answeredTurn('one')
      const turns = [turn, { ...turn, answer: 'Another.' }, { ...turn, closest: [] }, turn]
      const ids = await Promise.all(Array.from(turns, (each) => conversations.begin(each)))
      const kept = await Promise.all(Array.from(ids, (id) => turnsOf(conversations, id)))
      expect(kept).toEqual(Array.from(turns, (each) => [each]))
    })

    test('have ids that cannot be guessed', async () => {
      const { conversations } = await openNew()
      const ids = await Promise.all(
        Array.from({ length: 20 }, () => conversations.begin(unansweredTurn('one'))),
      )
      expect(new Set(ids).size).toBe(20)
      expect(ids.join('\n')).toMatch(/^[\w-]{22,64}(?:\n[\w-]{22,64})*$/)
    })

    test('begin under an id that the caller gives', async () => {
      const { conversations } = await openNew()
      const id = randomUUID()
      expect(await conversations.begin(answeredTurn('one'), id)).toBe(id)
      expect(await addTo(conversations, id, unansweredTurn('two'))).toBe('added')
      expect(await turnsOf(conversations, id)).toEqual([answeredTurn('one'), unansweredTurn('two')])
    })

    test('store concurrent turns, each in its own conversation', async () => {
      const { conversations } = await openNew()
      const ids = await Promise.all(
        Array.from({ length: 50 }, (_, i) => conversations.begin(answeredTurn(`first ${i}`))),
      )
      const added = await Promise.all([
        ...ids.map((id, i) => conversations.add(id, answeredTurn(`second ${i}`), 1)),
        conversations.add('nobody', unansweredTurn('one'), 1),
      ])
      expect(added).toEqual([...ids.map(() => 'added'), 'unknown'])
      for (const [i, id] of ids.entries()) {
        expect(await turnsOf(conversations, id)).toEqual([
          answeredTurn(`first ${i}`),
          answeredTurn(`second ${i}`),
        ])
      }
    })

    test('take a turn only after the turns that it was made from', async () => {
      const { conversations } = await openNew({ maxTurns: 2 })
      const id = await conversations.begin(unansweredTurn('one'))
      const { version = 0 } = (await conversations.find(id)) ?? {}
      const both = await Promise.all([
        conversations.add(id, unansweredTurn('two'), version),
        conversations.add(id, unansweredTurn('other two'), version),
      ])
      expect(both.toSorted()).toEqual(['added', 'changed'])
      expect(await turnsOf(conversations, id)).toHaveLength(2)
      // The number of turns stays the same here, and the version does not.
      expect(await addTo(conversations, id, unansweredTurn('three'))).toBe('added')
      expect(await conversations.add(id, unansweredTurn('late'), version + 1)).toBe('changed')
      const turns = await turnsOf(conversations, id)
      expect(turns?.at(-1)?.question).toBe('three')
    })

    test('of a text with every kind of character are kept as they are', async () => {
      const { conversations } = await openNew()
      const turn = unansweredTurn('a\u0000b \ud800 \u{1F408} \\u0000 "quoted" \u2028')
      const id = await conversations.begin(turn)
      expect(await turnsOf(conversations, id)).toEqual([turn])
    })

    test('keep only the last turns, up to the limit', async () => {
      const { conversations } = await openNew({ maxTurns: 2 })
      const id = await conversations.begin(unansweredTurn('one'))
      for (const question of ['two', 'three']) {
        await addTo(conversations, id, unansweredTurn(question))
      }
      const turns = await turnsOf(conversations, id)
      expect(turns?.map(({ question }) => question)).toEqual(['two', 'three'])
    })

    test('are forgotten some time after the last turn', async () => {
      fakeClock()
      const { conversations } = await openNew()
      const id = await conversations.begin(unansweredTurn('one'))
      vi.advanceTimersByTime(0.9 * HOUR_MS)
      expect(await addTo(conversations, id, unansweredTurn('two'))).toBe('added')
      vi.advanceTimersByTime(0.9 * HOUR_MS)
      expect(await turnsOf(conversations, id)).toHaveLength(2)
      vi.advanceTimersByTime(0.2 * HOUR_MS)
      expect(await turnsOf(conversations, id)).toBeNull()
      expect(await addTo(conversations, id, unansweredTurn('three'))).toBe('unknown')
      expect(await conversations.forget(id)).toBe(false)
    })

    test('are forgotten at once on request', async () => {
      const { conversations } = await openNew()
      const id = await conversations.begin(unansweredTurn('one'))
      expect(await conversations.forget(id)).toBe(true)
      expect(await turnsOf(conversations, id)).toBeNull()
      expect(await conversations.forget(id)).toBe(false)
      expect(await turnsOf(conversations, 'nobody')).toBeNull()
    })

    test('keep an answer that a forgotten conversation shared', async () => {
      const { conversations } = await openNew()
      const [first, second] = await Promise.all([
        conversations.begin(answeredTurn('one')),
        conversations.begin(answeredTurn('two')),
      ])
      await conversations.forget(first)
      expect(await turnsOf(conversations, second)).toEqual([answeredTurn('two')])
    })

    test('survive a restart', async () => {
      const open = await withLimits()
      const before = await open()
      const id = await before.conversations.begin(answeredTurn('one'))
      await before.close()
      const after = await open()
      expect(await turnsOf(after.conversations, id)).toEqual([answeredTurn('one')])
    })

    test('are kept when the clock is set back a day, and forgotten when it is set forward', async () => {
      fakeClock()
      const { conversations } = await openNew({ conversationTtlMs: DAY_MS / 2 })
      const id = await conversations.begin(unansweredTurn('one'))
      const now = Date.now()
      vi.setSystemTime(now - DAY_MS)
      expect(await addTo(conversations, id, unansweredTurn('two'))).toBe('added')
      expect(await turnsOf(conversations, id)).toHaveLength(2)
      vi.setSystemTime(now + DAY_MS)
      expect(await turnsOf(conversations, id)).toBeNull()
      const next = await conversations.begin(unansweredTurn('one'))
      expect(await addTo(conversations, next, unansweredTurn('two'))).toBe('added')
    })

    test('list the searched questions without an answer, the last asked first', async () => {
      const { conversations } = await openNew()
      const id = await conversations.begin(unansweredTurn('once?'))
      await addTo(conversations, id, unansweredTurn('twice?'))
      await addTo(conversations, id, answeredTurn('answered?'))
      await addTo(conversations, id, { ...unansweredTurn('thanks'), searched: false })
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
    test('deliveries are accepted once, also after they are handled and after a restart', async () => {
      const open = await withLimits()
      const { slack, close } = await open()
      const accepted = await Promise.all([
        slack.accept(delivery('Ev1')),
        slack.accept(delivery('Ev1')),
      ])
      expect(accepted.toSorted()).toEqual([false, true])
      await slack.markHandled('Ev1')
      expect(await slack.accept(delivery('Ev1'))).toBe(false)
      await close()
      const reopened = await open()
      expect(await reopened.slack.accept(delivery('Ev1'))).toBe(false)
      expect(await reopened.slack.claim('Ev1')).toBe(false)
      expect(await reopened.slack.claim('command')).toBe(true)
      expect(await reopened.slack.claim('command')).toBe(false)
    })

    test('deliveries that were not handled are leased after a restart, the oldest of each place', async () => {
      const open = await withLimits()
      const { slack, close } = await open()
      await slack.accept(delivery('Ev2', 'here'))
      await slack.accept(delivery('Ev1', 'here'))
      await slack.accept(delivery('Ev3', 'there'))
      await slack.accept(delivery('Ev4', 'nowhere'))
      await slack.claim('command')
      await slack.markHandled('Ev4')
      await close()
      const reopened = await open()
      expect(await reopened.slack.waiting()).toBe(3)
      const leased = await reopened.slack.lease({ server: 'a', max: 100, leaseMs: 60_000 })
      expect(leased).toEqual([
        { id: 'Ev2', event: '{"id":"Ev2"}' },
        { id: 'Ev3', event: '{"id":"Ev3"}' },
      ])
      expect(await leaseAll(reopened)).toEqual([])
      await reopened.slack.markHandled('Ev2')
      expect(await leaseAll(reopened)).toEqual(['Ev1'])
      expect(await reopened.slack.waiting()).toBe(2)
    })

    test('only as many deliveries are leased as are wanted, oldest first', async () => {
      const { slack } = await openNew()
      for (const id of ['Ev3', 'Ev1', 'Ev2']) await slack.accept(delivery(id, id))
      const leased = await slack.lease({ server: 'a', max: 2, leaseMs: 60_000 })
      expect(leased.map(({ id }) => id)).toEqual(['Ev3', 'Ev1'])
    })

    test('a lease that runs out goes to another server, one that is renewed or another’s does not', async () => {
      const state = await openNew()
      const { slack } = state
      await slack.accept(delivery('Ev1', 'here'))
      await slack.accept(delivery('Ev2', 'there'))
      expect(await leaseAll(state, 'a', 100)).toEqual(['Ev1', 'Ev2'])
      await slack.renew('a', ['Ev2'], 60_000)
      await slack.renew('b', ['Ev1'], 60_000)
      await vi.waitFor(async () => expect(await leaseAll(state, 'b')).toEqual(['Ev1']))
      expect(await slack.holds('a', 'Ev1')).toBe(false)
      expect(await slack.holds('b', 'Ev1')).toBe(true)
      expect(await slack.holds('a', 'Ev2')).toBe(true)
      await slack.renew('a', ['Ev1'], 60_000)
      expect(await slack.holds('b', 'Ev1')).toBe(true)
      await slack.markHandled('Ev1')
      expect(await slack.holds('b', 'Ev1')).toBe(false)
    })

    test('leases that a server releases go to another one at once, or after a pause of their place', async () => {
      const state = await openNew()
      const { slack } = state
      await slack.accept(delivery('Ev1', 'here'))
      await slack.accept(delivery('Ev2', 'here'))
      await slack.accept(delivery('Ev3', 'there'))
      expect(await leaseAll(state, 'a')).toEqual(['Ev1', 'Ev3'])
      await slack.release('b', ['Ev1', 'Ev3'], 0)
      expect(await leaseAll(state, 'b')).toEqual([])
      await slack.release('a', ['Ev1'], 500)
      await slack.release('a', ['Ev3', 'Ev4'], 0)
      expect(await leaseAll(state, 'b')).toEqual(['Ev3'])
      expect(await slack.holds('a', 'Ev1')).toBe(false)
      await vi.waitFor(async () => expect(await leaseAll(state, 'b')).toEqual(['Ev1']))
    })

    test('deliveries older than 15 minutes are leased no more, and stay accepted for a day', async () => {
      fakeClock()
      const state = await openNew()
      const { slack } = state
      await slack.accept(delivery('Ev1'))
      vi.advanceTimersByTime(14 * MINUTE_MS)
      expect(await leaseAll(state)).toEqual(['Ev1'])
      await slack.release('server', ['Ev1'], 0)
      vi.advanceTimersByTime(2 * MINUTE_MS)
      expect(await leaseAll(state)).toEqual([])
      expect(await slack.waiting()).toBe(0)
      vi.advanceTimersByTime(20 * HOUR_MS)
      expect(await slack.accept(delivery('Ev1'))).toBe(false)
      vi.advanceTimersByTime(5 * HOUR_MS)
      expect(await slack.accept(delivery('Ev1'))).toBe(true)
      expect(await leaseAll(state)).toEqual(['Ev1'])
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

  describe(`records, ${engine}`, () => {
    test('are kept by kind, oldest first, and over a restart', async () => {
      const open = await withLimits()
      const before = await open()
      const [one, two] = [record('one'), record('two')]
      expect(await before.records.all('word')).toEqual([])
      expect(await before.records.add('word', two)).toBe(true)
      expect(await before.records.add('word', one)).toBe(true)
      expect(await before.records.add('key', one)).toBe(true)
      await before.close()
      const { records } = await open()
      expect(await records.all('word')).toEqual([two, one])
      expect(await records.find('word', 'one')).toBe(one.json)
      expect(await records.find('vouched', 'one')).toBeNull()
    })

    test('are not added twice, and neither replaced nor removed where they are not', async () => {
      const { records } = await openNew()
      const other = { id: 'one', json: '{"other":true}' }
      expect(await records.replace('word', other)).toBe(false)
      expect(await records.remove('word', 'one')).toBe(false)
      expect(await records.version('word')).toBe(0)
      await records.add('word', record('one'))
      expect(await records.add('word', other)).toBe(false)
      expect(await records.find('word', 'one')).toBe(record('one').json)
      expect(await records.replace('word', other)).toBe(true)
      expect(await records.find('word', 'one')).toBe(other.json)
      expect(await records.remove('word', 'one')).toBe(true)
      expect(await records.find('word', 'one')).toBeNull()
    })

    test('have a version for each kind, which grows with each change and stays when all are gone', async () => {
      const { records } = await openNew()
      await records.add('word', record('one'))
      const added = await records.version('word')
      await records.add('word', record('one'))
      expect(await records.version('word')).toBe(added)
      await records.replace('word', record('one'))
      const replaced = await records.version('word')
      await records.remove('word', 'one')
      const removed = await records.version('word')
      expect(replaced).toBeGreaterThan(added)
      expect(removed).toBeGreaterThan(replaced)
      expect(await records.version('key')).toBe(0)
    })

    test('are added once, however many add them at the same time', async () => {
      const { records } = await openNew()
      const added = await Promise.all(
        Array.from({ length: 8 }, (_, i) => records.add('secret', { id: 'a', json: String(i) })),
      )
      expect(added.filter(Boolean)).toHaveLength(1)
      expect(await records.find('secret', 'a')).toBe(String(added.indexOf(true)))
    })
  })

  describe(`the audit log, ${engine}`, () => {
    test('has each change with its time, latest first, in pages', async () => {
      fakeClock()
      const { audit } = await openNew()
      expect(await audit.latest({ limit: 10 })).toEqual([])
      const at = Date.now()
      const changes = ['one', 'two', 'three'].map((subject) => {
        return { by: 'Ada', action: 'document.removed', subject, collection: null }
      })
      for (const change of changes) {
        await audit.add(change)
        vi.advanceTimersByTime(1000)
      }
      const [three, two] = await audit.latest({ limit: 2 })
      expect(three).toMatchObject({ ...changes[2], atMs: at + 2000 })
      expect(two).toMatchObject({ ...changes[1], atMs: at + 1000 })
      const rest = await audit.latest({ limit: 2, before: two?.number ?? 0 })
      expect(rest).toEqual([{ ...changes[0], atMs: at, number: expect.any(Number) }])
    })

    test('gives the changes in some collections alone', async () => {
      const { audit } = await openNew()
      for (const collection of ['a', null, 'b', 'a']) {
        await audit.add({ by: 'Ada', action: 'word.added', subject: 'x', collection })
      }
      const inA = await audit.latest({ limit: 10, collections: ['a', 'c'] })
      expect(inA.map(({ collection }) => collection)).toEqual(['a', 'a'])
      expect(await audit.latest({ limit: 10, collections: [] })).toEqual([])
      expect(await audit.latest({ limit: 10 })).toHaveLength(4)
    })
  })

  describe(`webhooks, ${engine}`, () => {
    test('are leased as they were added, each to its address, also after a restart', async () => {
      const open = await withLimits()
      const { webhooks, close } = await open()
      const body = 'a\\u0000 "quoted" 🐈'
      await webhooks.add([webhook('1', 'here', body), webhook('1', 'there'), webhook('2', 'here')])
      await webhooks.add([webhook('1', 'here', 'another body')])
      await close()
      const reopened = await open()
      expect(await reopened.webhooks.waiting()).toBe(3)
      const options = { address: 'here', max: 100, leaseMs: 60_000 }
      expect(await reopened.webhooks.lease(options)).toEqual([
        { ...webhook('1', 'here', body), attempt: 1 },
        { ...webhook('2', 'here'), attempt: 1 },
      ])
      expect(await leaseWebhooks(reopened)).toEqual([])
      expect(await leaseWebhooks(reopened, 'there')).toEqual(['1'])
      expect(await leaseWebhooks(reopened, 'nowhere')).toEqual([])
    })

    test('are leased by one of several servers, only as many as are wanted', async () => {
      const open = await withLimits()
      const [first, second] = [await open(), await open()]
      const ids = Array.from({ length: 40 }, (_, i) => String(i))
      await first.webhooks.add(ids.map((id) => webhook(id)))
      const options = { address: 'here', max: 7, leaseMs: 60_000 }
      const leases = await Promise.all(
        Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? first : second).webhooks.lease(options)),
      )
      expect(leases.every((leased) => leased.length <= 7)).toBe(true)
      const leased = leases.flat().map(({ id }) => id)
      expect(new Set(leased).size).toBe(leased.length)
      leased.push(...(await leaseWebhooks(second)))
      expect(leased.toSorted()).toEqual(ids.toSorted())
    })

    test('whose lease runs out are leased again, and only the last lease can postpone them', async () => {
      const state = await openNew()
      const { webhooks } = state
      await webhooks.add([webhook('1')])
      const [first] = await webhooks.lease({ address: 'here', max: 1, leaseMs: 50 })
      if (!first) throw new Error('nothing was leased')
      const second = await vi.waitFor(async () => {
        const [leased] = await webhooks.lease({ address: 'here', max: 1, leaseMs: 60_000 })
        expect(leased).toEqual({ ...first, attempt: 2 })
        return leased ?? first
      })
      await webhooks.postpone(first, 0)
      expect(await leaseWebhooks(state)).toEqual([])
      await webhooks.postpone(second, 0)
      expect(await leaseWebhooks(state)).toEqual(['1'])
    })

    test('that are postponed are due after the pause, and removed ones never', async () => {
      const state = await openNew()
      const { webhooks } = state
      await webhooks.add([webhook('1'), webhook('2')])
      const [first, second] = await webhooks.lease({ address: 'here', max: 2, leaseMs: 60_000 })
      if (!first || !second) throw new Error('two were not leased')
      await webhooks.remove(second)
      await webhooks.postpone(second, 0)
      await webhooks.postpone(first, 300)
      expect(await leaseWebhooks(state)).toEqual([])
      await vi.waitFor(async () => expect(await leaseWebhooks(state)).toEqual(['1']))
      expect(await webhooks.waiting()).toBe(1)
    })

    test('about news are added once, at whichever server, and for each kind apart', async () => {
      const open = await withLimits()
      const [first, second] = [await open(), await open()]
      const both = await Promise.all([
        first.webhooks.addNews('index', [news('seven')]),
        second.webhooks.addNews('index', [news('seven')]),
      ])
      expect(both).toHaveLength(2)
      await second.webhooks.addNews('file', [news('a'), news('b')])
      expect(await leaseWebhooks(first)).toEqual(['seven', 'a', 'b'])
      for (const id of ['seven', 'a', 'b']) await first.webhooks.remove({ id, address: 'here' })
      await first.close()
      await second.close()
      const { webhooks, ...reopened } = await open()
      await webhooks.addNews('file', [news('b'), news('c')])
      await webhooks.addNews('index', [news('seven')])
      await webhooks.addNews('index', [])
      await webhooks.addNews('other', [news('seven')])
      const state = { ...reopened, webhooks }
      expect(await leaseWebhooks(state)).toEqual(['c', 'seven'])
    })

    test('about what comes back within an hour are not added again', async () => {
      const state = await openNew()
      const { webhooks } = state
      await webhooks.addNews('file', [news('a')])
      await webhooks.addNews('file', [news('b')])
      await webhooks.addNews('file', [news('a'), news('b')])
      expect(await leaseWebhooks(state)).toEqual(['a', 'b'])
    })
  })

  test(`two open handles share one state, ${engine}`, async () => {
    const open = await withLimits()
    const [first, second] = [await open(), await open()]
    const id = await first.conversations.begin(unansweredTurn('one'))
    expect(await addTo(second.conversations, id, unansweredTurn('two'))).toBe('added')
    await first.feedback.give('reply', unansweredTurn('one'), false)
    expect(await second.feedback.all()).toHaveLength(1)
    expect(await second.conversations.unanswered()).toHaveLength(2)
    expect(await first.slack.claim('Ev1')).toBe(true)
    expect(await second.slack.claim('Ev1')).toBe(false)
    await first.records.add('key', record('one'))
    expect(await second.records.all('key')).toEqual([record('one')])
    expect(await second.records.version('key')).toBe(await first.records.version('key'))
    await first.check()
  })
}

/** The turns of a conversation; null where it is unknown. */
export async function turnsOf(
  conversations: ConversationStore,
  id: string,
): Promise<StoredTurn[] | null> {
  return (await conversations.find(id))?.turns ?? null
}

/** Adds a turn to a conversation as it is now. */
export async function addTo(
  conversations: ConversationStore,
  id: string,
  turn: StoredTurn,
): Promise<Added> {
  return conversations.add(id, turn, (await conversations.find(id))?.version ?? 0)
}

function record(id: string) {
  return { id, json: `{"id":"${id}"}` }
}

function delivery(id: string, place = 'place'): Delivery {
  return { id, place, event: `{"id":"${id}"}` }
}

function webhook(id: string, address = 'here', body = `{"id":"${id}"}`): WebhookDelivery {
  return { id, address, body }
}

function news(subject: string): WebhookNews {
  return { subject, deliveries: [webhook(subject)] }
}

async function leaseWebhooks(
  { webhooks }: Pick<State, 'webhooks'>,
  address = 'here',
): Promise<string[]> {
  const leased = await webhooks.lease({ address, max: 100, leaseMs: 60_000 })
  return leased.map(({ id }) => id)
}

async function leaseAll(
  { slack }: Pick<State, 'slack'>,
  server = 'server',
  leaseMs = 60_000,
): Promise<string[]> {
  const leased = await slack.lease({ server, max: 100, leaseMs })
  return leased.map(({ id }) => id)
}

function fakeClock(): void {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval'] })
  onTestFinished(() => void vi.useRealTimers())
}
