import { Writable } from 'node:stream'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { type Call, type StandIn, startStandIn } from '../../devtools/slack-stand-in/stand-in.ts'
import { playWorkspace } from '../../devtools/slack-stand-in/workspace.ts'
import type { Inference } from '../../index/inference/inference.ts'
import { createSlackBot, type SlackBot } from '../../server/slack/bot.ts'
import { connectToSlack } from '../../server/slack/slack-api.ts'
import type { SlackStore } from '../../server/state/state.ts'
import { serveWords } from './serve-words.ts'
import { temporaryFolder } from './temporary.ts'

export const SECRET = 'a-signing-secret-of-slack'
const TOKEN = 'xoxb-a-bot-token'

/** Of the links in messages. */
export const PUBLIC_URL = 'https://footnote.example'

export interface Slack {
  readonly url: string
  readonly standIn: StandIn
  readonly workspace: ReturnType<typeof playWorkspace>
  readonly bot: SlackBot
  /** The messages of logged errors. */
  readonly errors: readonly string[]
  /** Waits until there are so many calls of a method; gives all that there are. */
  readonly calls: (method: string, count: number) => Promise<Call[]>
}

export interface SlackOptions {
  readonly inference?: Inference
  /** A folder of its own without it. */
  readonly indexDir?: string
  readonly token?: string
  /** Whether the workspace refuses Slack's own feedback buttons. */
  readonly lacksFeedbackButtons?: boolean
  /** Documents besides the two. */
  readonly files?: Record<string, string>
  /** The store that the bot uses, made from the real one. */
  readonly storeFrom?: (store: SlackStore) => SlackStore
}

/** Footnote with two small documents, and a stand-in of Slack that it is connected with, over real sockets. */
export async function serveSlack(options: SlackOptions = {}): Promise<Slack> {
  const { inference, token = TOKEN, lacksFeedbackButtons = false, files = {} } = options
  const { storeFrom = (store: SlackStore) => store } = options
  const indexDir = options.indexDir ?? (await temporaryFolder())
  const standIn = await startStandIn(TOKEN, { lacksFeedbackButtons })
  onTestFinished(() => standIn.close())
  const { log, errors } = logOfErrors()
  const api = connectToSlack({
    token,
    url: standIn.url,
    log,
    retry: { retries: 3, factor: 1, minTimeout: 5 },
  })
  let bot: SlackBot | undefined
  const url = await serveWords(
    {},
    {
      indexDir,
      files,
      ...(inference && { inference }),
      slack: (service, store) => {
        const parts = { service, api, store: storeFrom(store), publicUrl: PUBLIC_URL, log }
        const made = createSlackBot(parts)
        onTestFinished(() => made.stop())
        bot = made
        return { signingSecret: SECRET, bot: () => made }
      },
    },
  )
  if (!bot) throw new Error('the bot is made with the server')
  return {
    url,
    standIn,
    bot,
    errors,
    workspace: playWorkspace({ url, secret: SECRET }),
    calls: async (method, count) => {
      for (;;) {
        const found = standIn.calls.filter((call) => call.method === method)
        if (found.length >= count) return found
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
  }
}

function logOfErrors() {
  const errors: string[] = []
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      const { msg }: { msg: string } = JSON.parse(chunk.toString())
      errors.push(msg)
      done()
    },
  })
  return { log: pino({ level: 'error' }, stream), errors }
}
