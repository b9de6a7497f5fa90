import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { Command } from 'commander'
import colours from 'picocolors'
import { z } from 'zod'
import { readConfig } from '../server/config.ts'
import { startFootnote } from './benchmark/footnote-process.ts'
import { printable, runScript } from './command-line.ts'
import { type Call, startStandIn } from './slack/stand-in.ts'
import { playWorkspace } from './slack/workspace.ts'

const SECRET = 'the-signing-secret-of-nobody'
const TOKEN = 'xoxb-the-token-of-nobody'

const HOW = `What you write goes to Footnote as Slack would send it, signed:
  @footnote QUESTION   a mention in a channel, which begins a thread
  > TEXT               a message in that thread, without a mention
  /ask QUESTION        the command
  /share, /up, /down   the buttons under the last answer
  /assistant           opens the assistant pane
  anything else        a direct message
Ctrl-D ends.
`

const ACTIONS = { '/share': 'share', '/up': 'helpful', '/down': 'unhelpful' }

/** In ms: how long an answer may take, and how long nothing more has to come after it. */
const PATIENCE = 5000
const QUIET = 500

const richTextPart = z.object({
  type: z.string(),
  elements: z.array(z.object({ text: z.string(), url: z.string().optional() })),
})
const button = z.object({ value: z.string(), text: z.object({ text: z.string() }) })
/** Of a message, what is shown of it here. */
const shownMessage = z.object({
  channel: z.string().optional(),
  thread_ts: z.string().optional(),
  response_type: z.string().optional(),
  blocks: z.array(z.object({ elements: z.array(z.union([button, richTextPart])) })),
})

new Command('npm run slack-sim')
  .description(
    'Plays Slack on this machine: sends what you write to Footnote, and shows what it answers.',
  )
  .allowExcessArguments(false)
  .parse()

await runScript(async () => {
  const { documentsDir, indexDir } = readConfig()
  let last: Call | undefined
  const standIn = await startStandIn(TOKEN, (call) => {
    last = call.method === 'chat.postMessage' || call.method === 'response' ? call : last
    show(call)
  })
  console.log('Starting Footnote…')
  const footnote = await startFootnote({
    DOCUMENTS_DIR: documentsDir,
    INDEX_DIR: indexDir,
    SLACK_SIGNING_SECRET: SECRET,
    SLACK_BOT_TOKEN: TOKEN,
    SLACK_API_URL: standIn.url,
  })
  try {
    const workspace = playWorkspace({ url: footnote.url, secret: SECRET })
    let thread = ''

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
          return workspace.openAssistant('D0YOU', '1.000100')
        default:
          return workspace.tell({ text: line })
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
  }
})

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

/** Prints a call as people would see it in Slack. */
function show({ method, body }: Call): void {
  if (method === 'assistant.threads.setStatus') {
    return console.log(colours.dim(`(Footnote ${printable(String(body['status']))})`))
  }
  if (method === 'assistant.threads.setSuggestedPrompts') {
    const prompts = z.array(z.object({ message: z.string() })).parse(body['prompts'])
    for (const { message } of prompts) console.log(`( ${printable(message)} )`)
    return console.log()
  }
  const { blocks, ...rest } = shownMessage.parse(body)
  const seenBy = rest.response_type === 'ephemeral' ? 'only you see this' : where(rest)
  console.log(colours.bold(`Footnote, ${seenBy}:`))
  for (const block of blocks) {
    for (const element of block.elements) {
      if ('value' in element) process.stdout.write(`[ ${element.text.text} ] `)
      else console.log(linesOf(element))
    }
  }
  return console.log('\n')
}

function where({
  channel,
  thread_ts: thread,
}: Omit<z.infer<typeof shownMessage>, 'blocks'>): string {
  if (channel === undefined) return 'in the channel'
  return thread === undefined ? `in ${channel}` : `in a thread of ${channel}`
}

function linesOf({ type, elements }: z.infer<typeof richTextPart>): string {
  const text = elements
    .map((part) => printable(part.text) + (part.url ? colours.dim(` <${part.url}>`) : ''))
    .join('')
  return type === 'rich_text_quote' ? colours.green(`▎ ${text}`) : `  ${text}`
}

function valueUnder(call: Call | undefined): string {
  const parsed = shownMessage.safeParse(call?.body)
  const elements = (parsed.data?.blocks ?? []).flatMap((block) => block.elements)
  return elements.flatMap((element) => ('value' in element ? element.value : []))[0] ?? ''
}
