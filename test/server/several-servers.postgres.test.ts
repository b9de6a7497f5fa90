import { setTimeout } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Client } from 'pg'
import { z } from 'zod'
import { type Call, startStandIn } from '../../devtools/slack-stand-in/stand-in.ts'
import { buttonsOf } from '../../devtools/slack-stand-in/render-call.ts'
import { playWorkspace } from '../../devtools/slack-stand-in/workspace.ts'
import { answer } from '../../server/answer/answer-schema.ts'
import { POSTGRES_URL, execute, temporaryDatabase } from '../support/postgres.ts'
import { serveDatabase, type DatabaseServerOptions } from '../support/serve-database.ts'
import { post } from '../support/serve-words.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { wordVectors } from '../support/word-vectors.ts'

const CATS = { question: 'When do cats sleep?' }
const OWLS = { question: 'When do owls fly?' }
const SECRET = 'a-signing-secret-of-slack'
const TOKEN = 'xoxb-a-bot-token'

/** Starts servers over one new database. Gives a function that starts one more. */
async function place() {
  const database = await temporaryDatabase()
  const indexDir = await temporaryFolder()
  return {
    database,
    serve: (options: Partial<DatabaseServerOptions> = {}) =>
      serveDatabase(database, { indexDir, ...options }),
  }
}

async function ask(url: string, body: object) {
  const response = await post(url, body)
  expect(response.status).toBe(200)
  return answer.parse(await response.json())
}

const conversation = z.object({ turns: z.array(z.object({ question: z.string() })) })

async function questionsOf(url: string, id: string): Promise<string[]> {
  const response = await fetch(`${url}/conversations/${id}`)
  return conversation.parse(await response.json()).turns.map(({ question }) => question)
}

/** Models that wait for each other: no two questions are compared at the same time as others, but some before they are stored. */
function slowVectors(ms: number) {
  const models = wordVectors()
  const score: typeof models.score = async (...of) => {
    await setTimeout(ms)
    return models.score(...of)
  }
  return { ...models, score }
}

describe.skipIf(POSTGRES_URL === undefined)('two servers over one database', () => {
  test('share a conversation: it goes on at the other, and forgotten at one it is gone at the other', async () => {
    const { serve } = await place()
    const [one, two] = [await serve(), await serve()]
    const { conversationId } = await ask(one.url, CATS)
    const followUp = await ask(two.url, { question: 'And owls?', conversationId })
    expect(followUp.interpretedAs).not.toBe('And owls?')
    expect(await questionsOf(one.url, conversationId)).toEqual([CATS.question, 'And owls?'])
    const forgotten = await fetch(`${two.url}/conversations/${conversationId}`, {
      method: 'DELETE',
    })
    expect(forgotten.status).toBe(204)
    expect((await fetch(`${one.url}/conversations/${conversationId}`)).status).toBe(404)
    expect((await post(one.url, { ...OWLS, conversationId })).status).toBe(404)
  })

  test('take feedback on answers of each other', async () => {
    const { serve } = await place()
    const [one, two] = [await serve(), await serve()]
    const { conversationId } = await ask(one.url, CATS)
    const given = await fetch(`${two.url}/feedback`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...CATS, conversationId, helpful: true }),
    })
    expect(given.status).toBe(204)
  })

  test('lose and double no turn if both answer in one conversation at once; a 409 says what to do', async () => {
    const { serve } = await place()
    const inference = slowVectors(30)
    const [one, two] = [await serve({ inference }), await serve({ inference })]
    const { conversationId } = await ask(one.url, CATS)
    const asked = Array.from({ length: 12 }, (_, i) => `When do owls fly at night ${i}?`)
    const outcomes = await Promise.all(
      asked.map(async (question, i) => {
        const { url } = i % 2 === 0 ? one : two
        const response = await post(url, { question, conversationId })
        return { question, status: response.status, body: await response.text() }
      }),
    )
    const answered = outcomes.filter(({ status }) => status === 200)
    const refused = outcomes.filter(({ status }) => status === 409)
    expect(answered.length).toBeGreaterThan(0)
    const kept = await questionsOf(two.url, conversationId)
    expect(kept.toSorted()).toEqual(
      [CATS.question, ...answered.map(({ question }) => question)].toSorted(),
    )
    expect(answered.length + refused.length).toBe(
      outcomes.filter(({ status }) => status !== 503).length,
    )
    for (const { body } of refused) expect(body).toContain('Wait for their answers, and ask again.')
  })

  test('count the requests of a client together', async () => {
    const { serve } = await place()
    const settings = { RATE_LIMIT: '3' }
    const [one, two] = [await serve({ settings }), await serve({ settings })]
    const statuses: number[] = []
    for (const { url } of [one, two, one, two, one]) {
      statuses.push((await post(url, CATS)).status)
    }
    expect(statuses).toEqual([200, 200, 200, 429, 429])
    const { headers } = await post(two.url, CATS)
    expect(Number(headers.get('Retry-After'))).toBeGreaterThan(50)
    expect(headers.get('RateLimit-Limit')).toBe('3')
    // Each path has its own count.
    expect((await fetch(`${one.url}/documents`)).status).toBe(200)
  })

  test('start at once over an empty database', async () => {
    const database = await temporaryDatabase()
    const folders = await Promise.all([temporaryFolder(), temporaryFolder(), temporaryFolder()])
    const servers = await Promise.all(
      folders.map((indexDir) => serveDatabase(database, { indexDir })),
    )
    for (const { url } of servers) expect((await ask(url, CATS)).answered).toBe(true)
  })
})

/** Servers over one new database that are connected with a stand-in of Slack. */
async function connected() {
  const standIn = await startStandIn(TOKEN)
  onTestFinished(() => standIn.close())
  const { serve, database } = await place()
  const settings = {
    SLACK_SIGNING_SECRET: SECRET,
    SLACK_BOT_TOKEN: TOKEN,
    SLACK_API_URL: standIn.url,
    PUBLIC_URL: 'http://127.0.0.1',
  }
  const start = async (inference = wordVectors()) => {
    const server = await serve({ settings, inference })
    return { ...server, workspace: playWorkspace({ url: server.url, secret: SECRET }) }
  }
  const posts = () => standIn.calls.filter(({ method }) => method === 'chat.postMessage')
  const untilPosts = async (count: number): Promise<Call[]> => {
    while (posts().length < count) await setTimeout(10)
    return posts()
  }
  return { start, posts, untilPosts, standIn, database }
}

describe.skipIf(POSTGRES_URL === undefined)('Slack over two servers', () => {
  test('answers each event once, however often and wherever it is sent, in the order of its thread', async () => {
    const { start, posts, untilPosts } = await connected()
    const [one, two] = [await start(), await start()]
    const channels = ['D1', 'D2', 'D3']
    let asked = 0
    for (let i = 0; i < 8; i += 1) {
      for (const channel of channels) {
        const id = `Ev${i}${channel}`
        const text = i % 2 === 0 ? CATS.question : OWLS.question
        const [first, second] = i % 2 === 0 ? [one, two] : [two, one]
        await first.workspace.tell({ text, channel }, id)
        await second.workspace.tell({ text, channel }, id)
        asked += 1
      }
    }
    await untilPosts(asked)
    await setTimeout(300)
    expect(posts()).toHaveLength(asked)
    for (const channel of channels) {
      const told = posts().filter(({ body }) => body['channel'] === channel)
      const animals = Array.from(told, (call) =>
        /Cats sleep|Owls fly/.exec(JSON.stringify(call))?.toString(),
      )
      expect(animals).toEqual(
        Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? 'Cats sleep' : 'Owls fly')),
      )
    }
  })

  test('answers what a server left that stopped in the middle', async () => {
    const { start, posts, untilPosts } = await connected()
    const never = new Promise<number[]>(() => {})
    const stuck = await start({ ...wordVectors(), score: () => never })
    await stuck.workspace.tell({ text: CATS.question, channel: 'D1' })
    const other = await start()
    await setTimeout(300)
    expect(posts()).toEqual([])
    void stuck.stop()
    await untilPosts(1)
    await other.workspace.tell({ text: OWLS.question, channel: 'D1' })
    const [, second] = await untilPosts(2)
    expect(JSON.stringify(second?.body)).toContain('Owls fly at night.')
  })

  test('answers what a server left that died, once its lease has run out', async () => {
    const { start, untilPosts, database } = await connected()
    const { workspace } = await start()
    // As a server leaves it that dies while it answers.
    await execute(
      database,
      `INSERT INTO footnote_state.deliveries (id, received, place, event, server, leased_until)
         SELECT 'Ev0', extract(epoch FROM now()) * 1000, 'T0TEAM D1 ', '{"type":"event_callback","event_id":"Ev0","team_id":"T0TEAM","event":{"type":"message","channel":"D1","channel_type":"im","user":"U0ANN","text":"When do cats sleep?","ts":"1.1"}}', 'dead', now() + interval '2 s'`,
    )
    await workspace.tell({ text: OWLS.question, channel: 'D1' })
    const told = JSON.stringify(await untilPosts(2))
    expect(told.indexOf('Cats sleep all day.')).toBeGreaterThan(0)
    expect(told.indexOf('Owls fly at night.')).toBeGreaterThan(told.indexOf('Cats sleep all day.'))
  })

  test('posts an answer whose turn was stored when the database failed, and stores no second turn', async () => {
    const { start, untilPosts, database } = await connected()
    const { workspace } = await start()
    const locker = new Client({ connectionString: database })
    await locker.connect()
    onTestFinished(() => locker.end())
    await locker.query('BEGIN; LOCK TABLE footnote_state.replies')
    await workspace.tell({ text: CATS.question, channel: 'D1' }, 'Ev1')
    // Now the turn is stored, and the server waits to keep the reply for its buttons.
    const isWaiting = `SELECT 1 FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%replies%'`
    while ((await execute(database, isWaiting)).rowCount === 0) await setTimeout(10)
    await execute(
      database,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'footnote'`,
    )
    await locker.query('COMMIT')
    const [told] = await untilPosts(1)
    expect(JSON.stringify(told?.body)).toContain('Cats sleep all day.')
    const { rows } = await execute(database, 'SELECT turn FROM footnote_state.turns')
    expect(rows.map(({ turn }) => JSON.parse(turn))).toMatchObject([{ requestId: 'Ev1' }])
  })

  test('takes feedback at either server', async () => {
    const { start, untilPosts, standIn } = await connected()
    const [one, two] = [await start(), await start()]
    await one.workspace.tell({ text: CATS.question, channel: 'D1' })
    const [told] = await untilPosts(1)
    const button = told && buttonsOf(told).at(-1)
    if (!button) throw new Error('the answer has no button')
    await two.workspace.press(button, standIn.responseUrl)
    while (!standIn.calls.some(({ method }) => method === 'response')) await setTimeout(10)
    expect(JSON.stringify(standIn.calls)).toContain('Thank you.')
  })
})
