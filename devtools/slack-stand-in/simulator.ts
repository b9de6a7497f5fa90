import { existsSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Config } from '../../server/config.ts'
import { startFootnote } from '../footnote-process.ts'
import { buttonsOf, type Press } from './render-call.ts'
import { type Call, type StandIn, startStandIn } from './stand-in.ts'
import { playWorkspace } from './workspace.ts'

const SIGNING_SECRET = 'a-signing-secret-for-simulations'
const BOT_TOKEN = 'xoxb-a-token-for-simulations'

/** The channel of the user's direct messages, and of the assistant pane. */
const DIRECT_CHANNEL = 'D0YOU'

/** Where the buttons are among those under an answer, from its end: only a private answer can be shared. */
const BUTTON_PLACES = { '/share': -3, '/up': -2, '/down': -1 }
const NO_BUTTON: Press = { actionId: 'none', value: '' }

/** How long the first message of an answer may take. */
const ANSWER_TIMEOUT_MS = 5000

/** An answer is complete when nothing follows it for this long. */
const SETTLED_AFTER_MS = 500

const POLL_MS = 50

/** The files of an index folder that hold what people said. */
const USER_DATA = /(?:conversations|feedback|slack)\.sqlite(?:-\w+)?$/

/** The lines that {@link SlackSimulator.send} takes. */
export const SIMULATOR_HELP = `Each line is sent to Footnote as Slack would send it, signed:
  @footnote QUESTION   a mention in a channel, which begins a thread
  > TEXT               a message in that thread, without a mention
  /ask QUESTION        the command
  /share, /up, /down   the buttons under the last answer
  /assistant           opens the assistant pane; direct messages then go to it
  any other line       a direct message
Ctrl-D ends.
`

/** Footnote, and a stand-in for Slack that it is connected to. */
export interface SlackSimulator {
  /** The address of Footnote. */
  readonly url: string
  /**
   * Sends a line as a person in Slack would. Gives Footnote's response to the request, which is not
   * yet the answer.
   */
  send(line: string): Promise<{
    readonly status: number
    readonly body: string
    /** Resolves when the answer is complete, with true; with false where no answer came in time. */
    readonly answered: Promise<boolean>
  }>
  stop(): Promise<void>
}

/**
 * Starts Footnote with the documents of `config` and a copy of its index, connected to a stand-in
 * for Slack. `onCall` is called with each call that Footnote makes to Slack.
 */
export async function startSlackSimulator(
  config: Config,
  onCall: (call: Call) => void,
): Promise<SlackSimulator> {
  let lastAnswer: Call | undefined
  const standIn = await startStandIn(BOT_TOKEN, {
    onCall: (call) => {
      if (buttonsOf(call).length > 0) lastAnswer = call
      onCall(call)
    },
  })
  const indexDir = await copyIndex(config.indexDir)
  const removeAll = async () => {
    await standIn.close()
    await rm(indexDir, { recursive: true, force: true })
  }
  try {
    const footnote = await startFootnote({
      DOCUMENTS_DIR: config.documentsDir,
      INDEX_DIR: indexDir,
      DATA_DIR: path.join(indexDir, 'data'),
      MODELS_DIR: config.inference.modelsDir,
      EMBEDDING_MODEL: config.inference.embeddingModel,
      RERANKER_MODEL: config.inference.rerankerModel,
      READER_MODEL: config.inference.readerModel,
      INFERENCE_URL: config.inference.remote?.addresses.join(',') ?? '',
      INFERENCE_KEY: config.inference.remote?.key ?? '',
      INFERENCE_PROCESSES: String(config.inference.processes),
      ...(config.minConfidence !== null && { MIN_CONFIDENCE: String(config.minConfidence) }),
      SLACK_SIGNING_SECRET: SIGNING_SECRET,
      SLACK_BOT_TOKEN: BOT_TOKEN,
      SLACK_API_URL: standIn.url,
    })
    const sendLine = lineSender(footnote.url, standIn, () => buttonsOf(lastAnswer))
    return {
      url: footnote.url,
      send: async (line) => {
        const callsBefore = standIn.calls.length
        const response = await sendLine(line)
        const body = await response.text()
        return { status: response.status, body, answered: untilAnswered(standIn, callsBefore) }
      },
      stop: async () => {
        await footnote.stop()
        await removeAll()
      },
    }
  } catch (error) {
    await removeAll()
    throw error
  }
}

/** Gives a function that sends a line as the request that it stands for. */
function lineSender(
  url: string,
  { responseUrl }: StandIn,
  lastButtons: () => Press[],
): (line: string) => Promise<Response> {
  const workspace = playWorkspace({ url, secret: SIGNING_SECRET })
  let thread = ''
  let assistantThread: string | undefined
  return (line) => {
    const [, word = '', rest = ''] = /^(@footnote|>|\/\w+)?\s*(.*)$/su.exec(line) ?? []
    switch (word) {
      case '@footnote':
        thread = timestamp('000100')
        return workspace.mention({ text: rest, ts: thread })
      case '>':
        return workspace.say({ text: rest, thread })
      case '/ask':
        return workspace.command(rest, responseUrl)
      case '/share':
      case '/up':
      case '/down':
        return workspace.press(lastButtons().at(BUTTON_PLACES[word]) ?? NO_BUTTON, responseUrl)
      case '/assistant':
        assistantThread = timestamp('000200')
        return workspace.openAssistant(DIRECT_CHANNEL, assistantThread)
      default:
        return workspace.tell({
          text: line,
          channel: DIRECT_CHANNEL,
          ...(assistantThread !== undefined && { thread: assistantThread }),
        })
    }
  }
}

/** The present time as Slack names messages: seconds since 1970, and a fraction. */
function timestamp(fraction: string): string {
  return `${Math.floor(Date.now() / 1000)}.${fraction}`
}

/** Copies an index to a temporary folder, without what people said. */
async function copyIndex(indexDir: string): Promise<string> {
  const copy = await mkdtemp(path.join(tmpdir(), 'footnote-slack-'))
  if (existsSync(indexDir)) {
    await cp(indexDir, copy, { recursive: true, filter: (file) => !USER_DATA.test(file) })
  }
  return copy
}

/**
 * Waits for calls beyond the first `callsBefore`, and until no more follow; false where there are
 * none in time.
 */
async function untilAnswered({ calls }: StandIn, callsBefore: number): Promise<boolean> {
  const sentAt = Date.now()
  let seen = callsBefore
  let lastCallAt = sentAt
  for (;;) {
    await setTimeout(POLL_MS)
    if (calls.length > seen) lastCallAt = Date.now()
    seen = calls.length
    if (seen > callsBefore && Date.now() - lastCallAt > SETTLED_AFTER_MS) return true
    if (seen === callsBefore && Date.now() - sentAt > ANSWER_TIMEOUT_MS) return false
  }
}
