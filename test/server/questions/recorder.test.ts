import { expect, onTestFinished, test, vi } from 'vitest'
import { smallTalkAnswer } from '../../../server/answer/answer.ts'
import { createLog } from '../../../server/log.ts'
import { keepQuestions } from '../../../server/questions/questions.ts'
import { openTemporaryState } from '../../../server/state/embedded/embedded-state.ts'

const REPLY = {
  conversationId: 'one',
  interpretedAs: 'When do cats sleep?',
  answer: smallTalkAnswer('No.'),
  isQuestion: true,
}
const REQUEST = { question: 'When?', documentIds: null, maxQuotes: 3, conversationId: null }
const ALL = { within: null, kind: 'all', fromMs: null, toMs: null, text: '' } as const
const PAGE = { sort: 'times', limit: 10, offset: 0, group: null } as const

async function openStore() {
  const limits = { conversationTtlMs: 1000, maxTurns: 1, keepQuestionsMs: 30 * 86_400_000 }
  const state = await openTemporaryState(limits)
  onTestFinished(() => state.close())
  const log = createLog('silent')
  return { store: state.questions, log, error: vi.spyOn(log, 'error') }
}

test('a question that cannot be kept is answered nevertheless, and the log says so once until it works again', async () => {
  const { store, log, error } = await openStore()
  const record = vi.spyOn(store, 'record')
  const keeping = keepQuestions(store, log)
  const ask = keeping.recording(async () => REPLY)
  const times = async () => (await keeping.questions.groups(ALL, PAGE)).groups[0]?.times ?? 0

  record.mockRejectedValue(new Error('the disk is full'))
  for (let i = 0; i < 3; i += 1) {
    expect(await ask(REQUEST)).toBe(REPLY)
    expect(await times()).toBe(0)
    expect(await times()).toBe(0)
  }
  expect(error).toHaveBeenCalledTimes(1)

  record.mockRestore()
  await ask(REQUEST)
  expect(await times()).toBe(1)
  vi.spyOn(store, 'record').mockRejectedValue(new Error('the disk is full'))
  await ask(REQUEST)
  await keeping.close()
  expect(error).toHaveBeenCalledTimes(2)
})

test('an answer does not wait until its question is written', async () => {
  const { store, log } = await openStore()
  const waiting = new EventTarget()
  const written = new Promise<void>((resolve) => {
    waiting.addEventListener('end', () => resolve())
  })
  vi.spyOn(store, 'record').mockReturnValue(written)
  const keeping = keepQuestions(store, log)
  const ask = keeping.recording(async () => REPLY)
  await ask(REQUEST)
  const closed = keeping.close()
  expect(await ask(REQUEST)).toBe(REPLY)
  waiting.dispatchEvent(new Event('end'))
  await closed
})

test('questions are written together within seconds', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const { store, log } = await openStore()
  const record = vi.spyOn(store, 'record')
  const ask = keepQuestions(store, log).recording(async () => REPLY)
  await ask(REQUEST)
  await ask(REQUEST)
  expect(record).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(5000)
  expect(record.mock.calls.map(([asked]) => asked.length)).toEqual([2])
})

test('while writing takes long, the questions that wait are limited', async () => {
  const { store, log } = await openStore()
  const keeping = keepQuestions(store, log)
  const ask = keeping.recording(async () => REPLY)
  for (let i = 0; i < 1500; i += 1) await ask(REQUEST)
  const { groups } = await keeping.questions.groups(ALL, PAGE)
  expect(groups[0]?.times).toBe(1000)
})
