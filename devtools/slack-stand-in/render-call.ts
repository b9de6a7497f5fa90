import colours from 'picocolors'
import { z } from 'zod'
import { printable, withoutControls } from '../../presentation/terminal-text.ts'
import type { Call } from './stand-in.ts'

const richTextPart = z.object({
  type: z.string(),
  elements: z.array(z.object({ text: z.string(), url: z.string().optional() })),
})
const button = z.object({ value: z.string(), text: z.object({ text: z.string() }) })
/** The parts of a message that are shown. */
const shownMessage = z.object({
  channel: z.string().optional(),
  thread_ts: z.string().optional(),
  response_type: z.string().optional(),
  blocks: z.array(z.object({ elements: z.array(z.union([button, richTextPart])) })),
})

type ShownMessage = z.infer<typeof shownMessage>

/** A call as lines for a terminal, similar to what people see in Slack. */
export function renderCall({ method, body }: Call): string {
  if (method === 'assistant.threads.setStatus') {
    return colours.dim(`(Footnote ${printable(String(body['status']))})`)
  }
  if (method === 'assistant.threads.setSuggestedPrompts') {
    const prompts = z.array(z.object({ message: z.string() })).parse(body['prompts'])
    return [...prompts.map(({ message }) => `( ${printable(message)} )`), ''].join('\n')
  }
  const message = shownMessage.parse(body)
  return [
    colours.bold(`Footnote, ${audienceOf(message)}:`),
    ...message.blocks.map(({ elements }) =>
      elements.map(renderElement).join(elements.some(isButton) ? ' ' : '\n'),
    ),
    '',
  ].join('\n')
}

function audienceOf({ channel, thread_ts: thread, response_type: type }: ShownMessage): string {
  if (type === 'ephemeral') return 'only you see this'
  if (channel === undefined) return 'in the channel'
  return thread === undefined ? `in ${channel}` : `in a thread of ${channel}`
}

type Button = z.infer<typeof button>
type Element = Button | z.infer<typeof richTextPart>

function isButton(element: Element): element is Button {
  return 'value' in element
}

function renderElement(element: Element): string {
  if (isButton(element)) return `[ ${element.text.text} ]`
  const text = element.elements
    .map((part) => withoutControls(part.text) + (part.url ? colours.dim(` <${part.url}>`) : ''))
    .join('')
  return element.type === 'rich_text_quote' ? colours.green(`▎ ${text}`) : `  ${text}`
}

/** The value of the first button under a message; empty where it has no buttons. */
export function buttonValueOf(call: Call | undefined): string {
  const { data } = shownMessage.safeParse(call?.body)
  const elements = (data?.blocks ?? []).flatMap((block) => block.elements)
  return elements.find(isButton)?.value ?? ''
}
