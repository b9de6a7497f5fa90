import { randomBytes } from 'node:crypto'
import { shownAnswer } from '../answer/answer-json.ts'
import {
  answerParagraphs,
  type CitedMarkdown,
  type MarkdownCitation,
  readingMarkdown,
  shiftCitations,
} from '../answer/answer-markdown.ts'
import type { AskRequest } from '../conversation/converse.ts'
import type { Ask } from '../conversation/question-queue.ts'
import type { OpenAiError } from './errors.ts'

export interface AskMarkdownOptions {
  readonly ask: Ask
  readonly signal: AbortSignal
  /** The address at which people reach this server, without a `/` at its end. */
  readonly baseUrl: string
  /** Told each part of the text as soon as it is known; the offsets of its citations are those in the whole text. */
  readonly onPart?: (part: CitedMarkdown) => void
}

/** A reply in Markdown. */
export interface MarkdownReply extends CitedMarkdown {
  readonly conversationId: string
}

/** Asks, and gives the reply in Markdown: the parts that `onPart` is told, in one. Throws what {@link Ask} throws. */
export async function askMarkdown(
  request: AskRequest,
  { ask, signal, baseUrl, onPart }: AskMarkdownOptions,
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
      onAnswer: (answer) => answerParagraphs(shownAnswer(answer), baseUrl).forEach(add),
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
  /** Ends the reply. There was at least one part. */
  end(counts: WordCounts): void
  /** Ends the reply of a question that failed. */
  fail(error: OpenAiError): void
}

/** How many hexadecimal digits tell two replies of a conversation apart. */
const REPLY_DIGITS = 8

/** The id of a new reply. Whoever has it can continue the conversation, and read it. */
export function replyId(prefix: string, conversationId: string): string {
  return prefix + conversationId + randomBytes(REPLY_DIGITS / 2).toString('hex')
}

/** The conversation of a reply; null where the id has another form. */
export function conversationOfReply(prefix: string, id: string): string | null {
  const [, conversationId] = /^([\w-]{1,64})[\da-f]{8}$/.exec(id.slice(prefix.length)) ?? []
  return id.startsWith(prefix) ? (conversationId ?? null) : null
}

/** The number of words: what stands between white space. There are no tokens where nothing is generated. */
export function countWords(text: string): number {
  return text.match(/\S+/g)?.length ?? 0
}
