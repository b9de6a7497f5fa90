import colours from 'picocolors'
import { z } from 'zod'
import { printable, withoutControls } from '../../presentation/terminal-text.ts'
import type { Call } from './stand-in.ts'

const richTextPart = z.object({
  type: z.string(),
  elements: z.array(z.object({ text: z.string(), url: z.string().optional() })),
})
const pressable = z.object({ value: z.string(), text: z.object({ text: z.string() }) })
const button = pressable.extend({ action_id: z.string() })
const feedbackButtons = z.object({
  action_id: z.string(),
  positive_button: pressable,
  negative_button: pressable,
})
/** The parts of a message that are shown. */
const shownMessage = z.object({
  channel: z.string().optional(),
  thread_ts: z.string().optional(),
  response_type: z.string().optional(),
  blocks: z.array(
    z.object({ elements: z.array(z.union([button, feedbackButtons, richTextPart])) }),
  ),
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
      elements
        .map(renderElement)
        .join(elements.some((element) => 'action_id' in element) ? ' ' : '\n'),
    ),
    '',
  ].join('\n')
}

function audienceOf({ channel, thread_ts: thread, response_type: type }: ShownMessage): string {
  if (type === 'ephemeral') return 'only you see this'
  if (channel === undefined) return 'in the channel'
  return thread === undefined ? `in ${channel}` : `in a thread of ${channel}`
}

type Element = ShownMessage['blocks'][number]['elements'][number]

function renderElement(element: Element): string {
  if ('action_id' in element) {
    const buttons =
      'value' in element ? [element] : [element.positive_button, element.negative_button]
    return buttons.map(({ text }) => `[ ${text.text} ]`).join(' ')
  }
  const text = element.elements
    .map((part) => withoutControls(part.text) + (part.url ? colours.dim(` <${part.url}>`) : ''))
    .join('')
  return element.type === 'rich_text_quote' ? colours.green(`▎ ${text}`) : `  ${text}`
}

/** What Slack sends when a button is pressed. */
export interface Press {
  readonly actionId: string
  readonly value: string
}

/** The buttons under a message, in order, the positive feedback button before the negative one. */
export function buttonsOf(call: Call | undefined): Press[] {
  const { data } = shownMessage.safeParse(call?.body)
  const elements = (data?.blocks ?? []).flatMap((block) => block.elements)
  return elements.flatMap((element) => {
    if (!('action_id' in element)) return []
    const { action_id: actionId } = element
    if ('value' in element) return { actionId, value: element.value }
    const { positive_button: positive, negative_button: negative } = element
    return [positive, negative].map(({ value }) => ({ actionId, value }))
  })
}
