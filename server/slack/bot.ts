import { answersIn, type AnswersOptions } from './answers.ts'
import { type Happening, readEvent } from './events.ts'
import { answerMessage, plainMessage } from './messages.ts'
import { orderedWork } from './ordered.ts'
import { type Action, type Command, eventBody, type EventCallback } from './payloads.ts'
import type { Place, SlackApi } from './slack-api.ts'
import { readSlackText } from './slack-text.ts'

/** What is done for people in Slack. What is taken is answered later; a call only takes it. */
export interface SlackBot {
  takeEvent(callback: EventCallback): Promise<void>
  takeCommand(command: Command): Promise<void>
  takeAction(action: Action): void
  /** Answers what was taken and not answered when the server stopped. */
  resume(): Promise<void>
  /** Resolves when everything that was taken is answered. */
  idle(): Promise<void>
}

export interface SlackBotOptions extends AnswersOptions {
  readonly api: SlackApi
}

const BUSY = 'Too many questions are waiting. Ask again in a moment.'
const GONE = 'This answer is no longer remembered. Ask the question again.'
const THANKS = 'Thank you.'
const WORKING = 'is searching the documents…'

/** At 0.2 s a question, the last of so many waits 40 s. */
const MAX_WAITING = 200

/** Of so many documents a question is suggested. */
const SUGGESTED = 3

/** Makes the bot that answers in Slack. */
export function createSlackBot(options: SlackBotOptions): SlackBot {
  const { service, api, memory, publicUrl, log } = options
  const work = orderedWork((error) => log.error({ err: error }, 'an answer in Slack failed'))
  const answerIn = answersIn(options)

  const answer = async (happening: Happening & { kind: 'question' }, key: string) => {
    const { place, question, isAside, isDirect } = happening
    if (isAside && (question === '' || !(await memory.isKnown(key)))) return
    const { threadTs } = place
    // Beside the answer, so that a status that cannot be shown holds nothing up.
    const [message] = await Promise.all([
      answerIn(key, question, 'reply'),
      isDirect && threadTs !== null && api.setStatus({ ...place, threadTs }, WORKING),
    ])
    await api.post(place, message)
  }

  const handle = (callback: EventCallback, happening: Happening): void => {
    const { place } = happening
    const key = keyOf(callback.team_id, place.channel, place.threadTs)
    const isTooMuch = work.waiting >= MAX_WAITING
    work.add(key, async () => {
      if (happening.kind === 'opened') await api.suggest(place, await suggestions())
      else if (!isTooMuch) await answer(happening, key)
      else if (!happening.isAside) await api.post(place, plainMessage(BUSY))
      await memory.done(callback.event_id)
    })
  }

  const suggestions = async (): Promise<string[]> => {
    const documents = await service.documents()
    return documents.slice(0, SUGGESTED).map(({ title }) => `What does “${title}” say?`)
  }

  const act = async (action: Action): Promise<void> => {
    const { response_url: url, actions, channel, user, container } = action
    const [{ action_id: what, value: buttonId }] = actions
    const turn = await memory.answer(buttonId)
    const tell = async (text: string) => {
      const threadTs = container.thread_ts ?? null
      const aside = { response_type: 'ephemeral', replace_original: false } as const
      // What answers a button would stand in the channel, not in the thread where it was pressed.
      if (threadTs === null || !channel) return api.respond(url, plainMessage(text), aside)
      return api.whisper({ channel: channel.id, threadTs }, user.id, plainMessage(text))
    }
    if (!turn) return tell(GONE)
    if (what === 'share') {
      if (!(await memory.take(`share ${buttonId}`, null))) return
      const message = answerMessage(turn, { publicUrl, buttonId, kind: 'shared' })
      return api.respond(url, message, { response_type: 'in_channel', delete_original: true })
    }
    await service.feedback.give(buttonId, turn, what === 'helpful')
    return tell(THANKS)
  }

  return {
    takeEvent: async (callback) => {
      const happening = readEvent(callback)
      if (!happening) return
      const isNew = await memory.take(callback.event_id, JSON.stringify(callback))
      if (isNew) handle(callback, happening)
    },
    takeCommand: async ({ team_id: team, channel_id: channel, user_id: user, ...command }) => {
      if (!(await memory.take(`command ${command.trigger_id}`, null))) return
      const key = keyOf(team, channel, user)
      const isTooMuch = work.waiting >= MAX_WAITING
      work.add(key, async () => {
        const message = isTooMuch
          ? plainMessage(BUSY)
          : await answerIn(key, readSlackText(command.text), 'private')
        await api.respond(command.response_url, message, { response_type: 'ephemeral' })
      })
    },
    takeAction: (action) => work.add(`button ${action.actions[0].value}`, () => act(action)),
    resume: async () => {
      for (const { event } of await memory.undone()) {
        const callback = eventBody.parse(JSON.parse(event))
        const happening = callback.type === 'event_callback' ? readEvent(callback) : null
        if (callback.type === 'event_callback' && happening) handle(callback, happening)
      }
    },
    idle: () => work.idle(),
  }
}

/** Of a thread, a direct message's channel, or what one person asks in a channel by command. */
function keyOf(team: string, channel: Place['channel'], part: string | null): string {
  return [team, channel, part ?? ''].join(' ')
}
