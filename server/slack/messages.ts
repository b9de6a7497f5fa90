import type { KnownBlock, RichTextBlock } from '@slack/types'
import { foldSpace } from '../../index/embedded-texts.ts'
import { citationParts, likelihood, quoteUrl } from '../answer/citation.ts'
import type { StoredQuote, StoredReply } from '../state/stored.ts'
import { cut, escapeSlackText } from './slack-text.ts'

/** A message as Slack takes it. */
export interface Message {
  /** For notifications, and where blocks cannot be shown. */
  readonly text: string
  readonly blocks: KnownBlock[]
}

/** The parts of a reply that a message shows. */
export type ShownReply = Omit<StoredReply, 'confidence'>

export interface MessageOptions {
  /** Where people reach this server, without a `/` at its end. */
  readonly publicUrl: string
  /** What its buttons carry. */
  readonly buttonId: string
  /**
   * `reply`: the question stands above it; `private`: only who asked sees it, and may share it; `shared`: for those
   * who have not seen the question.
   */
  readonly kind: 'reply' | 'private' | 'shared'
}

/**
 * How long parts of a message may be, in UTF-16 code units. With three quotes they come to less than the 13,000 that
 * Slack takes in a message, the address of each and the values of its buttons included.
 */
const MOST = { quote: 2000, citation: 400, url: 600, question: 1000, text: 200 }

const LIKELIHOOD = {
  veryLikely: 'very likely answers',
  likely: 'probably answers',
  perhaps: 'may answer',
  related: 'on the subject',
}

// Control characters, which Slack refuses or drops, and halves of characters, which are none.
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/gu

/** An answer as a message: quotes, each with a link that opens the document there, and buttons. */
export function answerMessage(reply: ShownReply, options: MessageOptions): Message {
  const { question, interpretedAs, answered, answer, quotes, closest } = reply
  const shown = answered ? quotes : closest
  const said = answered ? [] : [richText(answer)]
  if (!answered && closest.length > 0) said.push(richText('What comes closest:', { bold: true }))
  return {
    text: escapeSlackText(cut(clean(answer), MOST.text)),
    blocks: [
      ...(options.kind === 'shared' ? [richText(question, { bold: true })] : []),
      ...(interpretedAs === question
        ? []
        : [richText(`Read as: ${interpretedAs}`, { italic: true })]),
      ...said,
      ...shown.map((quote, i) => quoteBlock(quote, i + 1, options.publicUrl)),
      ...(shown.length > 0 ? [buttons(options)] : []),
    ],
  }
}

/** Words of the bot's own as a message. */
export function plainMessage(text: string): Message {
  return { text: escapeSlackText(text), blocks: [richText(text)] }
}

/** Rich text is never read as markup: nothing in it mentions, pings or links. */
function richText(text: string, style?: { bold: true } | { italic: true }): RichTextBlock {
  const shown = cut(clean(text), MOST.question)
  return {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_section',
        elements: [{ type: 'text', text: shown, ...(style && { style }) }],
      },
    ],
  }
}

function quoteBlock(quote: StoredQuote, number: number, publicUrl: string): RichTextBlock {
  const { text, confidence, paragraph } = quote
  const place = [...citationParts(quote), `paragraph ${paragraph}`].join(', ')
  const named = cut(`[${number}] ${clean(place)}`, MOST.citation)
  const url = `${publicUrl}${quoteUrl(quote)}#quote`
  return {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_quote',
        elements: [{ type: 'text', text: cut(`“${clean(text)}”`, MOST.quote) }],
      },
      {
        type: 'rich_text_section',
        elements: [
          url.length > MOST.url
            ? { type: 'text', text: named }
            : { type: 'link', url, text: named },
          { type: 'text', text: ` · ${LIKELIHOOD[likelihood(confidence)]}` },
        ],
      },
    ],
  }
}

function buttons({ buttonId, kind }: MessageOptions): KnownBlock {
  const button = (actionId: string, text: string) =>
    ({
      type: 'button',
      action_id: actionId,
      text: { type: 'plain_text', text, emoji: true },
      value: buttonId,
    }) as const
  return {
    type: 'actions',
    elements: [
      ...(kind === 'private' ? [button('share', 'Share to the channel')] : []),
      button('helpful', '👍'),
      button('unhelpful', '👎'),
    ],
  }
}

function clean(text: string): string {
  return foldSpace(text.replace(UNPRINTABLE, ' ')) || '…'
}
