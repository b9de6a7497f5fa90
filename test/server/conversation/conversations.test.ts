import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  type ConversationOptions,
  openConversations,
} from '../../../server/conversation/conversations.ts'
import type { Turn } from '../../../server/conversation/turn.ts'
import { temporaryFolder } from '../../support/temporary.ts'

const HOUR = 3_600_000

function openWith(options: Partial<ConversationOptions> = {}) {
  const conversations = openConversations({
    file: ':memory:',
    ttl: HOUR,
    maxTurns: 10,
    ...options,
  })
  onTestFinished(() => conversations.close())
  return conversations
}

function turn(question: string): Turn {
  return {
    question,
    interpretedAs: question,
    searched: true,
    answered: false,
    answer: 'The documents do not answer this question.',
    confidence: 0.1,
    quotes: [],
    closest: [],
    focus: null,
    beliefs: [['a', 1.5]],
  }
}

describe('conversations', () => {
  test('keep their turns apart, in order', async () => {
    const conversations = openWith()
    const [first, second] = await Promise.all(
      ['one', 'other'].map((question) => conversations.begin(turn(question))),
    )
    if (first === undefined || second === undefined) throw new Error('not begun')
    await conversations.add(first, turn('two'))
    expect(await conversations.turns(first)).toEqual([turn('one'), turn('two')])
    expect(await conversations.turns(second)).toEqual([turn('other')])
    expect(first).toMatch(/^[\w-]{36}$/)
  })

  test('keep so many turns, the last ones', async () => {
    const conversations = openWith({ maxTurns: 2 })
    const id = await conversations.begin(turn('one'))
    for (const said of ['two', 'three']) await conversations.add(id, turn(said))
    const kept = await conversations.turns(id)
    expect(kept?.map(({ question }) => question)).toEqual(['two', 'three'])
  })

  test('are forgotten some time after the last turn', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const conversations = openWith()
    const id = await conversations.begin(turn('one'))
    vi.advanceTimersByTime(0.9 * HOUR)
    expect(await conversations.add(id, turn('two'))).toBe(true)
    vi.advanceTimersByTime(0.9 * HOUR)
    expect(await conversations.turns(id)).toHaveLength(2)
    vi.advanceTimersByTime(0.2 * HOUR)
    expect(await conversations.turns(id)).toBeNull()
    expect(await conversations.add(id, turn('three'))).toBe(false)
    expect(await conversations.forget(id)).toBe(false)
  })

  test('are forgotten at once when that is asked for', async () => {
    const conversations = openWith()
    const id = await conversations.begin(turn('one'))
    expect(await conversations.forget(id)).toBe(true)
    expect(await conversations.turns(id)).toBeNull()
    expect(await conversations.forget(id)).toBe(false)
    expect(await conversations.turns('nobody')).toBeNull()
  })

  test('leave nothing behind in the file, though others were answered alike', async () => {
    const file = path.join(await temporaryFolder(), 'conversations.sqlite')
    const conversations = openConversations({ file, ttl: HOUR, maxTurns: 10 })
    const secret = { ...turn('who?'), answer: 'A word that nobody else says: xylotomous.' }
    const [first, second] = [await conversations.begin(secret), await conversations.begin(secret)]
    await conversations.forget(first)
    expect(await conversations.turns(second)).toEqual([secret])
    await conversations.forget(second)
    await conversations.close()
    expect((await readFile(file)).includes('xylotomous')).toBe(false)
  })

  test('survive a restart', async () => {
    const file = path.join(await temporaryFolder(), 'conversations.sqlite')
    const before = openConversations({ file, ttl: HOUR, maxTurns: 10 })
    const id = await before.begin(turn('one'))
    await before.close()
    expect(await openWith({ file }).turns(id)).toEqual([turn('one')])
  })

  test('in a file that is none are an error that says what to do', async () => {
    const file = path.join(await temporaryFolder(), 'conversations.sqlite')
    await writeFile(
      file,
      'not a database, but long enough to be taken for the header of one. '.repeat(9),
    )
    expect(() => openConversations({ file, ttl: HOUR, maxTurns: 10 })).toThrow(/remove it/)
  })

  test('take no memory of the process: 1,000 of 10 turns leave it level', async () => {
    const conversations = openWith({ file: path.join(await temporaryFolder(), 'c.sqlite') })
    const run = async (many: number) => {
      for (let i = 0; i < many; i += 1) {
        const id = await conversations.begin(turn('question 0'))
        for (let j = 1; j < 10; j += 1) await conversations.add(id, turn(`question ${j}`))
      }
      return process.memoryUsage().rss
    }
    const before = await run(200)
    const after = await run(1000)
    expect(after - before).toBeLessThan(64 * 1024 * 1024)
  }, 60_000)
})
