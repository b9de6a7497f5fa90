import type { LeasedDelivery } from '../state/state.ts'
import { answersIn, type AnswersOptions, FAILED, isDatabaseAway } from './answers.ts'
import { createDeliveries, type DeliveriesOptions, type Outcome } from './deliveries.ts'
import { type BotTask, taskOf } from './events.ts'
import { answerMessage, plainMessage, type PressedButton, pressedButton } from './messages.ts'
import { orderedWork } from './ordered-work.ts'
import { type Action, type Command, eventBody, type EventCallback } from './payloads.ts'
import type { SlackApi } from './slack-api.ts'
import { readSlackText } from './slack-text.ts'

/**
 * Answers people in Slack. The `take…` methods only accept a request; it is answered in the
 * background.
 */
export interface SlackBot {
  takeEvent(callback: EventCallback): Promise<void>
  takeCommand(command: Command): Promise<void>
  takeAction(action: Action): void
  /** Resolves when every accepted request that this server could answer is answered. */
  idle(): Promise<void>
  /** Answers no further event. The next start, or another server, answers those that are left. */
  stop(): Promise<void>
}

export interface SlackBotOptions
  extends AnswersOptions, Pick<DeliveriesOptions, 'leaseMs' | 'pollMs'> {
  readonly api: SlackApi
}

const BUSY = 'Too many questions are waiting. Ask again in a moment.'
const GONE = 'This answer is no longer remembered. Ask the question again.'
const THANKS = 'Thank you.'
const WORKING = 'is searching the documents…'

/** The most events that wait, over all servers, and the most commands here. At 0.2 s a question, the last one waits 40 s. */
const MAX_WAITING = 200

/** How many questions are suggested, each about another document. */
const SUGGESTIONS = 3

/** Creates the bot that answers in Slack. It begins with the events that were accepted and not answered. */
export function createSlackBot(options: SlackBotOptions): SlackBot {
  const { service, api, store, publicUrl, log } = options
  const work = orderedWork((error) => {
    if (!isDatabaseAway(error)) log.error({ err: error }, 'an answer in Slack failed')
  })
  const answerIn = answersIn(options)

  const answer = async (
    eventId: string,
    { target, question, isUnaddressed }: BotTask & { kind: 'question' },
    place: string,
  ): Promise<Outcome> => {
    const isToOthers = isUnaddressed && (question === '' || !(await store.isKnownPlace(place)))
    if (isToOthers) return 'handled'
    const { threadTs } = target
    // The status is set while the question is answered, so that a status that cannot be set delays
    // nothing.
    const [message] = await Promise.all([
      answerIn(place, question, { kind: 'reply', requestId: eventId }),
      threadTs !== null && api.setStatus({ ...target, threadTs }, WORKING),
    ])
    if (!(await deliveries.mayPost(eventId))) return 'unfinished'
    await api.post(target, message)
    return 'handled'
  }

  const handle = async ({ event }: LeasedDelivery): Promise<Outcome> => {
    const callback = eventBody.parse(JSON.parse(event))
    const task = callback.type === 'event_callback' ? taskOf(callback) : null
    if (callback.type !== 'event_callback' || !task) return 'handled'
    if (task.kind === 'question') return answer(callback.event_id, task, keyOf(callback, task))
    await api.suggest(task.target, await suggestions())
    return 'handled'
  }

  const deliveries = createDeliveries({ ...options, handle })

  /** The answer to a command. Unlike an event, a command is not tried again. */
  const answerOrFail = async (key: string, text: string) => {
    try {
      return await answerIn(key, text, { kind: 'private', requestId: null })
    } catch (error) {
      if (!isDatabaseAway(error)) throw error
      return plainMessage(FAILED)
    }
  }

  const suggestions = async (): Promise<string[]> => {
    const documents = await service.documents()
    return documents.slice(0, SUGGESTIONS).map(({ title }) => `What does “${title}” say?`)
  }

  const act = async (action: Action, { button, buttonId }: PressedButton): Promise<void> => {
    const { response_url: url, channel, user, container } = action
    const reply = await store.replyOf(buttonId)
    const tell = async (text: string) => {
      const threadTs = container.thread_ts ?? null
      const visibility = { response_type: 'ephemeral', replace_original: false } as const
      // In a thread, Slack would show a response to the button in the channel, so another method is
      // used there.
      if (threadTs === null || !channel) return api.respond(url, plainMessage(text), visibility)
      return api.whisper({ channel: channel.id, threadTs }, user.id, plainMessage(text))
    }
    if (!reply) return tell(GONE)
    if (button === 'share') {
      if (!(await store.claim(`share ${buttonId}`))) return
      const message = answerMessage(reply, {
        publicUrl,
        linkTo: service.linkTo,
        buttonId,
        kind: 'shared',
      })
      return api.respond(url, message, { response_type: 'in_channel', delete_original: true })
    }
    await service.feedback.give(buttonId, reply, button === 'helpful')
    return tell(THANKS)
  }

  return {
    takeEvent: async (callback) => {
      const task = taskOf(callback)
      if (!task) return
      const { event_id: id } = callback
      const place = keyOf(callback, task)
      if ((await store.waiting()) < MAX_WAITING) {
        await deliveries.accept({ id, place, event: JSON.stringify(callback) })
        return
      }
      const isTold = task.kind === 'question' && !task.isUnaddressed && (await store.claim(id))
      if (isTold) work.add(place, () => api.post(task.target, plainMessage(BUSY)))
    },
    takeCommand: async ({ team_id: team, channel_id: channel, user_id: user, ...command }) => {
      if (!(await store.claim(`command ${command.trigger_id}`))) return
      const key = placeKey(team, channel, user)
      const isBusy = work.waiting >= MAX_WAITING
      work.add(key, async () => {
        const message = isBusy
          ? plainMessage(BUSY)
          : await answerOrFail(key, readSlackText(command.text))
        await api.respond(command.response_url, message, { response_type: 'ephemeral' })
      })
    },
    takeAction: (action) => {
      const [{ action_id: actionId, value }] = action.actions
      const pressed = pressedButton(actionId, value)
      work.add(`button ${pressed.buttonId}`, () => act(action, pressed))
    },
    idle: async () => {
      await Promise.all([deliveries.idle(), work.idle()])
    },
    stop: () => deliveries.stop(),
  }
}

function keyOf({ team_id: team }: EventCallback, { target }: BotTask): string {
  return placeKey(team, target.channel, target.threadTs)
}

/**
 * The key of a place in Slack, which has a conversation of its own: a thread (`part` is its `ts`),
 * a direct conversation (null), or one person's commands in a channel (the person's id).
 */
function placeKey(team: string, channel: string, part: string | null): string {
  return [team, channel, part ?? ''].join(' ')
}
