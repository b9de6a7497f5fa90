import { hash, randomUUID } from 'node:crypto'
import type { LiveIndex } from '../../index/live-index.ts'
import type { Answer } from '../answer/answer.ts'
import { toStoredReply } from '../answer/stored-reply.ts'
import type { WebhookConfig } from '../config.ts'
import type { Ask } from '../conversation/question-queue.ts'
import type { Log } from '../log.ts'
import type { FeedbackStore, WebhookStore } from '../state/state.ts'
import type { EventName } from './event-names.ts'
import {
  dislikedData,
  type EventData,
  failedData,
  unansweredData,
  type WebhookEvent,
} from './events.ts'
import { createOutbox, type News, type OutboxOptions } from './outbox.ts'

/** Reports what happens to the addresses of the settings. */
export interface Webhooks {
  /** Wraps `ask`: reports questions that the documents do not answer, from the cache or not. Small talk is none. */
  watchQuestions(ask: Ask): Ask
  /** Wraps the feedback: reports answers that did not help. */
  watchFeedback(feedback: FeedbackStore): FeedbackStore
  /** Reports the generation that is served now, and the files that its build could not take, if they are new. */
  indexChanged(): void
  /** Stores what is to be reported, waits shortly for what is being sent, and sends no more. */
  close(): Promise<void>
}

export interface WebhooksOptions extends Pick<OutboxOptions, 'store' | 'log'> {
  readonly store: WebhookStore
  readonly index: LiveIndex
  readonly log: Log
  /** The address at which people reach this server, without a `/` at its end. */
  readonly publicUrl: string
  /** Times of the outbox that are not its own. */
  readonly times?: Pick<OutboxOptions, 'pollMs' | 'pausesMs' | 'timeoutMs' | 'leaseMs'>
}

/** Connects the events with the outbox, and begins to send what is left in it. */
export function createWebhooks(
  { urls, secret, events }: WebhookConfig,
  { store, index, log, publicUrl, times }: WebhooksOptions,
): Webhooks {
  const isWanted = (name: EventName) => events.includes(name)
  const readNews = () =>
    index.use(async (served): Promise<News[]> => {
      const problems = await served.problems()
      const { generation } = served
      const documents = await served.documents()
      const published = { generation, documents: documents.length, problems: problems.length }
      const failed = problems.map((problem) => {
        const subject = hash('sha256', JSON.stringify(problem), 'base64url')
        return [subject, eventOf('document.failed', failedData(problem))] as const
      })
      const all: News[] = [
        { kind: 'document.failed', events: new Map(failed) },
        {
          kind: 'index.published',
          events: new Map([[generation, eventOf('index.published', published)]]),
        },
      ]
      return all.filter(({ kind }) => events.some((name) => name === kind))
    })
  const outbox = createOutbox({ urls, secret, store, log, readNews, ...times })

  return {
    watchQuestions: (ask) => {
      if (!isWanted('answer.unanswered')) return ask
      return async (request, options) => {
        const reply = await ask(request, options)
        const { answer, interpretedAs } = reply
        // Nothing is stored of a question whose client wants that.
        if (isUnanswered(answer) && request.keep !== false) {
          const { question } = request
          const data = unansweredData(toStoredReply(answer, { question, interpretedAs }), publicUrl)
          outbox.add(eventOf('answer.unanswered', data))
        }
        return reply
      }
    },
    watchFeedback: (feedback) => {
      if (!isWanted('answer.disliked')) return feedback
      return {
        all: () => feedback.all(),
        give: async (name, reply, helpful) => {
          await feedback.give(name, reply, helpful)
          if (helpful) return
          // The same feedback given twice is one event. The name may hold the id of a conversation, which a hash does not tell.
          const id = hash('sha256', `answer.disliked ${name}`, 'base64url')
          outbox.add(eventOf('answer.disliked', dislikedData(reply, publicUrl), id))
        },
      }
    },
    indexChanged: () => outbox.checkNews(),
    close: () => outbox.close(),
  }
}

/** Whether the documents were searched and do not answer. "more" after an answer whose quotes were all shown is no such question. */
function isUnanswered({ answered, explanation }: Answer): boolean {
  const { decidedBy } = explanation
  return !answered && decidedBy !== 'conversation' && decidedBy !== 'ranking'
}

function eventOf<Name extends EventName>(
  event: Name,
  data: EventData[Name],
  id: string = randomUUID(),
): WebhookEvent<Name> {
  return { id, event, at: new Date().toISOString(), data }
}
