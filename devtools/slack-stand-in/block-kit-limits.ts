import { z } from 'zod'

/** Slack's limits on messages, in characters and pieces, as its reference of blocks has them; the whole as it was found to be. */
const MOST = {
  blocks: 50,
  whole: 13_000,
  text: 4000,
  section: 3000,
  header: 150,
  url: 3000,
  contextElements: 10,
  actions: 25,
  actionId: 255,
  buttonText: 75,
  buttonValue: 2000,
}

const textOf = (most: number) => z.string().min(1).max(most)
const markup = (most: number) =>
  z.union([
    z.strictObject({ type: z.literal('mrkdwn'), text: textOf(most).refine(isEscaped) }),
    z.strictObject({
      type: z.literal('plain_text'),
      text: textOf(most),
      emoji: z.boolean().optional(),
    }),
  ])
const style = z.strictObject({ bold: z.boolean().optional(), italic: z.boolean().optional() })
const inline = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('text'),
    text: textOf(MOST.section).refine(isPrintable),
    style: style.optional(),
  }),
  z.strictObject({
    type: z.literal('link'),
    url: z.url({ protocol: /^https?$/ }).max(MOST.url),
    text: textOf(MOST.section).refine(isPrintable),
  }),
])
const block = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('rich_text'),
    elements: z
      .array(
        z.strictObject({
          type: z.enum(['rich_text_section', 'rich_text_quote']),
          elements: z.array(inline).min(1),
        }),
      )
      .min(1),
  }),
  z.strictObject({ type: z.literal('section'), text: markup(MOST.section) }),
  z.strictObject({ type: z.literal('header'), text: markup(MOST.header) }),
  z.strictObject({
    type: z.literal('context'),
    elements: z.array(markup(MOST.section)).min(1).max(MOST.contextElements),
  }),
  z.strictObject({
    type: z.literal('actions'),
    elements: z
      .array(
        z.strictObject({
          type: z.literal('button'),
          action_id: textOf(MOST.actionId),
          text: markup(MOST.buttonText),
          value: textOf(MOST.buttonValue),
        }),
      )
      .min(1)
      .max(MOST.actions)
      .refine((elements) => new Set(elements.map((e) => e.action_id)).size === elements.length),
  }),
])
const message = z
  .object({
    text: textOf(MOST.text).refine(isEscaped, 'is not escaped'),
    blocks: z.array(block).min(1).max(MOST.blocks),
  })
  .refine((all) => lengthOf(all) <= MOST.whole, 'is too long in all')

/** What of a message Slack would not take, each in a line; empty where it would take it. */
export function violations(sent: unknown): string[] {
  const { error } = message.safeParse(sent)
  return (error?.issues ?? []).map(({ path, message: what }) => `${path.join('.')}: ${what}`)
}

/** Of all text in it, in UTF-16 code units. */
function lengthOf(part: unknown): number {
  if (typeof part === 'string') return part.length
  if (typeof part !== 'object' || part === null) return 0
  return Object.values(part).reduce((total: number, inside) => total + lengthOf(inside), 0)
}

/** Whether text holds none of Slack's control sequences: each `&`, `<` and `>` is escaped. */
function isEscaped(text: string): boolean {
  return !/[<>]|&(?!(?:amp|lt|gt);)/.test(text)
}

function isPrintable(text: string): boolean {
  return !/[\p{Cc}\p{Cs}]/u.test(text)
}
