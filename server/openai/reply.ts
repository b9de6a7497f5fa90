import { randomBytes } from 'node:crypto'
import { shownAnswer } from '../answer/answer-json.ts'
import {
  answerParagraphs,
  type CitedMarkdown,
  type MarkdownCitation,
  readingMarkdown,
  shiftCitations,
} from '../answer/answer-markdown.ts'
import type { LinkTo } from '../answer/quote-url.ts'
import type { AskRequest } from '../conversation/converse.ts'
import type { Ask } from '../conversation/question-queue.ts'
import type { OpenAiError } from './errors.ts'

/** How to ask for a reply in Markdown. */
export interface AskMarkdownOptions {
  readonly ask: Ask
  /** Makes the addresses in citations. */
  readonly linkTo: LinkTo
  readonly signal: AbortSignal
  /** The address at which people reach this server, without a `/` at its end. */
  readonly baseUrl: string
  /** Called with each part of the text as soon as it is known. The offsets of its citations count in the whole text. */
  readonly onPart?: (part: CitedMarkdown) => void
}

/** A reply in Markdown. */
export interface MarkdownReply extends CitedMarkdown {
  readonly conversationId: string
}

/** Asks, and gives the whole reply in Markdown: all parts that `onPart` got. Rejects as {@link Ask} does. */
export async function askMarkdown(
  request: AskRequest,
  { ask, linkTo, signal, baseUrl, onPart }: AskMarkdownOptions,
): Promise<MarkdownReply> {
  let text = ''
  const citations: MarkdownCitation[] = []
  const add = (paragraph: CitedMarkdown) => {
    const space = text === '' ? '' : '\n\n'
    const shifted = shiftCitations(paragraph.citations, text.length + space.length)
    const part = { text: space + paragraph.text, citations: shifted }
    text += part.text
    citations.push(...shifted)
    onPart?.(part)
  }
  const { conversationId } = await ask(request, {
    signal,
    progress: {
      onReading: (interpretedAs) => {
        const reading = readingMarkdown(interpretedAs, request.question)
        if (reading !== null) add({ text: reading, citations: [] })
      },
      onAnswer: (answer) => answerParagraphs(shownAnswer(answer, linkTo), baseUrl).forEach(add),
    },
  })
  return { text, citations, conversationId }
}

/** How many words were read for a reply, and how many it has. */
export interface WordCounts {
  readonly read: number
  readonly written: number
}

/** Writes a reply as events. */
export interface ReplyStream {
  /** Writes a part of the text. */
  part(part: CitedMarkdown): void
  /** Ends the reply after at least one part. */
  end(counts: WordCounts): void
  /** Ends the reply if the question failed. */
  fail(error: OpenAiError): void
}

/** How many hexadecimal digits of an id tell the replies of a conversation apart. */
const REPLY_DIGITS = 8

/** The id of a new reply. It contains the id of the conversation, so whoever has it can read and continue the conversation. */
export function replyId(prefix: string, conversationId: string): string {
  return prefix + conversationId + randomBytes(REPLY_DIGITS / 2).toString('hex')
}

/** The id of a reply's conversation; null if the reply's id has another form. */
export function conversationOfReply(prefix: string, id: string): string | null {
  const [, conversationId] = /^([\w-]{1,64})[\da-f]{8}$/.exec(id.slice(prefix.length)) ?? []
  return id.startsWith(prefix) ? (conversationId ?? null) : null
}

/** The number of words between white space. It takes the place of a number of tokens, because nothing is generated. */
export function countWords(text: string): number {
  return text.match(/\S+/g)?.length ?? 0
}
