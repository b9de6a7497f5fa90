import type { ThresholdOutcome } from '../../server/check/refit.ts'
import type { Hono } from 'hono'
import type {
  CheckChange,
  CheckProgress,
  CheckQuestion,
  CheckResult,
  CheckRun,
  Place,
  ThresholdInfo,
} from '../../server/desk-app/shapes.ts'
import { problemError } from '../../server/http/problem.ts'
import { HOSTILE } from './serve-words.ts'

/** What the stand-in has of checks. Tests read and change it. */
export interface CheckData {
  questions: CheckQuestion[]
  progress: CheckProgress | null
  runs: (CheckRun & {
    readonly results: readonly CheckResult[]
    readonly changes: readonly CheckChange[]
  })[]
  threshold: ThresholdInfo
  /** How often each look finds the run further, until it ends. */
  looksUntilDone: number
}

const AT = '2026-03-04T15:05:00.000Z'

const OPEN: Place = {
  documentId: 'handbook',
  start: 0,
  end: 37,
  text: 'The office is open from nine to five.',
}

function resultOf(
  question: string,
  outcome: CheckResult['outcome'],
  rank: number | null = null,
): CheckResult {
  return { id: question, question, outcome, rank, confidence: 0.31, first: OPEN, lostQuotes: 0 }
}

function runOf(id: string, right: number): CheckData['runs'][number] {
  const results = [
    resultOf('When is the office open?', 'right', 2),
    { ...resultOf(`${HOSTILE} ${'x'.repeat(90)}`, 'wrong'), lostQuotes: 1 },
    resultOf('How high is Everest?', 'wrongly-answered'),
  ]
  const [open, hostile, everest] = results
  const sums = {
    answerable: 2,
    unanswerable: 1,
    right,
    rightFirst: 0,
    wrong: 1,
    refused: 1 - right,
    rightlyRefused: 0,
    wronglyAnswered: 1,
    failed: 0,
  }
  const changes: CheckChange[] =
    open && hostile && everest
      ? [
          { change: 'better', result: open, before: resultOf(open.question, 'refused') },
          { change: 'worse', result: hostile, before: resultOf(hostile.question, 'right', 1) },
          { change: 'new', result: everest, before: null },
        ]
      : []
  return { id, endedAt: AT, by: 'Ann', threshold: 0.155, sums, results, changes }
}

function outcomeAt(threshold: number, right: number, wrong: number): ThresholdOutcome {
  const refused = 2 - right
  return { threshold, right, wrong, refused, withheld: refused, cost: wrong + 5.5 * refused }
}

export function newCheckData(): CheckData {
  const [inUse, proposed] = [outcomeAt(0.155, 1, 1), outcomeAt(0.08, 2, 2)]
  return {
    questions: [
      { id: '1', question: 'When is the office open?', quotes: [OPEN], by: 'Ann', at: AT },
      { id: '2', question: HOSTILE, quotes: [], by: 'Bob', at: AT },
    ],
    progress: null,
    runs: [runOf('run-2', 1), runOf('run-1', 0)],
    threshold: {
      value: 0.155,
      from: 'default',
      by: null,
      at: null,
      mayChange: true,
      refusalCost: 5.5,
      refit: {
        questions: 3,
        areFew: true,
        inUse,
        proposed,
        leftOutCost: 4.5,
        outcomes: [outcomeAt(0, 2, 2), proposed, inUse, outcomeAt(0.5, 0, 0)],
      },
    },
    looksUntilDone: 2,
  }
}

/** The routes below `/check`, with the data in memory. */
export function addChecks(app: Hono, data: CheckData): void {
  addQuestions(app, data)
  addRuns(app, data)
  app.get('/check/threshold', (c) => {
    const refusalCost = Number(c.req.query('refusalCost') ?? 5.5)
    return c.json({ ...data.threshold, refusalCost })
  })
  app.put('/check/threshold', async (c) => {
    const { value } = await c.req.json<{ value: number }>()
    data.threshold = { ...data.threshold, value, from: 'desk', by: 'Ann', at: AT }
    return c.body(null, 204)
  })
  app.delete('/check/threshold', (c) => {
    data.threshold = { ...data.threshold, value: 0.155, from: 'default', by: null, at: null }
    return c.body(null, 204)
  })
}

function addQuestions(app: Hono, data: CheckData): void {
  app.get('/check/questions', (c) => c.json({ questions: data.questions }))
  app.post('/check/questions/import', async (c) => {
    const { text } = await c.req.json<{ text: string }>()
    const [entry] = text.startsWith('[') ? JSON.parse(text) : [{ question: text, quotes: [] }]
    if (entry.quotes.includes('nowhere')) {
      const problems = [{ line: 1, problem: 'The quote is in no document.' }]
      return c.json({ taken: 0, problems })
    }
    const id = String(data.questions.length + 1)
    const quotes = entry.quotes.map((words: string) => Object.assign({}, OPEN, { text: words }))
    const question = { id, question: entry.question, quotes, by: 'Ann', at: AT }
    data.questions = [...data.questions, question]
    return c.json({ taken: 1, problems: [] })
  })
  app.post('/check/questions/vouched', (c) => c.json({ taken: 3, problems: [] }))
  app.delete('/check/questions/:id', (c) => {
    data.questions = data.questions.filter(({ id }) => id !== c.req.param('id'))
    return c.body(null, 204)
  })
}

function addRuns(app: Hono, data: CheckData): void {
  app.get('/check/runs', (c) => {
    const { progress } = data
    if (progress && progress.problem === null && progress.done + 1 > data.looksUntilDone) {
      data.progress = null
      data.runs = [runOf(`run-${data.runs.length + 1}`, 1), ...data.runs]
    } else if (progress) {
      data.progress = { ...progress, done: progress.done + 1 }
    }
    return c.json({ progress: data.progress, runs: data.runs })
  })
  app.post('/check/runs', (c) => {
    data.progress = { by: 'Ann', done: 0, total: 3, problem: null }
    return c.json(data.progress, 202)
  })
  app.delete('/check/runs/current', (c) => {
    data.progress = null
    return c.body(null, 204)
  })
  app.get('/check/runs/:id', (c) => {
    const run = data.runs.find(({ id }) => id === c.req.param('id'))
    if (!run) throw problemError(404, 'There is no such run.')
    return c.json({ run, results: run.results, changes: run.changes })
  })
}
