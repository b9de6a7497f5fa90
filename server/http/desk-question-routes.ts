import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import type { Caller } from '../access/caller.ts'
import { answer, offset } from '../answer/answer-schema.ts'
import { askPrivately } from '../questions/ask-privately.ts'
import { CSV_HEADER, csvLine } from '../questions/csv.ts'
import type { Filter, Questions } from '../questions/questions.ts'
import { offsetParameter } from './document-parameters.ts'
import { clientSignal } from './node.ts'
import { failure, problemError, SERVICE_FAILURES } from './problem.ts'
import { createServiceRouter, type FindService, type ServiceEnv } from './router.ts'

/** How many groups a page has, where the request does not say. */
const DEFAULT_GROUPS = 50
const MAX_GROUPS = 100

const count = z.int().min(0)
const timeMs = z.int().openapi({ description: 'In ms since 1970' })

const keptQuestion = z
  .object({
    id: z.int(),
    group: z.int(),
    question: z.string().openapi({ description: 'As it was typed the last time' }),
    interpretedAs: z.string().openapi({ description: 'As it was searched for' }),
    collections: z.array(z.string()).nullable().openapi({
      description: 'The collections that those who asked may see; null: all',
    }),
    answered: z.boolean().openapi({ description: 'As it was the last time' }),
    confidence: z.number().min(0).max(1),
    found: z
      .array(
        z.object({
          documentId: z.string(),
          title: z.string(),
          start: offset,
          end: offset,
          text: z.string().openapi({ description: 'The beginning of the quote' }),
        }),
      )
      .openapi({ description: 'The quotes, or the closest ones where nothing answered' }),
    times: count.openapi({ description: 'How often it was asked, in the time of the request' }),
    lastAskedMs: timeMs,
    helped: count.openapi({ description: 'How many replies to it helped, as people said' }),
    didNotHelp: count,
  })
  .openapi('KeptQuestion')

const groupList = z
  .object({
    groups: z.array(
      z.object({
        group: z.int(),
        name: z.string().openapi({ description: 'The question that is most like all the others' }),
        questions: count,
        times: count,
        lastAskedMs: timeMs,
        members: z.array(keptQuestion).openapi({
          description: 'Up to 100 of its questions, those that were asked most first',
        }),
      }),
    ),
    totalGroups: count,
    totalQuestions: count,
  })
  .openapi('QuestionGroups')

const details = z
  .object({
    question: keptQuestion,
    now: answer.omit({ conversationId: true }).openapi({
      description: 'What the same question gets now, with the explanation',
    }),
  })
  .openapi('QuestionDetails')

const filterQuery = {
  kind: z.enum(['unanswered', 'unsure', 'disliked', 'all']).default('all').openapi({
    description:
      'unsure: answered with a confidence below 0.5; disliked: somebody said that a reply did not help',
  }),
  from: offsetParameter.optional().openapi({ description: 'In ms since 1970, to the hour' }),
  to: offsetParameter.optional().openapi({ description: 'In ms since 1970, to the hour' }),
  text: z.string().default('').openapi({
    description: 'Words that the question has, as typed or as read, one after the other',
  }),
}

const listQuery = z.strictObject({
  ...filterQuery,
  sort: z.enum(['times', 'lastAsked']).default('times'),
  group: offsetParameter.optional().openapi({ description: 'Only this group' }),
  limit: offsetParameter
    .pipe(z.int().min(1).max(MAX_GROUPS))
    .default(DEFAULT_GROUPS)
    .openapi({ type: 'integer', minimum: 1, maximum: MAX_GROUPS, default: DEFAULT_GROUPS }),
  offset: offsetParameter.default(0),
})

const exportQuery = z.strictObject({
  ...filterQuery,
  format: z.enum(['csv', 'json']).default('csv'),
})

const params = z.object({ id: offsetParameter })

const failures = {
  400: failure('Not valid'),
  404: failure('There is no such question, or no questions are kept'),
  ...SERVICE_FAILURES,
} as const

const listGroups = createRoute({
  method: 'get',
  path: '/',
  summary: 'The questions that people asked, alike ones together',
  request: { query: listQuery },
  responses: {
    200: {
      description: 'A page of groups, and how many there are',
      content: { 'application/json': { schema: groupList } },
    },
    ...failures,
  },
})

const exportQuestions = createRoute({
  method: 'get',
  path: '/export',
  summary: 'The questions that people asked, as a table',
  description: 'In CSV, an apostrophe stands before what a spreadsheet would take for a formula.',
  request: { query: exportQuery },
  responses: {
    200: {
      description: 'A question a line, or a list of questions',
      content: {
        'text/csv': { schema: z.string() },
        'application/json': { schema: z.array(keptQuestion) },
      },
    },
    ...failures,
  },
})

const showQuestion = createRoute({
  method: 'get',
  path: '/{id}',
  summary: 'A question, and why it gets the answer that it gets now',
  request: { params },
  responses: {
    200: {
      description: 'The question, asked again',
      content: { 'application/json': { schema: details } },
    },
    ...failures,
  },
})

const forgetQuestion = createRoute({
  method: 'delete',
  path: '/{id}',
  summary: 'Forget a question',
  request: { params },
  responses: { 204: { description: 'It is forgotten' }, ...failures },
})

const forgetGroup = createRoute({
  method: 'delete',
  path: '/groups/{id}',
  summary: 'Forget all questions of a group',
  request: { params },
  responses: { 204: { description: 'They are forgotten' }, ...failures },
})

interface QuestionEnv {
  readonly Variables: ServiceEnv['Variables'] & { readonly questions: Questions }
}

/** The routes of the desk's questions. */
export function deskQuestionRoutes(findService: FindService): OpenAPIHono<QuestionEnv> {
  const router = createServiceRouter<QuestionEnv>(findService)
  router.use(requireKept)

  router.openapi(listGroups, async (c) => {
    const { sort, group = null, limit, offset: first, ...filter } = c.req.valid('query')
    const page = { sort, group, limit, offset: first }
    const listed = await c.var.questions.groups(filterOf(filter, c.var.caller), page)
    return c.json(groupList.parse(listed), 200)
  })

  router.openapi(exportQuestions, async (c) => {
    const { format, ...filter } = c.req.valid('query')
    const isCsv = format === 'csv'
    // Complete before the response begins: a table that breaks off would pass for a whole one.
    const lines: string[] = []
    for await (const question of c.var.questions.all(filterOf(filter, c.var.caller))) {
      lines.push(isCsv ? csvLine(question) : JSON.stringify(keptQuestion.parse(question)))
    }
    const type = isCsv ? 'text/csv; charset=utf-8; header=present' : 'application/json'
    return c.body(isCsv ? CSV_HEADER + lines.join('') : `[${lines.join(',\n')}]\n`, 200, {
      'Content-Type': type,
      'Content-Disposition': `attachment; filename="questions.${format}"`,
    })
  })

  router.openapi(showQuestion, async (c) => {
    const { questions, service, caller } = c.var
    const question = await questions.find(c.req.valid('param').id, caller.collections)
    if (!question) throw unknownQuestion()
    const now = await askPrivately(question.interpretedAs, {
      service,
      signal: clientSignal(c),
      explain: true,
    })
    return c.json({ question: keptQuestion.parse(question), now }, 200)
  })

  router.openapi(forgetQuestion, async (c) => {
    const { id } = c.req.valid('param')
    await forget(c, { id })
    return c.body(null, 204)
  })

  router.openapi(forgetGroup, async (c) => {
    const { id: group } = c.req.valid('param')
    await forget(c, { group })
    return c.body(null, 204)
  })

  return router
}

/** Forgets questions. Their words do not come into the log: they are to be forgotten. */
async function forget(
  c: Context<QuestionEnv>,
  which: Parameters<Questions['forget']>[0],
): Promise<void> {
  const { questions, service, caller } = c.var
  const forgotten = await questions.forget(which, caller.collections)
  if (forgotten === 0) throw unknownQuestion()
  const subject = 'id' in which ? `question ${which.id}` : `${forgotten} questions`
  const by = caller.name ?? caller.id
  await service.audit.add({ by, action: 'question.forgotten', subject, collection: null })
}

/** Gives the kept questions to the routes after it. */
const requireKept: MiddlewareHandler<QuestionEnv> = async (c, next) => {
  const { questions } = c.var.service
  if (!questions) {
    const message = 'No questions are kept here. Set KEEP_QUESTIONS, such as to 30d, to keep them.'
    throw problemError(404, message)
  }
  c.set('questions', questions)
  await next()
}

function filterOf(
  { kind, from, to, text }: Omit<z.output<typeof exportQuery>, 'format'>,
  { collections }: Caller,
): Filter {
  return { within: collections, kind, fromMs: from ?? null, toMs: to ?? null, text }
}

function unknownQuestion(): Error {
  return problemError(404, 'There is no such question, or it is forgotten.')
}
