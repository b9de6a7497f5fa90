import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Caller } from '../access/caller.ts'
import { offset } from '../answer/answer-schema.ts'
import type { LinkTo } from '../answer/quote-url.ts'
import { REFUSAL_COST } from '../answer/confidence.ts'
import type { CheckQuestion } from '../check/check-question.ts'
import type { RunProgress } from '../check/check-runner.ts'
import type { CheckUser } from '../check/check-user.ts'
import { MAX_EXPECTED_QUOTES } from '../check/limits.ts'
import { comparedToJson, isoTime, quoteToJson, runToJson } from '../check/check-json.ts'
import { OUTCOMES } from '../check/run.ts'
import type { Threshold } from '../check/threshold.ts'
import { question } from '../conversation/ask-body.ts'
import { BODY_FAILURES, limitBody, limitBodyTo, requireJson } from './json-body.ts'
import { failure, problemError, SERVICE_FAILURES } from './problem.ts'
import { createServiceRouter, type FindService, type ServiceEnv } from './router.ts'

/** The largest file of questions, in KiB: 2,000 questions with long quotes. */
const MAX_FILE_KIB = 2048

/** A refusal that costs more or less than this many wrong answers has nearly the same threshold as these. */
const REFUSAL_COSTS = { least: 0.1, most: 100 }

const share = z.number().min(0).max(1)
const at = z.iso.datetime()
const count = z.int().min(0)

const quotedPlace = z.object({
  documentId: z.string(),
  start: offset,
  end: offset,
  text: z.string(),
  url: z.string().openapi({ description: 'Opens the document at the quote' }),
})

const checkQuestion = z
  .object({
    id: z.string(),
    question: z.string(),
    quotes: z.array(quotedPlace).openapi({
      description:
        'Each of them answers, as it was entered. None: the documents do not answer this, and a refusal is right',
    }),
    by: z.string(),
    at,
  })
  .openapi('CheckQuestion')

const newQuestion = z
  .strictObject({
    question,
    quotes: z
      .array(z.strictObject({ documentId: z.string().min(1), start: offset, end: offset }))
      .max(MAX_EXPECTED_QUOTES)
      .default([])
      .openapi({ description: 'In UTF-16 code units of the text of the document' }),
  })
  .openapi('NewCheckQuestion')

const importedFile = z.strictObject({
  text: z.string().openapi({
    description:
      'The text of a file: a JSON array, or a JSON object a line, of {question, quotes: [{text, documentId}]}; or CSV with the columns question, documentId and quote. Without documentId, a quote is looked for in all documents. A question without quotes is one that the documents do not answer',
  }),
})

const imported = z
  .object({
    taken: count.openapi({ description: 'How many questions are kept' }),
    problems: z
      .array(
        z.object({
          line: z.int().nullable().openapi({
            description: 'From 1; in a JSON array the number of the entry',
          }),
          problem: z.string(),
        }),
      )
      .openapi({ description: 'What could not be used, and why' }),
  })
  .openapi('ImportedChecks')

const progress = z
  .object({
    startedAt: at,
    by: z.string(),
    done: count,
    total: count,
    problem: z.string().nullable().openapi({
      description: 'Why it ended without a result; null while it runs',
    }),
  })
  .openapi('CheckProgress')

const result = z
  .object({
    id: z.string().openapi({ description: 'Of the question' }),
    question: z.string(),
    isAnswerable: z.boolean().openapi({
      description: 'Whether quotes are expected, rather than a refusal',
    }),
    outcome: z.enum(OUTCOMES).openapi({
      description:
        'right: an expected quote was given; wrong: others were; refused: nothing, although the documents answer; rightly-refused and wrongly-answered: where they do not; failed: it could not be answered',
    }),
    rank: z.int().min(1).nullable().openapi({
      description:
        'Of the first expected quote, among those given or, where it was refused, those that came closest; from 1',
    }),
    confidence: share,
    first: quotedPlace.nullable().openapi({ description: 'The best quote, given or closest' }),
    lostQuotes: count.openapi({
      description: 'How many of the expected quotes stand in the documents no longer',
    }),
  })
  .openapi('CheckResult')

const sums = z.object({
  answerable: count,
  unanswerable: count,
  right: count,
  rightFirst: count.openapi({ description: 'Right by the first quote' }),
  wrong: count,
  refused: count,
  rightlyRefused: count,
  wronglyAnswered: count,
  failed: count,
})

const runSummary = z
  .object({
    id: z.string(),
    startedAt: at,
    endedAt: at,
    by: z.string(),
    generation: z.string().openapi({ description: 'Of the index' }),
    threshold: share,
    sums,
  })
  .openapi('CheckRun')

const runList = z.object({
  progress: progress.nullable().openapi({
    description: 'The run that this server does now, or why its last one failed',
  }),
  runs: z.array(runSummary).openapi({ description: 'The last ten, the latest first' }),
})

const comparedRun = z.object({
  run: runSummary,
  results: z.array(result),
  changes: z
    .array(
      z.object({
        change: z.enum(['better', 'worse', 'other-quote', 'new']),
        result,
        before: result.nullable(),
      }),
    )
    .openapi({ description: 'What differs from the last run that asked the same question' }),
})

const thresholdOutcome = z
  .object({
    threshold: share,
    right: count.openapi({ description: 'Questions that would get an expected quote' }),
    wrong: count.openapi({ description: 'Questions that would get quotes, none of them expected' }),
    refused: count.openapi({
      description: 'Questions that would be refused although the documents answer them',
    }),
    withheld: count.openapi({ description: 'Those of them whose expected quote was found' }),
    cost: z.number().openapi({
      description: 'In wrong answers: `wrong`, and `refusalCost` for each of `withheld`',
    }),
  })
  .openapi('ThresholdOutcome')

const thresholdInfo = z
  .object({
    value: share.openapi({ description: 'The lowest confidence that counts as an answer' }),
    from: z.enum(['default', 'desk', 'settings']),
    by: z.string().nullable().openapi({ description: 'Who chose it at the desk' }),
    at: at.nullable(),
    mayChange: z.boolean().openapi({
      description: 'Whether your key may choose another one now',
    }),
    refusalCost: z.number(),
    refit: z
      .object({
        runId: z.string(),
        questions: count,
        areFew: z.boolean().openapi({ description: 'Whether these are too few to say much' }),
        inUse: thresholdOutcome,
        proposed: thresholdOutcome.openapi({ description: 'With the least cost' }),
        leftOutCost: z.number().openapi({
          description:
            'The cost if each question had a threshold that was fitted to the others. If it is no less than that of the one in use, the proposal fits chance',
        }),
        outcomes: z.array(thresholdOutcome),
      })
      .nullable()
      .openapi({ description: 'Fitted to the last run; null where there is none' }),
  })
  .openapi('Threshold')

const id = z.object({ id: z.string() })
const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})
const bodyOf = <T extends z.ZodType>(schema: T) => ({
  required: true,
  content: { 'application/json': { schema } },
})

const NO_QUESTION = 'There is no such question'
const NO_QUOTE = 'The documents lack one of the quotes'
const NO_RUN = 'There is no such run'

const listQuestions = createRoute({
  method: 'get',
  path: '/questions',
  summary: 'Questions with the quotes that should come',
  responses: {
    200: json(z.object({ questions: z.array(checkQuestion) }), 'The oldest first'),
    ...SERVICE_FAILURES,
  },
})

const addQuestion = createRoute({
  method: 'post',
  path: '/questions',
  summary: 'Keep a question with the quotes that should come',
  request: { body: bodyOf(newQuestion) },
  responses: {
    200: json(checkQuestion, 'As it is kept, in place of one with the same words'),
    400: failure('Not valid'),
    404: failure(NO_QUOTE),
    409: failure('There is no room for more questions'),
    ...BODY_FAILURES,
    ...SERVICE_FAILURES,
  },
})

const importFile = createRoute({
  method: 'post',
  path: '/questions/import',
  summary: 'Keep the questions of a file',
  request: { body: bodyOf(importedFile) },
  responses: {
    200: json(imported, 'What was taken'),
    400: failure('Not valid'),
    ...BODY_FAILURES,
    413: failure(`The body is over ${MAX_FILE_KIB} KiB`),
    ...SERVICE_FAILURES,
  },
})

const importVouched = createRoute({
  method: 'post',
  path: '/questions/vouched',
  summary: 'Keep the questions of the vouched answers, with their quotes',
  responses: { 200: json(imported, 'What was taken'), ...SERVICE_FAILURES },
})

const removeQuestion = createRoute({
  method: 'delete',
  path: '/questions/{id}',
  summary: 'Remove a question',
  request: { params: id },
  responses: {
    204: { description: 'It is removed' },
    404: failure(NO_QUESTION),
    ...SERVICE_FAILURES,
  },
})

const listRuns = createRoute({
  method: 'get',
  path: '/runs',
  summary: 'The last runs, and how far the present one is',
  responses: { 200: json(runList, 'The runs'), ...SERVICE_FAILURES },
})

const startRun = createRoute({
  method: 'post',
  path: '/runs',
  summary: 'Ask all questions, without the vouched answers',
  responses: {
    202: json(progress, 'It has begun'),
    409: failure('Another run is under way, or there are no questions'),
    ...SERVICE_FAILURES,
  },
})

const cancelRun = createRoute({
  method: 'delete',
  path: '/runs/current',
  summary: 'End the present run without a result',
  responses: {
    204: { description: 'It is cancelled' },
    404: failure('No run is under way'),
    ...SERVICE_FAILURES,
  },
})

const showRun = createRoute({
  method: 'get',
  path: '/runs/{id}',
  summary: 'A run with its results, and what differs from the runs before it',
  request: { params: id },
  responses: { 200: json(comparedRun, 'The run'), 404: failure(NO_RUN), ...SERVICE_FAILURES },
})

const showThreshold = createRoute({
  method: 'get',
  path: '/threshold',
  summary: 'The threshold, and what others would do on the questions of the last run',
  request: {
    query: z.strictObject({
      refusalCost: z.coerce
        .number()
        .min(REFUSAL_COSTS.least)
        .max(REFUSAL_COSTS.most)
        .default(REFUSAL_COST)
        .openapi({ description: 'How many wrong answers a refusal costs as much as' }),
    }),
  },
  responses: {
    200: json(thresholdInfo, 'The threshold'),
    400: failure('Not valid'),
    ...SERVICE_FAILURES,
  },
})

const CHANGE_FAILURES = {
  403: failure('Your key is limited to collections, and the threshold counts for all answers'),
  409: failure('The settings of the server have the threshold'),
} as const

const chooseThreshold = createRoute({
  method: 'put',
  path: '/threshold',
  summary: 'Set the threshold of all answers',
  request: { body: bodyOf(z.strictObject({ value: share })) },
  responses: {
    204: { description: 'It counts for all servers within a second' },
    400: failure('Not valid'),
    ...BODY_FAILURES,
    ...SERVICE_FAILURES,
    ...CHANGE_FAILURES,
  },
})

const resetThreshold = createRoute({
  method: 'delete',
  path: '/threshold',
  summary: 'Go back to the default threshold',
  responses: {
    204: { description: 'The default counts for all servers within a second' },
    ...SERVICE_FAILURES,
    ...CHANGE_FAILURES,
  },
})

/** `/desk/api/check`. Whoever is limited to collections sees and runs the questions that are asked of these. */
export function deskCheckRoutes(findService: FindService): OpenAPIHono<ServiceEnv> {
  const router = createServiceRouter(findService)
  addQuestions(router)
  addRuns(router)
  addThreshold(router)
  return router
}

function addQuestions(router: OpenAPIHono<ServiceEnv>): void {
  router.openapi(listQuestions, async (c) => {
    const { service, caller } = c.var
    const questions = await service.checks.questions(userOf(caller))
    return c.json({ questions: questions.map((each) => questionToJson(each, service.linkTo)) }, 200)
  })

  router.post('/questions', limitBody, requireJson)
  router.openapi(addQuestion, async (c) => {
    const { service, caller } = c.var
    const added = await service.checks.add(c.req.valid('json'), userOf(caller))
    if (!added) throw problemError(409, 'There is no room for more questions. Remove some first.')
    if ('wrongQuote' in added) {
      const path = `quotes.${added.wrongQuote}`
      const errors = [{ path, message: added.message }]
      throw problemError(404, `${NO_QUOTE}.`, { errors })
    }
    return c.json(questionToJson(added, service.linkTo), 200)
  })

  router.post('/questions/import', limitBodyTo(MAX_FILE_KIB), requireJson)
  router.openapi(importFile, async (c) => {
    const { service, caller } = c.var
    const { taken, problems } = await service.checks.importFile(
      c.req.valid('json').text,
      userOf(caller),
    )
    return c.json({ taken, problems: [...problems] }, 200)
  })

  router.openapi(importVouched, async (c) => {
    const { service, caller } = c.var
    const { taken, problems } = await service.checks.importVouched(userOf(caller))
    return c.json({ taken, problems: [...problems] }, 200)
  })

  router.openapi(removeQuestion, async (c) => {
    const { service, caller } = c.var
    if (await service.checks.remove(c.req.valid('param').id, userOf(caller))) {
      return c.body(null, 204)
    }
    throw problemError(404, `${NO_QUESTION}. Somebody may have removed it.`)
  })
}

function addRuns(router: OpenAPIHono<ServiceEnv>): void {
  router.openapi(listRuns, async (c) => {
    const { service, caller } = c.var
    const user = userOf(caller)
    const current = service.checks.progress(user)
    const runs = await service.checks.runs(user)
    return c.json({ progress: current && progressToJson(current), runs: runs.map(runToJson) }, 200)
  })

  router.openapi(startRun, async (c) => {
    const { service, caller } = c.var
    const { progress: begun } = await service.checks.start(userOf(caller))
    return c.json(progressToJson(begun), 202)
  })

  router.openapi(cancelRun, async (c) => {
    const { service, caller } = c.var
    if (service.checks.cancel(userOf(caller))) return c.body(null, 204)
    throw problemError(404, 'No run is under way here. It may have ended.')
  })

  router.openapi(showRun, async (c) => {
    const { service, caller } = c.var
    const compared = await service.checks.run(c.req.valid('param').id, userOf(caller))
    if (!compared) throw problemError(404, `${NO_RUN}. Only the last ten are kept.`)
    return c.json(comparedToJson(compared, service.linkTo), 200)
  })
}

function addThreshold(router: OpenAPIHono<ServiceEnv>): void {
  router.openapi(showThreshold, async (c) => {
    const { checks } = c.var.service
    const { caller } = c.var
    const { refusalCost } = c.req.valid('query')
    const { value, from, chosen } = await checks.threshold.inUse()
    const refitted = await checks.refit(userOf(caller), refusalCost)
    return c.json(
      {
        value,
        from,
        by: chosen?.by ?? null,
        at: chosen && isoTime(chosen.atMs),
        mayChange: from !== 'settings' && caller.collections === null,
        refusalCost,
        refit: refitted && {
          runId: refitted.run.id,
          ...refitted.refit,
          outcomes: [...refitted.refit.outcomes],
        },
      },
      200,
    )
  })

  router.put('/threshold', limitBody, requireJson)
  router.openapi(chooseThreshold, async (c) => {
    const { service, caller } = c.var
    await freeThreshold(caller, service.checks.threshold).choose(
      c.req.valid('json').value,
      userOf(caller).name,
    )
    return c.body(null, 204)
  })

  router.openapi(resetThreshold, async (c) => {
    const { service, caller } = c.var
    await freeThreshold(caller, service.checks.threshold).reset(userOf(caller).name)
    return c.body(null, 204)
  })
}

/** The threshold, for those who may change it: it counts for the answers of everybody. */
function freeThreshold({ collections }: Caller, threshold: Threshold): Threshold {
  if (collections === null) return threshold
  const detail =
    'The threshold counts for the answers of everybody, and your key is limited to collections. Ask somebody whose key is not.'
  throw problemError(403, detail)
}

function userOf({ id: callerId, name, collections }: Caller): CheckUser {
  return { name: name ?? callerId, collections }
}

function questionToJson(kept: CheckQuestion, linkTo: LinkTo) {
  const { id: questionId, question: text, quotes, by, atMs } = kept
  const places = quotes.map((quote) => quoteToJson(quote, linkTo))
  return { id: questionId, question: text, quotes: places, by, at: isoTime(atMs) }
}

function progressToJson({ startedAtMs, user, done, total, problem }: RunProgress) {
  return { startedAt: isoTime(startedAtMs), by: user.name, done, total, problem }
}
