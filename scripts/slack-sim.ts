import { existsSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { Command } from 'commander'
import colours from 'picocolors'
import { readConfig } from '../server/config.ts'
import { startFootnote } from '../devtools/benchmark/footnote-process.ts'
import { runScript } from './command-line.ts'
import { showCall, valueUnder } from '../devtools/slack-stand-in/show-call.ts'
import { type Call, startStandIn } from '../devtools/slack-stand-in/stand-in.ts'
import { playWorkspace } from '../devtools/slack-stand-in/workspace.ts'

const SECRET = 'the-signing-secret-of-nobody'
const TOKEN = 'xoxb-the-token-of-nobody'

const HOW = `What you write goes to Footnote as Slack would send it, signed:
  @footnote QUESTION   a mention in a channel, which begins a thread
  > TEXT               a message in that thread, without a mention
  /ask QUESTION        the command
  /share, /up, /down   the buttons under the last answer
  /assistant           opens the assistant pane, to which you then write
  anything else        a direct message
Ctrl-D ends.
`

const PANE = 'D0YOU'
const MESSAGES = new Set(['chat.postMessage', 'response'])
const ACTIONS = { '/share': 'share', '/up': 'helpful', '/down': 'unhelpful' }

/** In ms: how long an answer may take, and how long nothing more has to come after it. */
const PATIENCE = 5000
const QUIET = 500

new Command('npm run slack-sim')
  .description(
    'Plays Slack on this machine: sends what you write to Footnote, and shows what it answers.',
  )
  .allowExcessArguments(false)
  .parse()

await runScript(async () => {
  const config = readConfig()
  let last: Call | undefined
  const standIn = await startStandIn(TOKEN, (call) => {
    last = MESSAGES.has(call.method) ? call : last
    showCall(call)
  })
  const indexDir = await copyIndex(config.indexDir)
  console.log('Starting Footnote…')
  const footnote = await startFootnote({
    DOCUMENTS_DIR: config.documentsDir,
    INDEX_DIR: indexDir,
    DATA_DIR: path.join(indexDir, 'data'),
    MODELS_DIR: config.inference.modelsDir,
    EMBEDDING_MODEL: config.inference.embeddingModel,
    RERANKER_MODEL: config.inference.rerankerModel,
    MIN_CONFIDENCE: String(config.minConfidence),
    SLACK_SIGNING_SECRET: SECRET,
    SLACK_BOT_TOKEN: TOKEN,
    SLACK_API_URL: standIn.url,
  })
  try {
    const workspace = playWorkspace({ url: footnote.url, secret: SECRET })
    let thread = ''
    let pane: { thread?: string } = {}

    const send = async (line: string): Promise<Response> => {
      const [, word = '', rest = ''] = /^(@footnote|>|\/\w+)?\s*(.*)$/su.exec(line) ?? []
      switch (word) {
        case '@footnote':
          thread = `${Math.floor(Date.now() / 1000)}.000100`
          return workspace.mention({ text: rest, ts: thread })
        case '>':
          return workspace.say({ text: rest, thread })
        case '/ask':
          return workspace.command(rest, standIn.responseUrl)
        case '/share':
        case '/up':
        case '/down':
          return workspace.press(ACTIONS[word], valueUnder(last), standIn.responseUrl)
        case '/assistant':
          pane = { thread: `${Math.floor(Date.now() / 1000)}.000200` }
          return workspace.openAssistant(PANE, pane.thread ?? '')
        default:
          return workspace.tell({ text: line, channel: PANE, ...pane })
      }
    }

    console.log(`${footnote.url}\n\n${HOW}`)
    const lines = createInterface({ input: process.stdin })
    for await (const line of lines) {
      if (line.trim() === '') continue
      const before = standIn.calls.length
      const response = await send(line.trim())
      const body = await response.text()
      console.log(colours.dim(`→ ${response.status} ${body}`))
      await settled(standIn.calls, before)
    }
  } finally {
    await footnote.stop()
    await standIn.close()
    await rm(indexDir, { recursive: true, force: true })
  }
})

/** A copy of an index, without what people said, which older versions kept there; its folder is to be removed. */
async function copyIndex(indexDir: string): Promise<string> {
  const copy = await mkdtemp(path.join(tmpdir(), 'footnote-slack-'))
  if (existsSync(indexDir)) await cp(indexDir, copy, { recursive: true, filter: isNobodys })
  return copy
}

function isNobodys(file: string): boolean {
  return !/(?:conversations|feedback|slack)\.sqlite(?:-\w+|\.moved)?$/.test(file)
}

/** Waits until what was sent is answered, or until it is clear that it will not be. */
async function settled(calls: readonly Call[], before: number): Promise<void> {
  const sent = Date.now()
  let seen = before
  let changed = sent
  for (;;) {
    await setTimeout(50)
    if (calls.length > seen) changed = Date.now()
    seen = calls.length
    const isAnswered = seen > before && Date.now() - changed > QUIET
    if (isAnswered) return
    if (seen === before && Date.now() - sent > PATIENCE) {
      return console.log(colours.dim('Footnote says nothing to that.\n'))
    }
  }
}
