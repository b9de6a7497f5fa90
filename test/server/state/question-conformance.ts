import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type {
  AskedQuestion,
  ConversationLimits,
  QuestionFilter,
  QuestionStore,
  State,
} from '../../../server/state/state.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** The beginning of an hour, so that what is asked within it is in one. By the clock of the database, it is not old. */
const NOW = Math.floor(Date.now() / HOUR_MS) * HOUR_MS

/** Opens a state that keeps questions for 30 days, by a clock that stands. Each call opens the same state. */
type OpenQuestions = (limits?: Partial<ConversationLimits>) => Promise<() => Promise<State>>

/** Tests that an engine keeps the contract of `QuestionStore`. */
export function describeQuestions(engine: string, place: OpenQuestions): void {
  const openNew = async (limits: Partial<ConversationLimits> = {}) => {
    clockAt(NOW)
    const open = await place({ keepQuestionsMs: 30 * DAY_MS, ...limits })
    return (await open()).questions
  }

  describe(`questions, ${engine}`, () => {
    test('are kept once for all who asked them, with what was typed and found the last time', async () => {
      const questions = await openNew()
      await questions.record([
        asked('When do cats sleep?', { question: 'when?', answered: true, confidence: 0.9 }),
        asked('when do  CATS sleep?', { found: [], askedAtMs: NOW + 5 }),
        asked('Who hunts?'),
      ])
      const kept = await questions.list(ALL, FIRST)
      expect(kept).toEqual([
        {
          id: expect.any(Number),
          group: kept[0]?.id,
          question: 'when do  CATS sleep?',
          interpretedAs: 'when do  CATS sleep?',
          collections: null,
          answered: false,
          confidence: 0.1,
          found: [],
          times: 2,
          lastAskedMs: NOW + 5,
          helped: 0,
          didNotHelp: 0,
        },
        expect.objectContaining({ interpretedAs: 'Who hunts?', found: [FOUND], times: 1 }),
      ])
    })

    test('may have any character', async () => {
      const questions = await openNew()
      const text = 'Is “\u0000” \uD800 % _ \\ \' or "🐈"?'
      await questions.record([asked(text)])
      expect(await textsOf(questions, ALL)).toEqual([text])
      expect(await textsOf(questions, { ...ALL, text: '\u0000” \uD800 % _ \\ \' or "🐈' })).toEqual(
        [text],
      )
    })

    test('are found by words as typed and as read, whatever their case', async () => {
      const questions = await openNew()
      await questions.record([asked('When do ÉLÉPHANTS sleep?', { question: 'And they?' })])
      const found = async (text: string) => (await textsOf(questions, { ...ALL, text })).length
      expect(await found('éléphants  SLEEP')).toBe(1)
      expect(await found('and THEY')).toBe(1)
      expect(await found('%')).toBe(0)
      expect(await found('owls')).toBe(0)
    })

    test('are chosen by what became of them', async () => {
      const questions = await openNew()
      await questions.record([
        asked('nothing?'),
        asked('unsure?', { answered: true, confidence: 0.3 }),
        asked('sure?', { answered: true, confidence: 0.9 }),
      ])
      await questions.judge(named('sure?'), 'reply', false)
      const chosen = (kind: QuestionFilter['kind']) => textsOf(questions, { ...ALL, kind })
      expect(await chosen('unanswered')).toEqual(['nothing?'])
      expect(await chosen('unsure')).toEqual(['unsure?'])
      expect(await chosen('disliked')).toEqual(['sure?'])
      expect(await chosen('all')).toEqual(['nothing?', 'unsure?', 'sure?'])
    })

    test('have judgements, of which one of the same name replaces the earlier one', async () => {
      const questions = await openNew()
      await questions.record([asked('one?')])
      await questions.judge(named('One?'), 'first', true)
      await questions.judge(named('one?'), 'second', true)
      await questions.judge(named('one?'), 'second', false)
      await questions.judge(named('never asked?'), 'third', false)
      expect(await questions.list(ALL, FIRST)).toMatchObject([{ helped: 1, didNotHelp: 1 }])
    })

    test('of people who may see other collections are others, and not seen by those who may not', async () => {
      const questions = await openNew()
      await questions.record([
        asked('one?'),
        asked('one?', { collections: ['b', 'a'] }),
        asked('one?', { collections: ['a', 'b'] }),
        asked('one?', { collections: ['c'] }),
      ])
      const seen = async (within: QuestionFilter['within']) => {
        const kept = await questions.list({ ...ALL, within }, FIRST)
        return kept.map(({ collections, times }) => [collections?.join(' ') ?? null, times])
      }
      expect(await seen(null)).toEqual([
        [null, 1],
        ['a b', 2],
        ['c', 1],
      ])
      expect(await seen(['a', 'b', 'd'])).toEqual([['a b', 2]])
      expect(await seen(['a'])).toEqual([])
      const [all] = await questions.list(ALL, FIRST)
      expect(await questions.find(all?.id ?? 0, ['a', 'b', 'c'])).toBeNull()
      expect(await questions.forget({ id: all?.id ?? 0 }, ['a', 'b', 'c'])).toBe(0)
      expect(await questions.find(all?.id ?? 0, null)).toMatchObject({ collections: null })
    })

    test('are counted in a range of time, to the hour', async () => {
      const questions = await openNew()
      await questions.record([
        asked('one?', { askedAtMs: NOW - 5 * HOUR_MS }),
        asked('one?', { askedAtMs: NOW - 5 * HOUR_MS + 1 }),
        asked('one?', { askedAtMs: NOW - HOUR_MS }),
        asked('two?', { askedAtMs: NOW - 3 * HOUR_MS }),
      ])
      const counted = async (fromMs: number | null, toMs: number | null) => {
        const kept = await questions.list({ ...ALL, fromMs, toMs }, FIRST)
        return kept.map(({ question, times }) => [question, times])
      }
      expect(await counted(null, null)).toEqual([
        ['one?', 3],
        ['two?', 1],
      ])
      expect(await counted(NOW - 4 * HOUR_MS, null)).toEqual([
        ['one?', 1],
        ['two?', 1],
      ])
      expect(await counted(null, NOW - 3 * HOUR_MS)).toEqual([['one?', 2]])
      expect(await counted(NOW - 3 * HOUR_MS, NOW - 2 * HOUR_MS)).toEqual([['two?', 1]])
    })

    test('get a vector when one is known, and then wait for a group', async () => {
      const questions = await openNew()
      const vector = Float32Array.of(0.25, -0.5, 1)
      await questions.record([asked('one?'), asked('two?', { vector })])
      await questions.record([asked('one?', { vector: vector.map((value) => -value) })])
      await questions.record([asked('two?')])
      const [one, two] = await questions.list(ALL, FIRST)
      expect(await questions.ungrouped(10)).toEqual([
        { id: one?.id, collections: null, vector: Float32Array.of(-0.25, 0.5, -1) },
        { id: two?.id, collections: null, vector },
      ])
      expect(await questions.ungrouped(1)).toHaveLength(1)
    })

    test('are summed by group, in pages', async () => {
      const questions = await openNew()
      const [a, b, c] = await threeInTwoGroups(questions)
      const page = { sort: 'times', limit: 10, offset: 0, group: null } as const
      const first = { group: a, questions: 2, times: 3, lastAskedMs: NOW }
      const second = { group: c, questions: 1, times: 1, lastAskedMs: NOW + HOUR_MS }
      const totals = { totalGroups: 2, totalQuestions: 3 }
      expect(await questions.groups(ALL, page)).toEqual({ groups: [first, second], ...totals })
      expect(await questions.groups(ALL, { ...page, sort: 'lastAsked' })).toMatchObject({
        groups: [{ group: c }, { group: a }],
      })
      expect(await questions.groups(ALL, { ...page, offset: 1, limit: 1 })).toEqual({
        groups: [second],
        ...totals,
      })
      expect(await questions.groups(ALL, { ...page, offset: 7 })).toEqual({ groups: [], ...totals })
      expect(await questions.groups(ALL, { ...page, group: c })).toMatchObject({
        groups: [second],
        totalGroups: 1,
      })
      expect(await questions.groups({ ...ALL, text: 'b?' }, page)).toMatchObject({
        groups: [{ group: a, questions: 1, times: 2 }],
      })
      const members = await questions.members(ALL, [a, c], 10)
      expect(members.map(({ id, group }) => [id, group])).toEqual([
        [b, a],
        [a, a],
        [c, c],
      ])
      expect(members[1]?.vector).toEqual(Float32Array.of(1, 0))
      expect((await questions.members(ALL, [a, c], 1)).map(({ id }) => id)).toEqual([b, c])
    })

    test('wait for a group, and lead it, with the collections of those who asked', async () => {
      const questions = await openNew()
      const collections = ['b', 'a']
      await questions.record([asked('one?', { collections, vector: Float32Array.of(1, 0) })])
      const [one] = await questions.ungrouped(10)
      expect(one?.collections).toEqual(['a', 'b'])
      const id = one?.id ?? 0
      await questions.putIntoGroups([{ id, group: id }])
      expect(await questions.leaders(0)).toMatchObject([{ id, collections: ['a', 'b'] }])
    })

    test('that lead their groups are given, and another one when they are forgotten', async () => {
      const questions = await openNew()
      const [a, b, c] = await threeInTwoGroups(questions)
      const leaders = async (afterId: number) =>
        (await questions.leaders(afterId)).map(({ id, group }) => ({ id, group }))
      expect(await leaders(0)).toEqual([
        { id: a, group: a },
        { id: c, group: c },
      ])
      expect(await leaders(a)).toEqual([{ id: c, group: c }])
      await questions.forget({ id: a }, null)
      expect(await leaders(0)).toEqual([
        { id: b, group: a },
        { id: c, group: c },
      ])
    })

    test('are forgotten one by one, by group, or all', async () => {
      const questions = await openNew()
      const [a, , c] = await threeInTwoGroups(questions)
      await questions.record([asked('d?')])
      expect(await questions.forget({ id: c }, null)).toBe(1)
      expect(await questions.forget({ id: c }, null)).toBe(0)
      expect(await questions.find(c, null)).toBeNull()
      expect(await questions.forget({ group: a }, null)).toBe(2)
      expect(await textsOf(questions, ALL)).toEqual(['d?'])
      await questions.forgetAll()
      expect(await textsOf(questions, ALL)).toEqual([])
    })

    test('survive a restart, and are given in parts', async () => {
      clockAt(NOW)
      const open = await place({ keepQuestionsMs: DAY_MS })
      const before = await open()
      await before.questions.record(['one?', 'two?', 'three?'].map((text) => asked(text)))
      await before.close()
      const { questions } = await open()
      const [first] = await questions.list(ALL, { afterId: 0, limit: 1 })
      expect(first?.question).toBe('one?')
      const rest = await questions.list(ALL, { afterId: first?.id ?? 0, limit: 5 })
      expect(rest.map(({ question }) => question)).toEqual(['two?', 'three?'])
    })

    test('are given no longer than they are kept, and no judgement either', async () => {
      const questions = await openNew({ keepQuestionsMs: 2 * DAY_MS })
      await questions.record([asked('one?', { askedAtMs: NOW + HOUR_MS - 1 })])
      await questions.judge(named('one?'), 'reply', false)
      vi.setSystemTime(NOW + 2 * DAY_MS - 1)
      expect(await questions.list(ALL, FIRST)).toMatchObject([{ times: 1, didNotHelp: 1 }])
      await questions.record([asked('one?', { askedAtMs: Date.now() })])
      vi.setSystemTime(NOW + 2 * DAY_MS)
      const [kept] = await questions.list(ALL, FIRST)
      expect(kept).toMatchObject({ times: 1, didNotHelp: 0 })
      vi.setSystemTime(NOW + 5 * DAY_MS)
      expect(await questions.list(ALL, FIRST)).toEqual([])
      expect(await questions.find(kept?.id ?? 0, null)).toBeNull()
    })
  })
}

/** Two alike questions of which the second was asked twice, and another one; gives their ids. */
async function threeInTwoGroups(questions: QuestionStore): Promise<[number, number, number]> {
  await questions.record([
    asked('a?', { vector: Float32Array.of(1, 0) }),
    asked('b?'),
    asked('b?'),
    asked('c?', { vector: Float32Array.of(0, 1), askedAtMs: NOW + HOUR_MS }),
  ])
  await questions.record([asked('b?', { vector: Float32Array.of(1, 0), askedAtMs: 1 })])
  const [a = 0, b = 0, c = 0] = (await questions.list(ALL, FIRST)).map(({ id }) => id)
  await questions.putIntoGroups([
    { id: a, group: a },
    { id: b, group: a },
    { id: c, group: c },
  ])
  return [a, b, c]
}

async function textsOf(questions: QuestionStore, filter: QuestionFilter): Promise<string[]> {
  return (await questions.list(filter, FIRST)).map(({ question }) => question)
}

const ALL: QuestionFilter = {
  within: null,
  kind: 'all',
  unsureBelow: 0.5,
  fromMs: null,
  toMs: null,
  text: '',
}

const FIRST = { afterId: 0, limit: 100 }

const FOUND = { documentId: 'cats', title: 'Cats', start: 3, end: 9, text: 'Cats sleep.' }

/** A question without an answer, asked now by somebody who may see all collections. */
export function asked(interpretedAs: string, given: Partial<AskedQuestion> = {}): AskedQuestion {
  return {
    question: interpretedAs,
    ...named(interpretedAs),
    answered: false,
    confidence: 0.1,
    found: [FOUND],
    askedAtMs: NOW,
    vector: null,
    ...given,
  }
}

function named(interpretedAs: string) {
  return { interpretedAs, collections: null }
}

function clockAt(now: number): void {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval'], now })
  onTestFinished(() => void vi.useRealTimers())
}
