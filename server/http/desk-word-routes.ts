import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { DEFAULT_LANGUAGE, languageOf } from '../../index/language/languages.ts'
import { countsAsForm } from '../../index/retrieval/equal-forms.ts'
import { offset } from '../answer/answer-schema.ts'
import { type Caller, covers } from '../access/caller.ts'
import type { LinkTo } from '../answer/quote-url.ts'
import type { DefinitionPlace } from '../words/proposals.ts'
import { isFor, type Word } from '../words/words.ts'
import { BODY_FAILURES, limitBody, requireJson } from './json-body.ts'
import { failure, problemError, SERVICE_FAILURES } from './problem.ts'
import { createServiceRouter, type FindService, type ServiceEnv } from './router.ts'

const FORMS = { least: 2, most: 10, longest: 200 }

/** More than people look through at once. The others follow when these are accepted or refused. */
const MAX_PROPOSALS = 200

const form = z
  .string()
  .trim()
  .min(1)
  .max(FORMS.longest)
  .refine((text) => countsAsForm(text, languageOf(DEFAULT_LANGUAGE)), {
    message: 'must have a word that is not as common as "it", or be an abbreviation in capitals',
  })

const wordBody = z
  .strictObject({
    forms: z
      .array(form)
      .min(FORMS.least)
      .max(FORMS.most)
      .refine((forms) => new Set(forms).size === forms.length, 'must differ from each other')
      .openapi({ description: 'Forms that mean the same', uniqueItems: true }),
    state: z.enum(['accepted', 'rejected']).default('accepted').openapi({
      description: 'Accepted forms are searched for; rejected ones are not proposed again',
    }),
    collections: z.array(z.string().min(1)).min(1).optional().openapi({
      description:
        'The forms count for those who may see all these collections. Default: all collections of your key',
    }),
  })
  .openapi('NewWord')

const word = z
  .object({
    id: z.string(),
    forms: z.array(z.string()),
    state: z.enum(['accepted', 'rejected']),
    collections: z.array(z.string()).nullable().openapi({
      description: 'The forms count for those who may see all of these; null: for everybody',
    }),
    by: z.string(),
    at: z.iso.datetime(),
  })
  .openapi('Word')

const place = z.object({
  documentId: z.string(),
  title: z.string(),
  start: offset,
  end: offset,
  text: z.string().openapi({ description: 'Word for word: the document from start to end' }),
  url: z.string().openapi({ description: 'Opens the document at this place' }),
})

const proposal = z.object({
  short: z.string(),
  expansions: z
    .array(z.object({ long: z.string(), times: z.int(), places: z.array(place) }))
    .openapi({ description: 'What documents say it stands for, the most often first' }),
})

const words = z
  .object({
    accepted: z.array(word),
    rejected: z.array(word),
    proposals: z.array(proposal).openapi({
      description: 'What documents define with brackets: "Popular Mobilization Forces (PMF)"',
    }),
    moreProposals: z.int().openapi({ description: 'How many follow once these are decided' }),
  })
  .openapi('Words')

const listWords = createRoute({
  method: 'get',
  path: '/',
  summary: 'Abbreviations and other words that mean the same, and what documents propose',
  responses: {
    200: { description: 'Oldest first', content: { 'application/json': { schema: words } } },
    ...SERVICE_FAILURES,
  },
})

const enterWord = createRoute({
  method: 'post',
  path: '/',
  summary: 'Enter words that mean the same, or accept or reject a proposal',
  request: { body: { required: true, content: { 'application/json': { schema: wordBody } } } },
  responses: {
    200: {
      description: 'As it is kept. The same forms in any order are one word',
      content: { 'application/json': { schema: word } },
    },
    400: failure('Not valid'),
    ...BODY_FAILURES,
    ...SERVICE_FAILURES,
  },
})

const removeWord = createRoute({
  method: 'delete',
  path: '/{id}',
  summary: 'Remove a word, so that it counts no more and may be proposed again',
  request: { params: z.object({ id: z.string() }) },
  responses: {
    204: { description: 'It is removed' },
    404: failure('There is no such word'),
    ...SERVICE_FAILURES,
  },
})

/** `GET`, `POST` and `DELETE /desk/api/words`. Whoever is limited to collections sees and changes the words of these. */
export function deskWordRoutes(findService: FindService): OpenAPIHono<ServiceEnv> {
  const router = createServiceRouter(findService)

  router.openapi(listWords, async (c) => {
    const { service, caller } = c.var
    const all = await service.words.all()
    const shown = all.filter((each) => isOf(each, caller))
    const known = all.filter((each) => isFor(each, caller.collections))
    const { proposals, total } = await service.wordProposals({
      known: known.map(({ forms }) => forms),
      limit: MAX_PROPOSALS,
    })
    return c.json(
      {
        accepted: shown.filter(({ state }) => state === 'accepted').map(wordToJson),
        rejected: shown.filter(({ state }) => state === 'rejected').map(wordToJson),
        proposals: proposals.map(({ short, expansions }) => ({
          short,
          expansions: expansions.map(({ long, times, places }) => {
            return { long, times, places: places.map((each) => placeToJson(each, service.linkTo)) }
          }),
        })),
        moreProposals: total - proposals.length,
      },
      200,
    )
  })

  router.post('/', limitBody, requireJson)
  router.openapi(enterWord, async (c) => {
    const { service, caller } = c.var
    const { forms, state, collections = caller.collections } = c.req.valid('json')
    if (!isOf({ collections }, caller)) throw otherCollections()
    const entered = { forms, state, collections, by: caller.name ?? caller.id }
    return c.json(wordToJson(await service.words.enter(entered)), 200)
  })

  router.openapi(removeWord, async (c) => {
    const { service, caller } = c.var
    const { id } = c.req.valid('param')
    const found = (await service.words.all()).find((each) => each.id === id)
    const by = caller.name ?? caller.id
    if (!found || !isOf(found, caller) || !(await service.words.remove(found, by))) {
      throw problemError(404, 'There is no such word. Somebody may have removed it.')
    }
    return c.body(null, 204)
  })

  return router
}

/** Whether a word is one that a caller sees and changes: it is of no other collections than the caller's. */
function isOf({ collections }: Pick<Word, 'collections'>, caller: Caller): boolean {
  return covers(caller.collections, collections)
}

function otherCollections() {
  const message = 'has a collection that your key may not see'
  return problemError(400, 'Some fields are not valid.', {
    errors: [{ path: 'collections', message }],
  })
}

function wordToJson({ id, forms, state, collections, by, atMs }: Word) {
  const at = new Date(atMs).toISOString()
  return { id, forms: [...forms], state, collections: collections && [...collections], by, at }
}

function placeToJson(found: DefinitionPlace, linkTo: LinkTo) {
  return { ...found, url: linkTo({ ...found, highlight: null }) }
}
