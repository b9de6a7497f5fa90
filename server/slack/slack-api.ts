import { setTimeout } from 'node:timers/promises'
import {
  type AssistantThreadsSetSuggestedPromptsArguments,
  type ChatPostEphemeralArguments,
  type ChatPostMessageArguments,
  type Logger,
  LogLevel,
  WebClient,
} from '@slack/web-api'
import type { KnownBlock } from '@slack/types'
import pRetry, { AbortError } from 'p-retry'
import type { Log } from '../log.ts'
import type { Message } from './messages.ts'
import { cut } from './slack-text.ts'

/** Where messages are posted: a thread, or, where `threadTs` is null, a channel. */
export interface ReplyTarget {
  readonly channel: string
  readonly threadTs: string | null
}

/**
 * Who sees the response to a command or a button, and whether it replaces the message with the
 * button.
 */
export interface ResponseOptions {
  readonly response_type: 'ephemeral' | 'in_channel'
  readonly replace_original?: boolean
  readonly delete_original?: boolean
}

/**
 * Calls to Slack. None of them rejects: a call obeys Slack's `Retry-After`, is retried with growing
 * pauses when it fails, and is logged when it fails for good, so that the next question is not lost
 * with it.
 */
export interface SlackApi {
  post(target: ReplyTarget, message: Message): Promise<void>
  /** Responds to a command or a button, at the URL that came with it. */
  respond(responseUrl: string, message: Message, options: ResponseOptions): Promise<void>
  /** Posts a message that only one person sees. */
  whisper(target: ReplyTarget, user: string, message: Message): Promise<void>
  /** Shows what the assistant is doing. It is tried only once, since a late status is of no use. */
  setStatus(target: ReplyTarget & { threadTs: string }, status: string): Promise<void>
  /** Suggests questions; does nothing where there are none. */
  suggest(target: ReplyTarget, questions: readonly string[]): Promise<void>
}

/** How to reach Slack. */
export interface SlackApiOptions {
  readonly token: string
  /** The address of the Web API, with a `/` at its end. */
  readonly url: string
  readonly log: Log
  /** Six attempts over about 16 s by default. */
  readonly retry?: Retry
}

/** How failed calls are retried, as `p-retry` takes it. */
export interface Retry {
  readonly retries: number
  /** Each pause is longer than the one before by this factor. */
  readonly factor: number
  /** The first pause, in ms. */
  readonly minTimeout: number
}

/** Five retries, after pauses of 0.5 to 8 s. If it takes longer, people ask again themselves. */
const DEFAULT_RETRY: Retry = { retries: 5, factor: 2, minTimeout: 500 }

const TIMEOUT_MS = 10_000
const STATUS_TIMEOUT_MS = 2000

/** Slack's errors for a token that is not valid, or no longer. */
const TOKEN_ERROR = /\b(?:invalid_auth|not_authed|account_inactive|token_revoked|token_expired)\b/

/** The maximum length of a suggested question's title, and of the question. */
const MAX_TITLE_LENGTH = 75
const MAX_PROMPT_LENGTH = 1000

/** Temporary failures that Slack reports in successful responses. */
const TEMPORARY_ERROR =
  /\b(?:internal_error|fatal_error|service_unavailable|request_timeout|ratelimited)\b/

/** Slack's errors for blocks that a workspace does not have. */
const BLOCKS_REFUSED = /\b(?:invalid_blocks|invalid_blocks_format|invalid_arguments)\b/

/** How much of a refusal goes into the log, in UTF-16 code units. */
const MAX_REFUSAL_LENGTH = 200

/** Talks to Slack's Web API. */
export function connectToSlack({
  token,
  url,
  log,
  retry = DEFAULT_RETRY,
}: SlackApiOptions): SlackApi {
  const client = new WebClient(token, {
    slackApiUrl: url,
    retryConfig: retry,
    timeout: TIMEOUT_MS,
    logger: quietLogger(log),
  })
  const singleTryClient = new WebClient(token, {
    slackApiUrl: url,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: STATUS_TIMEOUT_MS,
    logger: quietLogger(log),
  })
  let isTokenRefused = false
  // A token belongs to one workspace, so one refusal counts for all messages. After a restart the newer blocks are tried once more.
  let areNewerBlocksRefused = false

  const call = (method: string, body: Record<string, unknown>) =>
    attempt(method, () => callWithRetries(method, body))
  const callWithRetries = async (method: string, body: Record<string, unknown>) => {
    await pRetry(() => client.apiCall(method, body).catch(abortUnlessTemporary), retry)
    isTokenRefused = false
  }
  /** Sends a message with its blocks, or with its older blocks if the workspace refuses the newer ones. */
  const sendMessage = async (
    { text, blocks, olderBlocks }: Message,
    send: (content: { text: string; blocks: KnownBlock[] }) => Promise<void>,
  ): Promise<void> => {
    if (olderBlocks === null) return send({ text, blocks })
    if (areNewerBlocksRefused) return send({ text, blocks: olderBlocks })
    try {
      await send({ text, blocks })
    } catch (error) {
      if (!(error instanceof Error && BLOCKS_REFUSED.test(error.message))) throw error
      await send({ text, blocks: olderBlocks })
      // Only now is it known that the newer blocks, and nothing else in the message, were refused.
      areNewerBlocksRefused = true
      log.info("This workspace does not take Slack's own feedback buttons, so it gets older ones.")
    }
  }
  const attempt = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      const reason = TOKEN_ERROR.exec(error instanceof Error ? error.message : '')?.[0]
      if (reason === undefined) log.error({ err: error }, `Slack did not take ${what}`)
      else if (!isTokenRefused) {
        log.error(
          `Slack refuses SLACK_BOT_TOKEN (${reason}), so questions in Slack are not answered. Install the app again, and set the new token.`,
        )
        isTokenRefused = true
      }
    }
  }

  return {
    post: ({ channel, threadTs }, message) =>
      attempt('chat.postMessage', () =>
        sendMessage(message, (content) =>
          callWithRetries('chat.postMessage', {
            channel,
            ...content,
            unfurl_links: false,
            unfurl_media: false,
            ...(threadTs !== null && { thread_ts: threadTs }),
          } satisfies ChatPostMessageArguments),
        ),
      ),
    whisper: ({ channel, threadTs }, user, message) =>
      attempt('chat.postEphemeral', () =>
        sendMessage(message, (content) =>
          callWithRetries('chat.postEphemeral', {
            channel,
            user,
            ...content,
            ...(threadTs !== null && { thread_ts: threadTs }),
          } satisfies ChatPostEphemeralArguments),
        ),
      ),
    respond: (responseUrl, message, options) =>
      attempt('the response to a command or a button', () =>
        sendMessage(message, (content) =>
          pRetry(() => postJson(responseUrl, { ...content, ...options }), retry),
        ),
      ),
    setStatus: async ({ channel, threadTs }, status) => {
      const body = { channel_id: channel, thread_ts: threadTs, status }
      await singleTryClient.assistant.threads
        .setStatus(body)
        .catch((error: unknown) => log.debug({ err: error }, 'Slack did not take a status'))
    },
    suggest: async ({ channel, threadTs }, questions) => {
      if (questions.length === 0) return
      await call('assistant.threads.setSuggestedPrompts', {
        channel_id: channel,
        ...(threadTs !== null && { thread_ts: threadTs }),
        prompts: questions.map((question) => {
          return {
            title: cut(question, MAX_TITLE_LENGTH),
            message: cut(question, MAX_PROMPT_LENGTH),
          }
        }),
      } satisfies AssistantThreadsSetSuggestedPromptsArguments)
    },
  }
}

function abortUnlessTemporary(error: Error): never {
  throw TEMPORARY_ERROR.test(error.message) ? error : new AbortError(error)
}

async function postJson(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const said = (await response.text()).slice(0, MAX_REFUSAL_LENGTH)
  // Slack refuses some responses with status 200, as it does in its Web API.
  const isRefused = response.ok && /"ok"\s*:\s*false/.test(said)
  if (response.ok && !isRefused) return
  const error = new Error(`Slack answered ${response.status}: ${said}`)
  if (isRefused) return abortUnlessTemporary(error)
  if (response.status < 500 && response.status !== 429) throw new AbortError(error)
  const seconds = Number(response.headers.get('Retry-After') ?? 0)
  await setTimeout(seconds * 1000)
  throw error
}

/**
 * A logger for Slack's client, which reports each failed try. Only a call that failed for good is
 * logged as an error.
 */
function quietLogger(log: Log): Logger {
  return {
    debug: () => {},
    info: (...messages) => log.debug({ messages }, 'slack'),
    warn: (...messages) => log.debug({ messages }, 'slack'),
    error: (...messages) => log.debug({ messages }, 'slack'),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  }
}
