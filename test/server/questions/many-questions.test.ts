import { expect, onTestFinished, test } from 'vitest'
import { createLog } from '../../../server/log.ts'
import { keepQuestions } from '../../../server/questions/questions.ts'
import { openTemporaryState } from '../../../server/state/embedded/embedded-state.ts'
import { collect } from '../../support/collect.ts'
import { asked } from '../state/question-conformance.ts'

const ALL = { within: null, kind: 'all', fromMs: null, toMs: null, text: '' } as const
const PAGE = { sort: 'times', limit: 100, offset: 0, group: null } as const

test('10,000 questions are grouped, paged and exported, each once', async () => {
  const limits = { conversationTtlMs: 1000, maxTurns: 1, keepQuestionsMs: 86_400_000 }
  const state = await openTemporaryState(limits)
  onTestFinished(() => state.close())
  const { questions: store } = state
  const subjects = 250
  const all = Array.from({ length: 10_000 }, (_, i) => {
    const vector = new Float32Array(subjects)
    vector[i % subjects] = 1
    return asked(`Question ${i}?`, { vector, askedAtMs: Date.now() })
  })
  await store.record(all)
  // What is recorded next puts all that wait into groups.
  const { recording, questions } = keepQuestions(store, createLog('silent'))
  const answer = {
    answered: true,
    text: '',
    confidence: 1,
    quotes: [],
    alsoOnThis: [],
    closest: [],
  }
  const explanation = {
    decidedBy: 'ranking',
    summary: '',
    windows: [],
    candidates: [],
    equalForms: [],
  } as const
  const ask = recording(async () => {
    return {
      conversationId: 'one',
      interpretedAs: 'Question 7?',
      isQuestion: true,
      answer: { ...answer, explanation, vector: null, timings: {} },
    }
  })
  await ask({ question: 'Question 7?', documentIds: null, maxQuotes: 3, conversationId: null })

  const first = await questions.groups(ALL, PAGE)
  expect(first).toMatchObject({ totalGroups: subjects, totalQuestions: 10_000 })
  const [seven] = first.groups
  expect(seven).toMatchObject({ questions: 40, times: 41 })
  expect(seven?.members[0]).toMatchObject({ interpretedAs: 'Question 7?', times: 2 })
  const rest = [
    ...(await questions.groups(ALL, { ...PAGE, offset: 100 })).groups,
    ...(await questions.groups(ALL, { ...PAGE, offset: 200 })).groups,
  ]
  const members = [...first.groups, ...rest].flatMap((group) => group.members)
  expect(new Set(members.map(({ id }) => id)).size).toBe(10_000)
  const exported = await collect(questions.all(ALL))
  expect(new Set(exported.map(({ question }) => question)).size).toBe(10_000)
  expect(exported).toHaveLength(10_000)
}, 60_000)
