import { z } from 'zod'

/**
 * Slack's limits on messages, in UTF-16 code units and in numbers of elements. They are from its
 * reference of Block Kit, but for the limit on all text of a message, which is not documented and
 * was found by trial.
 */
const MAX = {
  blocks: 50,
  messageLength: 13_000,
  textLength: 4000,
  sectionLength: 3000,
  headerLength: 150,
  urlLength: 3000,
  contextElements: 10,
  actions: 25,
  actionIdLength: 255,
  buttonTextLength: 75,
  buttonValueLength: 2000,
  contextActions: 5,
  accessibilityLabelLength: 75,
}

const textOf = (maxLength: number) => z.string().min(1).max(maxLength)
const markup = (maxLength: number) =>
  z.union([
    z.strictObject({ type: z.literal('mrkdwn'), text: textOf(maxLength).refine(isEscaped) }),
    z.strictObject({
      type: z.literal('plain_text'),
      text: textOf(maxLength),
      emoji: z.boolean().optional(),
    }),
  ])
const style = z.strictObject({ bold: z.boolean().optional(), italic: z.boolean().optional() })
const inline = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('text'),
    text: textOf(MAX.sectionLength).refine(isPrintable),
    style: style.optional(),
  }),
  z.strictObject({
    type: z.literal('link'),
    url: z.url({ protocol: /^https?$/ }).max(MAX.urlLength),
    text: textOf(MAX.sectionLength).refine(isPrintable),
  }),
])
const feedbackButton = z.strictObject({
  text: z.strictObject({ type: z.literal('plain_text'), text: textOf(MAX.buttonTextLength) }),
  accessibility_label: textOf(MAX.accessibilityLabelLength).optional(),
  value: textOf(MAX.buttonValueLength),
})
const block = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('context_actions'),
    elements: z
      .array(
        z.strictObject({
          type: z.literal('feedback_buttons'),
          action_id: textOf(MAX.actionIdLength),
          positive_button: feedbackButton,
          negative_button: feedbackButton,
        }),
      )
      .min(1)
      .max(MAX.contextActions),
  }),
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
  z.strictObject({ type: z.literal('section'), text: markup(MAX.sectionLength) }),
  z.strictObject({ type: z.literal('header'), text: markup(MAX.headerLength) }),
  z.strictObject({
    type: z.literal('context'),
    elements: z.array(markup(MAX.sectionLength)).min(1).max(MAX.contextElements),
  }),
  z.strictObject({
    type: z.literal('actions'),
    elements: z
      .array(
        z.strictObject({
          type: z.literal('button'),
          action_id: textOf(MAX.actionIdLength),
          text: markup(MAX.buttonTextLength),
          value: textOf(MAX.buttonValueLength),
        }),
      )
      .min(1)
      .max(MAX.actions)
      .refine((elements) => new Set(elements.map((e) => e.action_id)).size === elements.length),
  }),
])
const message = z
  .object({
    text: textOf(MAX.textLength).refine(isEscaped, 'is not escaped'),
    blocks: z.array(block).min(1).max(MAX.blocks),
  })
  .refine((all) => lengthOf(all) <= MAX.messageLength, 'is too long in all')

/** The reasons for which Slack would refuse a message; empty where it would accept it. */
export function violations(sent: unknown): string[] {
  const { error } = message.safeParse(sent)
  return (error?.issues ?? []).map(({ path, message: what }) => `${path.join('.')}: ${what}`)
}

/** The length of all text in a part of a message, in UTF-16 code units. */
function lengthOf(part: unknown): number {
  if (typeof part === 'string') return part.length
  if (typeof part !== 'object' || part === null) return 0
  return Object.values(part).reduce((total: number, inside) => total + lengthOf(inside), 0)
}

/**
 * Whether each `&`, `<` and `>` is escaped, so that the text contains none of Slack's control
 * sequences.
 */
function isEscaped(text: string): boolean {
  return !/[<>]|&(?!(?:amp|lt|gt);)/.test(text)
}

function isPrintable(text: string): boolean {
  return !/[\p{Cc}\p{Cs}]/u.test(text)
}
