import { z } from '@hono/zod-openapi'
import { MAX_QUESTION, question as questionSchema } from '../conversation/ask-body.ts'
import type { ToldTurn } from '../conversation/told-turns.ts'

const part = z.looseObject({
  type: z.string().openapi({ example: 'text' }),
  text: z.string().nullish(),
})

/** The content of a message: a text, or parts of which only those with text are read. */
export const content = z.union([z.string(), z.array(part)])

/** A message, or another item of a conversation. */
export interface Message {
  readonly role?: string | undefined
  readonly content?: z.infer<typeof content> | null | undefined
}

/** What the messages of a conversation ask. */
export interface AskedMessages {
  readonly question: string
  /** The turns before it, oldest first. */
  readonly told: readonly ToldTurn[]
}

const TEXT_PARTS = new Set(['text', 'input_text', 'output_text'])

/**
 * Reads a conversation: the last message of the user is the question, and the messages of the user and the assistant
 * before it are the turns. All others are ignored. If there is no valid question, adds an issue to `context`, with the path
 * of the message in `field`.
 */
export function readMessages(
  messages: readonly Message[],
  field: string,
  context: z.RefinementCtx,
): AskedMessages {
  const refuse = (path: (string | number)[], message: string) => {
    context.addIssue({ code: 'custom', path: [field, ...path], message })
    return z.NEVER
  }
  const last = messages.findLastIndex(({ role }) => role === 'user')
  const asking = messages[last]
  if (!asking) return refuse([], 'must have a message of the user: it is the question')
  if (hasOtherParts(asking)) {
    return refuse([last, 'content'], 'must be text: images, sound and files cannot be asked')
  }
  const question = questionSchema.safeParse(textOf(asking))
  if (!question.success) {
    const [issue] = question.error.issues
    return refuse([last, 'content'], issue?.message ?? 'is not a question')
  }
  return { question: question.data, told: turnsOf(messages.slice(0, last)) }
}

function hasOtherParts({ content: parts }: Message): boolean {
  return Array.isArray(parts) && parts.some(({ type }) => !TEXT_PARTS.has(type))
}

function textOf({ content: given }: Message): string {
  if (!Array.isArray(given)) return given ?? ''
  return given.flatMap(({ type, text }) => (TEXT_PARTS.has(type) ? (text ?? []) : [])).join('\n')
}

/** A question without an answer is a turn too. Questions of other models may be longer than Footnote takes, and are cut. */
function turnsOf(messages: readonly Message[]): ToldTurn[] {
  const turns: { question: string; answer: string }[] = []
  for (const message of messages) {
    const text = textOf(message).trim()
    const latest = turns.at(-1)
    if (message.role === 'user') turns.push({ question: text.slice(0, MAX_QUESTION), answer: '' })
    if (message.role === 'assistant' && latest) latest.answer += `\n\n${text}`
  }
  return turns
}
