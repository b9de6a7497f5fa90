import { setTimeout } from 'node:timers/promises'
import {
  type AssistantThreadsSetSuggestedPromptsArguments,
  type ChatPostEphemeralArguments,
  type ChatPostMessageArguments,
  type Logger,
  LogLevel,
  WebClient,
} from '@slack/web-api'
import pRetry, { AbortError } from 'p-retry'
import type { Log } from '../log.ts'
import type { Message } from './messages.ts'
import { cut } from './slack-text.ts'

/** A thread, or with `threadTs` null a channel. */
export interface Place {
  readonly channel: string
  readonly threadTs: string | null
}

/** What a message that answers a command or a button is to do: who sees it, and what becomes of the one with the button. */
export interface ResponseOptions {
  readonly response_type: 'ephemeral' | 'in_channel'
  readonly replace_original?: boolean
  readonly delete_original?: boolean
}

/**
 * What is asked of Slack. Nothing rejects: Slack's `Retry-After` is obeyed, and what fails otherwise is tried again with
 * growing pauses, then logged, so that the next question is not lost with it.
 */
export interface SlackApi {
  post(place: Place, message: Message): Promise<void>
  /** Answers a command or a button by the address that it came with. */
  respond(responseUrl: string, message: Message, options: ResponseOptions): Promise<void>
  /** Says something that one person alone sees. */
  whisper(place: Place, user: string, message: Message): Promise<void>
  /** Says what the assistant does, in one try: it is worth no waiting for. */
  setStatus(place: Place & { threadTs: string }, status: string): Promise<void>
  suggest(place: Place, questions: readonly string[]): Promise<void>
}

export interface SlackApiOptions {
  readonly token: string
  /** Where the Web API is. */
  readonly url: string
  readonly log: Log
  readonly retry?: Retry
}

/** How what failed is tried again: how often, and with pauses (in ms) that grow by a factor. */
export interface Retry {
  readonly retries: number
  readonly factor: number
  readonly minTimeout: number
}

/** Five more tries, with pauses of half a second to eight: a question that waits longer is asked again by its asker. */
const RETRY: Retry = { retries: 5, factor: 2, minTimeout: 500 }

/** In ms. */
const TIMEOUT = 10_000
const STATUS_TIMEOUT = 2000

/** Slack's words for a token that will never do. */
const REFUSED = /\b(?:invalid_auth|not_authed|account_inactive|token_revoked|token_expired)\b/

/** Slack's titles of suggested questions are short. */
const MAX_TITLE = 75
const MAX_MESSAGE = 1000

/** Failures that Slack tells as answers, and that pass. */
const PASSING = /\b(?:internal_error|fatal_error|service_unavailable|request_timeout|ratelimited)\b/

/** Talks to Slack's Web API. */
export function connectToSlack({ token, url, log, retry = RETRY }: SlackApiOptions): SlackApi {
  const client = new WebClient(token, {
    slackApiUrl: url,
    retryConfig: retry,
    timeout: TIMEOUT,
    logger: quietLogger(log),
  })
  const once = new WebClient(token, {
    slackApiUrl: url,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: STATUS_TIMEOUT,
    logger: quietLogger(log),
  })
  let isRefused = false

  const call = (method: string, body: Record<string, unknown>) =>
    attempt(method, async () => {
      await pRetry(() => client.apiCall(method, body).catch(abortUnlessPassing), retry)
      isRefused = false
    })
  const attempt = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      const reason = REFUSED.exec(error instanceof Error ? error.message : '')?.[0]
      if (reason === undefined) log.error({ err: error }, `Slack did not take ${what}`)
      else if (!isRefused) {
        log.error(
          `Slack refuses SLACK_BOT_TOKEN (${reason}), so nothing is answered there. Install the app again, and set the token that it then has.`,
        )
        isRefused = true
      }
    }
  }

  return {
    post: ({ channel, threadTs }, { text, blocks }) =>
      call('chat.postMessage', {
        channel,
        text,
        blocks,
        unfurl_links: false,
        unfurl_media: false,
        ...(threadTs !== null && { thread_ts: threadTs }),
      } satisfies ChatPostMessageArguments),
    whisper: ({ channel, threadTs }, user, { text, blocks }) =>
      call('chat.postEphemeral', {
        channel,
        user,
        text,
        blocks,
        ...(threadTs !== null && { thread_ts: threadTs }),
      } satisfies ChatPostEphemeralArguments),
    respond: (responseUrl, message, options) =>
      attempt('what answers a command or a button', () =>
        pRetry(() => postJson(responseUrl, { ...message, ...options }), retry),
      ),
    setStatus: async ({ channel, threadTs }, status) => {
      const said = { channel_id: channel, thread_ts: threadTs, status }
      await once.assistant.threads
        .setStatus(said)
        .catch((error: unknown) => log.debug({ err: error }, 'Slack did not take a status'))
    },
    suggest: async ({ channel, threadTs }, questions) => {
      if (questions.length === 0) return
      await call('assistant.threads.setSuggestedPrompts', {
        channel_id: channel,
        ...(threadTs !== null && { thread_ts: threadTs }),
        prompts: questions.map((question) => {
          return { title: cut(question, MAX_TITLE), message: cut(question, MAX_MESSAGE) }
        }),
      } satisfies AssistantThreadsSetSuggestedPromptsArguments)
    },
  }
}

function abortUnlessPassing(error: Error): never {
  throw PASSING.test(error.message) ? error : new AbortError(error)
}

async function postJson(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT),
  })
  if (response.ok) return
  const error = new Error(`Slack answered ${response.status}`)
  if (response.status < 500 && response.status !== 429) throw new AbortError(error)
  const seconds = Number(response.headers.get('Retry-After') ?? 0)
  await setTimeout(seconds * 1000)
  throw error
}

/** Slack's own client tells of each try that failed; what matters of it is told when all of them have. */
function quietLogger(log: Log): Logger {
  return {
    debug: () => {},
    info: (...said) => log.debug({ said }, 'slack'),
    warn: (...said) => log.debug({ said }, 'slack'),
    error: (...said) => log.debug({ said }, 'slack'),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  }
}
