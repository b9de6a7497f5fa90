import { describe, expect, test } from 'vitest'
import type { Attempt } from '../../../devtools/stress/servers/askers.ts'
import { comparePosts, type ServerPost } from '../../../devtools/stress/servers/compare-posts.ts'
import { isExplained } from '../../../devtools/stress/servers/compare-turns.ts'
import { planKills } from '../../../devtools/stress/servers/fault-plan.ts'
import type { SentEvent } from '../../../devtools/stress/servers/slack-askers.ts'

/** Attempts of an asker: a question with `!` was answered, one with `?` was not. */
function attempts(asker: number, ...sent: string[]): Attempt[] {
  return sent.map((text) => {
    const question = text.slice(0, -1)
    return { asker, question, answer: text.endsWith('!') ? `to ${question}` : null }
  })
}

function post(at: number, killedAt: number[] = []): ServerPost {
  return { at, thread: '1.1', text: 'about al-Kadhimi', killedAt }
}

function turns(...questions: string[]) {
  return questions.map((question) => ({ question, answer: `to ${question}` }))
}

describe('turns of a conversation', () => {
  test.each([
    { sent: ['a!', 'b!'], kept: ['a', 'b'] },
    { sent: ['a?', 'a!', 'b!'], kept: ['a', 'b'] },
    { sent: ['a?', 'a!', 'b!'], kept: ['a', 'a', 'b'] },
    { sent: ['a!', 'b?'], kept: ['a'] },
  ])('$kept is what $sent left', ({ sent, kept }) => {
    expect(isExplained(turns(...kept), attempts(0, ...sent))).toBe(true)
  })

  test.each([
    { fault: 'a lost turn', sent: ['a!', 'b!'], kept: ['a'] },
    { fault: 'a doubled turn', sent: ['a!', 'b!'], kept: ['a', 'a', 'b'] },
    { fault: 'another order', sent: ['a!', 'b!'], kept: ['b', 'a'] },
    { fault: 'a turn of nobody', sent: ['a!'], kept: ['a', 'c'] },
  ])('$fault is noticed', ({ sent, kept }) => {
    expect(isExplained(turns(...kept), attempts(0, ...sent))).toBe(false)
  })

  test('another answer than the acknowledged one is noticed', () => {
    expect(isExplained([{ question: 'a', answer: 'other' }], attempts(0, 'a!'))).toBe(false)
  })

  test('of two askers are each in their own order', () => {
    const sent = [...attempts(0, 'a!', 'b!'), ...attempts(1, 'c!', 'd?', 'd!')]
    expect(isExplained(turns('c', 'a', 'd', 'b'), sent)).toBe(true)
    expect(isExplained(turns('c', 'b', 'd', 'a'), sent)).toBe(false)
  })
})

describe('answers in Slack', () => {
  const question: SentEvent = { thread: '1.1', kind: 'question', takenAt: 0 }
  const compare = (posts: ServerPost[], wasDatabaseAway = false) =>
    comparePosts([question], posts, () => wasDatabaseAway)

  test('one answer is right, and none is missing', () => {
    expect(compare([post(10)])).toMatchObject({ missing: [], doubled: [], repeated: [] })
    expect(compare([]).missing).toEqual([question])
  })

  test('two are the exception only if the first server was killed before it could note the answer', () => {
    expect(compare([post(10, [500]), post(20_000)]).repeated).toEqual([question])
    expect(compare([post(10), post(20_000)]).doubled).toEqual([question])
    expect(compare([post(10, [5000]), post(20_000)]).doubled).toEqual([question])
    expect(compare([post(10, [5000]), post(20_000)], true).repeated).toEqual([question])
    expect(compare([post(10, [5]), post(20_000)]).doubled).toEqual([question])
  })

  test('thanks before the question are out of order, and a message in no thread is to nobody', () => {
    const thanks: SentEvent = { thread: '1.1', kind: 'thanks', takenAt: 0 }
    const welcome = { ...post(5), text: 'You are welcome.' }
    const stray = { ...post(5), thread: '2.2' }
    const compared = comparePosts([question, thanks], [welcome, post(10), stray], () => false)
    expect(compared.outOfOrder).toEqual([thanks])
    expect(compared.unasked).toEqual([stray])
  })
})

test('a minute has five kills of the database and ten of each server, the same for the same seed', () => {
  const planned = planKills(60, 7)
  const count = (victim: unknown) => planned.filter((kill) => kill.victim === victim).length
  expect([count('database'), count(0), count(1)]).toEqual([5, 10, 10])
  expect(planKills(60, 7)).toEqual(planned)
  expect(planKills(60, 8)).not.toEqual(planned)
  expect(new Set(planKills(10, 7).map(({ victim }) => victim))).toEqual(new Set(['database', 0, 1]))
})
