import colours from 'picocolors'
import { z } from 'zod'
import { printable } from '../../presentation/terminal-text.ts'
import type { Call } from './stand-in.ts'

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

/** Prints a call as people would see it in Slack. */
export function showCall({ method, body }: Call): void {
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

/** What the buttons under a message carry; an empty string where it has none. */
export function valueUnder(call: Call | undefined): string {
  const parsed = shownMessage.safeParse(call?.body)
  const elements = (parsed.data?.blocks ?? []).flatMap((block) => block.elements)
  return elements.flatMap((element) => ('value' in element ? element.value : []))[0] ?? ''
}
