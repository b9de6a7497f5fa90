import { FootnoteError } from '../../index/errors.ts'
import { answerToJson } from '../answer/answer-json.ts'
import { converse, type Reply } from '../conversation/converse.ts'
import { askBody, type AskBody } from '../conversation/ask-body.ts'
import type { Service } from '../service.ts'
import type { Log } from '../log.ts'
import { type Happening, readEvent } from './events.ts'
import type { SlackMemory } from './memory.ts'
import {
  answerMessage,
  buttonValue,
  conversationOfButton,
  type Message,
  plainMessage,
} from './messages.ts'
import { queueByKey } from './ordered.ts'
import { type Action, type Command, eventBody, type EventCallback } from './payloads.ts'
import type { Place, SlackApi } from './slack-api.ts'
import { readSlackText } from './slack-text.ts'

/** What is done for people in Slack. What is taken is answered later; a call only takes it. */
export interface SlackBot {
  takeEvent(callback: EventCallback): Promise<void>
  takeCommand(command: Command): void
  takeAction(action: Action): void
  /** Answers what was taken and not answered when the server stopped. */
  resume(): Promise<void>
}

export interface SlackBotOptions {
  readonly service: Service
  readonly api: SlackApi
  readonly memory: SlackMemory
  /** Where people reach this server, without a `/` at its end. */
  readonly publicUrl: string
  readonly log: Log
}

const HELP =
  'Ask a question in your own words. The answers are quotations from the documents, each with a link to its place.'
const FAILED = 'The question could not be answered. Ask it again in a moment.'
const GONE = 'This answer is no longer remembered. Ask the question again.'
const THANKS = 'Thank you.'
const WORKING = 'is searching the documents…'

/** Of so many documents a question is suggested. */
const SUGGESTED = 3

/** Makes the bot that answers in Slack. */
export function createSlackBot(options: SlackBotOptions): SlackBot {
  const { service, api, memory, publicUrl, log } = options
  const inOrder = queueByKey((error) => log.error({ err: error }, 'an answer in Slack failed'))

  const happen = async (team: string, happening: Happening): Promise<void> => {
    const { place } = happening
    if (happening.kind === 'opened') return api.suggest(happening.place, await suggestions())
    const key = keyOf(team, place.channel, place.threadTs)
    if (happening.isAside && (await memory.conversationOf(key)) === null) return
    const { threadTs } = place
    if (happening.isDirect && threadTs !== null)
      await api.setStatus({ ...place, threadTs }, WORKING)
    await api.post(place, await messageFor(key, happening.question, 'reply'))
  }

  /** The answer to a question in the conversation of a place, as a message. */
  const messageFor = async (
    key: string,
    text: string,
    kind: 'private' | 'reply',
  ): Promise<Message> => {
    if (text === '') return plainMessage(HELP)
    const asked = askBody.safeParse({ question: text })
    if (!asked.success) return plainMessage(`The question ${asked.error.issues[0]?.message}.`)
    try {
      const reply = await ask(key, asked.data)
      const { conversationId } = reply
      await memory.keepConversation(key, conversationId)
      const answered = answerToJson(reply.answer, { ...reply, explain: false })
      const { question } = asked.data
      return answerMessage({ ...answered, question }, { publicUrl, conversationId, kind })
    } catch (error) {
      log.error({ err: error }, 'a question asked in Slack failed')
      return plainMessage(FAILED)
    }
  }

  const ask = async (key: string, { question, maxQuotes }: AskBody): Promise<Reply> => {
    const { index, ...rest } = service
    const said = { question, maxQuotes, documentIds: null }
    return index.use(async (store) => {
      const conversing = { ...rest, store }
      try {
        return await converse(
          { ...said, conversationId: await memory.conversationOf(key) },
          conversing,
        )
      } catch (error) {
        if (!(error instanceof FootnoteError) || error.code !== 'conversation-unknown') throw error
        // A thread outlives what is remembered of it.
        return converse({ ...said, conversationId: null }, conversing)
      }
    })
  }

  const act = async ({ response_url: url, actions }: Action): Promise<void> => {
    const [action] = actions
    const value = action?.value ?? ''
    const conversationId = conversationOfButton(value)
    const turns = conversationId && (await service.conversations.turns(conversationId))
    const turn = (turns || []).findLast(
      ({ searched, question }) => searched && buttonValue(conversationId ?? '', question) === value,
    )
    const aside = { response_type: 'ephemeral', replace_original: false } as const
    if (!turn || !action || !conversationId) return api.respond(url, plainMessage(GONE), aside)
    if (action.action_id === 'share') {
      const message = answerMessage(turn, { publicUrl, conversationId, kind: 'shared' })
      return api.respond(url, message, { response_type: 'in_channel', delete_original: true })
    }
    await service.feedback.give(conversationId, turn, action.action_id === 'helpful')
    return api.respond(url, plainMessage(THANKS), aside)
  }

  const suggestions = async (): Promise<string[]> => {
    const documents = await service.index.use((store) => store.documents())
    return documents.slice(0, SUGGESTED).map(({ title }) => `What does “${title}” say?`)
  }

  const handle = (callback: EventCallback, happening: Happening): void => {
    const { team_id: team, event_id: id } = callback
    const { channel, threadTs } = happening.place
    inOrder(keyOf(team, channel, threadTs), async () => {
      await happen(team, happening)
      await memory.done(id)
    })
  }

  return {
    takeEvent: async (callback) => {
      const happening = readEvent(callback)
      if (!happening) return
      if (await memory.take(callback.event_id, JSON.stringify(callback)))
        handle(callback, happening)
    },
    takeCommand: ({ team_id: team, channel_id: channel, user_id: user, ...command }) => {
      const key = keyOf(team, channel, user)
      inOrder(key, async () => {
        const message = await messageFor(key, readSlackText(command.text), 'private')
        const answer = { response_type: 'ephemeral', replace_original: true } as const
        await api.respond(command.response_url, message, answer)
      })
    },
    takeAction: (action) => inOrder(action.response_url, () => act(action)),
    resume: async () => {
      for (const { event } of await memory.undone()) {
        const callback = eventBody.parse(JSON.parse(event))
        const happening = callback.type === 'event_callback' ? readEvent(callback) : null
        if (callback.type === 'event_callback' && happening) handle(callback, happening)
      }
    },
  }
}

/** Of a thread, a direct message's channel, or what one person asks in a channel by command. */
function keyOf(team: string, channel: Place['channel'], part: string | null): string {
  return [team, channel, part ?? ''].join(' ')
}
