import { EventEmitter, once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { violations } from '../../../devtools/slack-stand-in/block-kit-limits.ts'
import { buttonsOf, type Press } from '../../../devtools/slack-stand-in/render-call.ts'
import type { Call } from '../../../devtools/slack-stand-in/stand-in.ts'
import { BOT_USER, sendSigned } from '../../../devtools/slack-stand-in/workspace.ts'
import { openEmbeddedState } from '../../../server/state/embedded/embedded-state.ts'
import type { SlackStore } from '../../../server/state/state.ts'
import type { StoredReply } from '../../../server/state/stored.ts'
import { PUBLIC_URL, SECRET, serveSlack } from '../../support/serve-slack.ts'
import { temporaryFolder } from '../../support/temporary.ts'
import { wordVectors } from '../../support/word-vectors.ts'

const QUESTION = 'When do cats sleep?'
const QUOTE = '“Cats sleep all day. They hunt at night.”'
const LINK = `${PUBLIC_URL}/documents/cats?start=0&end=39&highlightStart=0&highlightEnd=4#quote`

const shown = (call: Call | undefined) => JSON.stringify(call?.body)
/** In this time, an unwanted answer would have arrived. */
const quiet = () => setTimeout(300)

/** What a press of the button sends that stands at a place under an answer; -1 is the last one. */
function buttonAt(place: number, call: Call | undefined): Press {
  const button = buttonsOf(call).at(place)
  if (!button) throw new Error('there is no such button')
  return button
}

describe('people', () => {
  test('who mention the app are answered in a thread with a quote and a link to it', async () => {
    const { workspace, calls } = await serveSlack()
    const response = await workspace.mention({ text: QUESTION, ts: '100.1' })
    expect(response.status).toBe(200)
    const [answer] = await calls('chat.postMessage', 1)
    expect(answer?.body).toMatchObject({ channel: 'C0GENERAL', thread_ts: '100.1' })
    expect(shown(answer)).toContain(QUOTE)
    expect(shown(answer)).toContain(LINK)
    expect(shown(answer)).toContain('[1] cats, Ann, 2020-01-02, paragraph 1')
    expect(violations(answer?.body)).toEqual([])
  })

  test('who send a direct message are answered there, and in its threads', async () => {
    const { workspace, calls } = await serveSlack()
    await workspace.tell({ text: QUESTION })
    const [direct] = await calls('chat.postMessage', 1)
    expect(direct?.body).toMatchObject({ channel: 'D0ANN' })
    expect(direct?.body).not.toHaveProperty('thread_ts')
    await workspace.tell({ text: QUESTION, thread: '100.1' })
    const [, inThread] = await calls('chat.postMessage', 2)
    expect(inThread?.body).toMatchObject({ channel: 'D0ANN', thread_ts: '100.1' })
  })

  test('who type the command get an answer that only they see, and can share it with its button', async () => {
    const { workspace, standIn, calls } = await serveSlack()
    const response = await workspace.command(QUESTION, standIn.responseUrl)
    expect(await response.text()).toBe('')
    const [answer] = await calls('response', 1)
    expect(answer?.body).toMatchObject({ response_type: 'ephemeral' })
    expect(shown(answer)).toContain(QUOTE)
    expect(shown(answer)).toContain('"action_id":"share"')
    await workspace.press(buttonAt(0, answer), standIn.responseUrl)
    await workspace.press(buttonAt(0, answer), standIn.responseUrl)
    const [, shared] = await calls('response', 2)
    expect(shared?.body).toMatchObject({ response_type: 'in_channel', delete_original: true })
    expect(shown(shared)).toContain(QUESTION)
    expect(shown(shared)).toContain(QUOTE)
    expect(shown(shared)).not.toContain('"action_id":"share"')
    await quiet()
    expect(await calls('response', 2)).toHaveLength(2)
  })

  test('who open the assistant pane get suggested questions, and a status while it searches', async () => {
    const { workspace, calls } = await serveSlack()
    await workspace.openAssistant('D0ANN', '100.1')
    const [suggested] = await calls('assistant.threads.setSuggestedPrompts', 1)
    expect(shown(suggested)).toContain('What does “cats” say?')
    await workspace.tell({ text: QUESTION, thread: '100.1' })
    const [status] = await calls('assistant.threads.setStatus', 1)
    expect(status?.body).toMatchObject({ channel_id: 'D0ANN', thread_ts: '100.1' })
    const [answer] = await calls('chat.postMessage', 1)
    expect(shown(answer)).toContain(QUOTE)
    await workspace.openMessages('D0ANN')
    const [, again] = await calls('assistant.threads.setSuggestedPrompts', 2)
    expect(again?.body).not.toHaveProperty('thread_ts')
  })

  test('see in the thread of a mention that the documents are searched', async () => {
    const { workspace, calls } = await serveSlack()
    await workspace.mention({ text: QUESTION, ts: '100.1' })
    const [status] = await calls('assistant.threads.setStatus', 1)
    expect(status?.body).toMatchObject({ channel_id: 'C0GENERAL', thread_ts: '100.1' })
    await calls('chat.postMessage', 1)
  })

  test('whose question has no answer get a refusal with the closest quotes', async () => {
    const { workspace, calls } = await serveSlack()
    await workspace.tell({ text: 'How do I reset my password?' })
    const [answer] = await calls('chat.postMessage', 1)
    expect(shown(answer)).toContain('The documents do not answer this question.')
    expect(shown(answer)).toContain('The closest passages:')
  })

  test('who send an empty or too long question are told what to do', async () => {
    const { workspace, calls } = await serveSlack()
    await workspace.mention({ text: '' })
    await workspace.tell({ text: 'x'.repeat(1001) })
    const answers = (await calls('chat.postMessage', 2)).map(shown).join(' ')
    expect(answers).toContain('Ask a question in your own words.')
    expect(answers).toContain('at most 1000 characters')
  })

  test('who rate an answer are thanked in the same place, and the rating is stored with that answer', async () => {
    const indexDir = await temporaryFolder()
    const { workspace, standIn, calls } = await serveSlack({ indexDir })
    await workspace.mention({ text: QUESTION, ts: '100.1' })
    const [answered] = await calls('chat.postMessage', 1)
    expect(shown(answered)).toContain('"type":"feedback_buttons"')
    await workspace.press(buttonAt(-1, answered), standIn.responseUrl, '100.1')
    const [thanks] = await calls('chat.postEphemeral', 1)
    expect(thanks?.body).toMatchObject({ channel: 'C0GENERAL', thread_ts: '100.1', user: 'U0ANN' })
    expect(shown(thanks)).toContain('Thank you.')
    const limits = { conversationTtlMs: 60_000, maxTurns: 1 }
    const state = await openEmbeddedState({ dataDir: indexDir, legacyDir: indexDir, ...limits })
    const [kept] = await state.feedback.all()
    await state.close()
    expect(kept).toMatchObject({ question: QUESTION, helpful: false, answered: true })
    const unknown = { actionId: 'feedback', value: 'helpful nothing-that-was-given' }
    await workspace.press(unknown, standIn.responseUrl)
    expect(shown((await calls('response', 1))[0])).toContain('no longer remembered')
  })

  test('cannot read the conversation id from the buttons', async () => {
    const { url, workspace, standIn, calls } = await serveSlack()
    await workspace.command(QUESTION, standIn.responseUrl)
    const { value } = buttonAt(0, (await calls('response', 1))[0])
    expect(value).toMatch(/^[\w-]{22}$/)
    expect((await fetch(`${url}/conversations/${value}`)).status).toBe(404)
  })
})

describe('a thread', () => {
  test('is a conversation: a follow-up needs no mention, and the answer shows its interpretation', async () => {
    const { workspace, calls } = await serveSlack()
    await workspace.mention({ text: 'Where do the Cats live?', ts: '100.1' })
    await workspace.say({ text: 'When do they sleep?', thread: '100.1' })
    const [, followUp] = await calls('chat.postMessage', 2)
    expect(followUp?.body).toMatchObject({ thread_ts: '100.1' })
    expect(shown(followUp)).toMatch(/Read as: When do they sleep\? \(.*cats/i)
    expect(shown(followUp)).toContain(QUOTE)
  })

  test('in which the bot was not asked gets no answer, nor does the channel', async () => {
    const { workspace, calls } = await serveSlack()
    await workspace.say({ text: QUESTION })
    await workspace.say({ text: QUESTION, thread: '50.1' })
    await workspace.mention({ text: QUESTION, ts: '100.1' })
    await calls('chat.postMessage', 1)
    await quiet()
    expect(await calls('chat.postMessage', 1)).toHaveLength(1)
  })

  test('does not mix with another thread of the same channel', async () => {
    const { workspace, calls } = await serveSlack()
    await workspace.mention({ text: 'Where do the Cats live?', ts: '100.1' })
    await workspace.mention({ text: 'What do the Owls say?', ts: '200.1' })
    await workspace.say({ text: 'When do they sleep?', thread: '100.1' })
    await workspace.say({ text: 'When do they sleep?', thread: '200.1' })
    const answers = await calls('chat.postMessage', 4)
    const readIn = (thread: string) =>
      answers
        .filter(({ body }) => body['thread_ts'] === thread)
        .map((call) => /Read as: ([^"]*)/.exec(shown(call) ?? '')?.[1])
    expect(readIn('100.1')[1]).toMatch(/cats/i)
    expect(readIn('200.1')[1] ?? '').not.toMatch(/cats/i)
  })

  test('that began with an empty mention goes on, but messages to other people are ignored', async () => {
    const { workspace, calls } = await serveSlack()
    await workspace.mention({ text: '', ts: '100.1' })
    await workspace.say({ text: QUESTION, thread: '100.1' })
    await workspace.say({ text: '<@U0BOB> can you look at that?', thread: '100.1' })
    await workspace.say({ text: '', thread: '100.1', more: { subtype: 'file_share' } })
    const [, answer] = await calls('chat.postMessage', 2)
    expect(shown(answer)).toContain(QUOTE)
    await quiet()
    expect(await calls('chat.postMessage', 2)).toHaveLength(2)
  })

  test('with a mention that Slack sends twice has one answer to it', async () => {
    const { workspace, calls } = await serveSlack()
    await workspace.mention({ text: QUESTION, ts: '100.1' })
    await calls('chat.postMessage', 1)
    await workspace.mention({ text: QUESTION, thread: '100.1', ts: '101.1' })
    await workspace.say({ text: `<@${BOT_USER}> ${QUESTION}`, thread: '100.1', ts: '101.1' })
    await calls('chat.postMessage', 2)
    await quiet()
    expect(await calls('chat.postMessage', 2)).toHaveLength(2)
  })
})

test('messages of bots, its own messages, edits and deletions are not questions', async () => {
  const { workspace, calls } = await serveSlack()
  await workspace.tell({ text: QUESTION, user: BOT_USER })
  for (const more of [
    { bot_id: 'B0OTHER' },
    { subtype: 'bot_message' },
    { subtype: 'message_changed', message: { text: QUESTION } },
    { subtype: 'message_deleted' },
    { edited: { user: 'U0ANN', ts: '2.0' } },
    { user: undefined },
  ]) {
    await workspace.tell({ text: QUESTION, more })
  }
  await quiet()
  expect(await calls('chat.postMessage', 0)).toEqual([])
})

describe('a repeat of an event is answered once', () => {
  test('when it arrives again later, and twice at the same time', async () => {
    const { workspace, calls } = await serveSlack()
    const ask = () => workspace.tell({ text: QUESTION, ts: '100.1' }, 'Ev7')
    const responses = await Promise.all([ask(), ask()])
    await calls('chat.postMessage', 1)
    responses.push(await ask())
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200])
    await quiet()
    expect(await calls('chat.postMessage', 1)).toHaveLength(1)
  })

  test('after a restart', async () => {
    const indexDir = await temporaryFolder()
    const before = await serveSlack({ indexDir })
    await before.workspace.tell({ text: QUESTION }, 'Ev7')
    await before.calls('chat.postMessage', 1)
    const after = await serveSlack({ indexDir })
    await after.workspace.tell({ text: QUESTION }, 'Ev7')
    await quiet()
    expect(after.standIn.calls).toEqual([])
  })
})

test('an event that was accepted but not answered before a stop is answered after the restart', async () => {
  const indexDir = await temporaryFolder()
  const never = new Promise<number[]>(() => {})
  const before = await serveSlack({ indexDir, inference: { ...wordVectors(), score: () => never } })
  await before.workspace.tell({ text: QUESTION }, 'Ev7')
  await before.bot.stop()
  const after = await serveSlack({ indexDir })
  const [answer] = await after.calls('chat.postMessage', 1)
  expect(shown(answer)).toContain(QUOTE)
})

/** The turns of the direct conversation in a folder. */
async function turnsIn(indexDir: string) {
  const limits = { conversationTtlMs: 60_000, maxTurns: 20 }
  const state = await openEmbeddedState({ dataDir: indexDir, legacyDir: indexDir, ...limits })
  const id = await state.slack.conversationOf('T0TEAM D0ANN ')
  const turns = (await state.conversations.find(id ?? ''))?.turns ?? []
  await state.close()
  return turns
}

describe('an event whose turn was stored, but whose answer was not posted before a crash,', () => {
  const MORE = 'What else is there?'
  const files = Object.fromEntries(
    ['black', 'white', 'red', 'old', 'young', 'wild'].map((kind) => [
      `${kind}.txt`,
      `When do cats sleep? The ${kind} cats sleep at home.\n`,
    ]),
  )
  /** Sends a direct message to a server that comes no further than to store the turn. */
  const crashAfterTurn = async (indexDir: string, text: string) => {
    const stored: StoredReply[] = []
    const keepReply = (reply: StoredReply) => {
      stored.push(reply)
      return new Promise<string>(() => {})
    }
    const storeFrom = (store: SlackStore) => ({ ...store, keepReply })
    const server = await serveSlack({ indexDir, files, storeFrom })
    await server.workspace.tell({ text }, 'Ev-crash')
    const reply = await vi.waitUntil(() => stored[0])
    // So that nobody need wait until its lease has run out.
    await server.bot.stop()
    expect(server.standIn.calls).toEqual([])
    return reply
  }
  test('gets that answer after a restart, and the turn is stored once', async () => {
    const indexDir = await temporaryFolder()
    const reply = await crashAfterTurn(indexDir, QUESTION)
    const after = await serveSlack({ indexDir, files })
    const [answer] = await after.calls('chat.postMessage', 1)
    expect(shown(answer)).toContain(reply.quotes[0]?.text)
    await after.bot.idle()
    expect(await turnsIn(indexDir)).toMatchObject([{ question: QUESTION, requestId: 'Ev-crash' }])
  })

  test('gets the further quotes that nobody has seen yet, if it asked for more', async () => {
    const indexDir = await temporaryFolder()
    const before = await serveSlack({ indexDir, files })
    await before.workspace.tell({ text: QUESTION })
    await before.calls('chat.postMessage', 1)
    await before.bot.idle()
    await before.bot.stop()
    const reply = await crashAfterTurn(indexDir, MORE)
    expect(reply.quotes.length).toBeGreaterThan(0)
    const after = await serveSlack({ indexDir, files })
    const [answer] = await after.calls('chat.postMessage', 1)
    for (const { text } of reply.quotes) expect(shown(answer)).toContain(text)
    await after.bot.idle()
    const turns = await turnsIn(indexDir)
    expect(turns.map(({ question }) => question)).toEqual([QUESTION, MORE])
  })

  test('gets that answer although its documents are gone', async () => {
    const indexDir = await temporaryFolder()
    await crashAfterTurn(indexDir, QUESTION)
    const after = await serveSlack({ indexDir })
    const [answer] = await after.calls('chat.postMessage', 1)
    expect(shown(answer)).toMatch(/The \w+ cats sleep at home/)
  })
})

test('an event that comes while 200 wait, over all servers, is told so once', async () => {
  const indexDir = await temporaryFolder()
  const { workspace, calls } = await serveSlack({ indexDir })
  const limits = { conversationTtlMs: 60_000, maxTurns: 1 }
  const state = await openEmbeddedState({ dataDir: indexDir, legacyDir: indexDir, ...limits })
  onTestFinished(() => state.close())
  const { slack } = state
  // Another server works on the first one, so the others of its place wait.
  await slack.accept({ id: 'Waiting0', place: 'busy', event: '{}' })
  await slack.lease({ server: 'another', max: 1, leaseMs: 60_000 })
  for (let i = 1; i < 200; i += 1) {
    await slack.accept({ id: `Waiting${i}`, place: 'busy', event: '{}' })
  }
  await workspace.tell({ text: QUESTION }, 'Ev7')
  await workspace.tell({ text: QUESTION }, 'Ev7')
  await quiet()
  const answers = await calls('chat.postMessage', 1)
  expect(answers.map(shown).join()).toContain('Too many questions are waiting.')
  expect(answers).toHaveLength(1)
  await slack.markHandled('Waiting199')
  await workspace.tell({ text: QUESTION }, 'Ev8')
  const [, answer] = await calls('chat.postMessage', 2)
  expect(shown(answer)).toContain(QUOTE)
})

test('Slack gets its response at once while 50 events wait, and each event is answered', async () => {
  const gate = new EventEmitter()
  gate.setMaxListeners(100)
  const opened = once(gate, 'open')
  const models = wordVectors()
  const slow = {
    ...models,
    score: (...of: Parameters<typeof models.score>) => opened.then(() => models.score(...of)),
  }
  const { workspace, calls } = await serveSlack({ inference: slow })
  const channels = Array.from({ length: 50 }, (_, i) => `D${i}`)
  for (const channel of channels) {
    // No event is answered yet: status 200 does not wait for the answer.
    expect((await workspace.tell({ text: QUESTION, channel })).status).toBe(200)
  }
  expect(await calls('chat.postMessage', 0)).toEqual([])
  gate.emit('open')
  const answers = await calls('chat.postMessage', 50)
  expect(new Set(answers.map(({ body }) => body['channel']))).toEqual(new Set(channels))
})

describe('a request gets status 401 without a body', () => {
  const BODY = JSON.stringify({ type: 'url_verification', challenge: 'c' })

  test.each([
    ['of a wrong signature', { headers: { 'X-Slack-Signature': `v0=${'0'.repeat(64)}` } }],
    ['of a signature of another length', { headers: { 'X-Slack-Signature': 'v0=00' } }],
    ['without a signature', { headers: { 'X-Slack-Signature': '' } }],
    ['without a time', { headers: { 'X-Slack-Request-Timestamp': '' } }],
    ['of another secret', { secret: 'another' }],
    ['from long ago', { skew: -301 }],
    ['from the future', { skew: 305 }],
  ])(
    '%s',
    async (
      _,
      {
        skew = 0,
        ...options
      }: { skew?: number; secret?: string; headers?: Record<string, string> },
    ) => {
      const { url } = await serveSlack()
      const timestamp = Math.floor(Date.now() / 1000) + skew
      for (const route of ['events', 'commands', 'interactions']) {
        const response = await sendSigned(`${url}/slack/${route}`, BODY, {
          secret: SECRET,
          timestamp,
          ...options,
        })
        expect(response.status).toBe(401)
        expect(await response.text()).toBe('')
      }
    },
  )

  test('with the signature of another body', async () => {
    const { url } = await serveSlack()
    const timestamp = Math.floor(Date.now() / 1000)
    const headers = { 'X-Slack-Signature': 'v0=' }
    const signed = await sendSigned(`${url}/slack/events`, BODY, { secret: SECRET, timestamp })
    expect(await signed.json()).toEqual({ challenge: 'c' })
    const forged = await sendSigned(`${url}/slack/events`, BODY.replace('"c"', '"d"'), {
      secret: SECRET,
      timestamp,
      headers,
    })
    expect(forged.status).toBe(401)
  })

  test('too long requests are refused, and unknown ones are accepted and ignored', async () => {
    const { url } = await serveSlack()
    for (const body of ['{"type":"tokens_revoked"}', '{', 'payload=%7B', 'x=1']) {
      for (const route of ['events', 'commands', 'interactions']) {
        const response = await sendSigned(`${url}/slack/${route}`, body, { secret: SECRET })
        expect(response.status).toBe(200)
      }
    }
    const long = JSON.stringify({ type: 'event_callback', text: 'x'.repeat(600_000) })
    expect((await sendSigned(`${url}/slack/events`, long, { secret: SECRET })).status).toBe(413)
  })
})

test('a stop waits for the answers to accepted requests', async () => {
  const { workspace, standIn, bot } = await serveSlack()
  await workspace.command(QUESTION, standIn.responseUrl)
  await workspace.tell({ text: QUESTION })
  await bot.idle()
  expect(standIn.calls.map(({ method }) => method).toSorted()).toEqual([
    'chat.postMessage',
    'response',
  ])
})

describe("a workspace that lacks Slack's own feedback buttons", () => {
  const lacking = { lacksFeedbackButtons: true }

  test('gets each answer once with older buttons, and is offered the newer ones once', async () => {
    const { workspace, standIn, calls, errors } = await serveSlack(lacking)
    await workspace.tell({ text: QUESTION })
    const [first] = await calls('chat.postMessage', 1)
    expect(shown(first)).toContain(QUOTE)
    expect(buttonsOf(first).map(({ actionId }) => actionId)).toEqual(['helpful', 'unhelpful'])
    await workspace.tell({ text: QUESTION })
    await calls('chat.postMessage', 2)
    await quiet()
    expect(await calls('chat.postMessage', 2)).toHaveLength(2)
    expect(standIn.attempts).toHaveLength(3)
    expect(errors).toEqual([])
  })

  test('gets the answer to a command once, and can share and rate it', async () => {
    const { workspace, standIn, calls } = await serveSlack(lacking)
    await workspace.command(QUESTION, standIn.responseUrl)
    const [answer] = await calls('response', 1)
    const actions = buttonsOf(answer).map(({ actionId }) => actionId)
    expect(actions).toEqual(['share', 'helpful', 'unhelpful'])
    await workspace.press(buttonAt(1, answer), standIn.responseUrl)
    const [, thanks] = await calls('response', 2)
    expect(shown(thanks)).toContain('Thank you.')
    await workspace.press(buttonAt(0, answer), standIn.responseUrl)
    const [, , shared] = await calls('response', 3)
    expect(shared?.body).toMatchObject({ response_type: 'in_channel' })
    expect(standIn.attempts).toHaveLength(4)
  })

  test('is not taken for one that refuses a message for another reason', async () => {
    const { workspace, standIn, calls, errors } = await serveSlack()
    standIn.failNext({ error: 'invalid_blocks' }, { error: 'invalid_blocks' })
    await workspace.tell({ text: QUESTION })
    while (errors.length === 0) await setTimeout(5)
    await workspace.tell({ text: QUESTION })
    const [answer] = await calls('chat.postMessage', 1)
    expect(shown(answer)).toContain('"type":"feedback_buttons"')
    expect(errors).toEqual(['Slack did not take chat.postMessage'])
  })
})

describe('where Slack fails', () => {
  test('its Retry-After is obeyed, and other failures are retried', async () => {
    const { workspace, standIn, calls, errors } = await serveSlack()
    const passing = { error: 'service_unavailable' }
    standIn.failNext({ status: 429, retryAfter: 1 }, { status: 500 }, 'drop', passing)
    const asked = Date.now()
    await workspace.tell({ text: QUESTION })
    await calls('chat.postMessage', 1)
    expect(Date.now() - asked).toBeGreaterThanOrEqual(1000)
    expect(standIn.attempts).toHaveLength(5)
    expect(errors).toEqual([])
  })

  test('the response to a command is retried too', async () => {
    const { workspace, standIn, calls } = await serveSlack()
    standIn.failNext({ status: 429, retryAfter: 1 }, { status: 500 }, 'drop')
    await workspace.command(QUESTION, standIn.responseUrl)
    await calls('response', 1)
    expect(standIn.attempts).toHaveLength(4)
  })

  test('on every attempt, an error is logged, and the next question is answered', async () => {
    const { workspace, standIn, calls, errors } = await serveSlack()
    standIn.failNext({ status: 500 }, { status: 500 }, 'drop', 'drop')
    await workspace.tell({ text: QUESTION })
    while (errors.length === 0) await setTimeout(5)
    expect(errors).toEqual(['Slack did not take chat.postMessage'])
    await workspace.tell({ text: QUESTION })
    await calls('chat.postMessage', 1)
    expect(errors).toHaveLength(1)
  })

  test('and refuses the token, one log entry says so, without the token', async () => {
    const { workspace, standIn, errors } = await serveSlack({ token: 'xoxb-revoked' })
    for (let i = 0; i < 3; i += 1) {
      await workspace.tell({ text: QUESTION })
      await workspace.command(QUESTION, standIn.responseUrl)
    }
    while (standIn.attempts.length < 6) await setTimeout(5)
    await quiet()
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatch(/SLACK_BOT_TOKEN \(invalid_auth\).*Install the app again/)
    expect(errors[0]).not.toContain('xoxb-')
  })
})
