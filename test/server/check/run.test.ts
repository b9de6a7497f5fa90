import { expect, test } from 'vitest'
import { changesOf, type CheckResult, type CheckRun, sumsOf } from '../../../server/check/run.ts'

function resultOf(id: string, outcome: CheckResult['outcome'], text = 'Owls hunt.'): CheckResult {
  return {
    id,
    question: id,
    isAnswerable: outcome !== 'rightly-refused' && outcome !== 'wrongly-answered',
    outcome,
    rank: outcome === 'right' ? 2 : null,
    confidence: 0.5,
    first: { documentId: 'owls', start: 0, end: text.length, text },
    lostQuotes: 0,
  }
}

function runOf(results: readonly CheckResult[]): CheckRun {
  return {
    id: 'run-1',
    startedAtMs: 0,
    endedAtMs: 1,
    by: 'Ann',
    collections: null,
    generation: '1',
    threshold: 0.155,
    results: [...results],
  }
}

test('a change is told from the last run that asked the question', () => {
  const earlier = [
    runOf([resultOf('a', 'right'), resultOf('b', 'wrong'), resultOf('skipped', 'right')]),
    runOf([resultOf('a', 'right'), resultOf('b', 'refused'), resultOf('c', 'rightly-refused')]),
  ]
  const run = runOf([
    resultOf('a', 'right', 'Owls sleep.'),
    resultOf('b', 'right'),
    resultOf('c', 'wrongly-answered'),
    resultOf('skipped', 'wrong'),
    resultOf('d', 'right'),
  ])
  const changes = changesOf(run, earlier)
  expect(changes.map(({ change, result, before }) => [result.id, change, before?.outcome])).toEqual(
    [
      ['a', 'other-quote', 'right'],
      ['b', 'better', 'refused'],
      ['c', 'worse', 'rightly-refused'],
      ['skipped', 'worse', 'right'],
      ['d', 'new', undefined],
    ],
  )
})

test('a quote that only moved in its document is no change', () => {
  const before = resultOf('a', 'right')
  const moved = { ...before, first: { documentId: 'owls', start: 9, end: 19, text: 'Owls hunt.' } }
  expect(changesOf(runOf([moved]), [runOf([before])])).toEqual([])
})

test('sums count each outcome', () => {
  const first = { ...resultOf('b', 'right'), rank: 1 }
  const outcomes = ['wrong', 'refused', 'rightly-refused', 'wrongly-answered', 'failed'] as const
  const results = [resultOf('a', 'right'), first, ...outcomes.map((each) => resultOf(each, each))]
  expect(sumsOf(results)).toEqual({
    answerable: 5,
    unanswerable: 2,
    right: 2,
    rightFirst: 1,
    wrong: 1,
    refused: 1,
    rightlyRefused: 1,
    wronglyAnswered: 1,
    failed: 1,
  })
})
