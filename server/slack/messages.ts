import type { Button, KnownBlock, RichTextBlock, RichTextText } from '@slack/types'
import {
  chosenBy,
  citationParts,
  ENGLISH_PLACES,
  likelihood,
  placePart,
} from '../../presentation/citation.ts'
import { foldSpace } from '../../presentation/fold-space.ts'
import { highlightParts } from '../../presentation/highlight.ts'
import type { LinkTo } from '../answer/quote-url.ts'
import type { StoredQuote, StoredReply } from '../state/stored.ts'
import { cut, escapeSlackText } from './slack-text.ts'

/** A message as Slack takes it. */
export interface Message {
  /** Shown in notifications, and where blocks cannot be shown. */
  readonly text: string
  readonly blocks: KnownBlock[]
  /** The same message without Slack's feedback buttons, for a workspace that refuses them; null if it has none. */
  readonly olderBlocks: KnownBlock[] | null
}

/** A button of an answer that was pressed. */
export interface PressedButton {
  readonly button: 'share' | 'helpful' | 'unhelpful'
  /** The id that the buttons of the answer carry. */
  readonly buttonId: string
}

/** The `action_id` of Slack's own pair of feedback buttons. */
const FEEDBACK = 'feedback'

/** The parts of a reply that a message shows. */
export type ShownReply = Omit<StoredReply, 'confidence'>

/** How an answer is shown. */
export interface MessageOptions {
  /** The address at which people reach this server, without a `/` at its end. */
  readonly publicUrl: string
  /** Makes the addresses in citations. */
  readonly linkTo: LinkTo
  /** What the message's buttons carry. */
  readonly buttonId: string
  /**
   * `reply`: it follows the question; `private`: only the asker sees it, and can share it;
   * `shared`: for people who have not seen the question.
   */
  readonly kind: 'reply' | 'private' | 'shared'
}

/**
 * The maximum length of the parts of a message, in UTF-16 code units. A message with three quotes,
 * their URLs and the values of its buttons stays below the 13,000 that Slack accepts.
 */
const MAX_LENGTH = { quote: 2000, citation: 400, url: 600, question: 1000, text: 200 }

const LIKELIHOOD = {
  veryLikely: 'very likely an answer',
  likely: 'probably an answer',
  perhaps: 'possibly an answer',
  related: 'on the same subject',
}

// Control characters, which Slack refuses or removes, and unpaired surrogates, which are no
// characters.
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/gu

/**
 * An answer as a message: its quotes, each with a link that opens the document at the quote, and
 * buttons.
 */
export function answerMessage(reply: ShownReply, options: MessageOptions): Message {
  const { question, interpretedAs, answered, answer, quotes, alsoOnThis, closest } = reply
  const shown = answered ? quotes : closest
  const refusal = answered ? [] : [richText(answer)]
  if (!answered && closest.length > 0) {
    refusal.push(richText('The closest passages:', { bold: true }))
  }
  const content: KnownBlock[] = [
    ...(options.kind === 'shared' ? [richText(question, { bold: true })] : []),
    ...(interpretedAs === question
      ? []
      : [richText(`Read as: ${interpretedAs}`, { italic: true })]),
    ...refusal,
    ...shown.map((quote, i) => quoteBlock(quote, i + 1, options)),
    ...(alsoOnThis.length > 0 ? [richText('Also on this:', { bold: true })] : []),
    ...alsoOnThis.map((quote, i) => quoteBlock(quote, shown.length + i + 1, options)),
  ]
  const hasButtons = shown.length > 0
  return {
    text: escapeSlackText(cut(clean(answer), MAX_LENGTH.text)),
    blocks: [...content, ...(hasButtons ? buttons(options) : [])],
    olderBlocks: hasButtons ? [...content, olderButtons(options)] : null,
  }
}

/** A message with a text of the bot itself. */
export function plainMessage(text: string): Message {
  return { text: escapeSlackText(text), blocks: [richText(text)], olderBlocks: null }
}

/** Reads the `action_id` and the `value` of a button of an answer, with either form of buttons. */
export function pressedButton(actionId: string, value: string): PressedButton {
  const [button = '', buttonId = ''] = actionId === FEEDBACK ? value.split(' ') : [actionId, value]
  return { button: button === 'share' || button === 'helpful' ? button : 'unhelpful', buttonId }
}

/**
 * Slack does not read rich text as markup, so nothing in it can mention anybody or become a link.
 */
function richText(text: string, style?: { bold: true } | { italic: true }): RichTextBlock {
  const shown = cut(clean(text), MAX_LENGTH.question)
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

function quoteBlock(
  quote: StoredQuote,
  number: number,
  { publicUrl, linkTo }: Pick<MessageOptions, 'publicUrl' | 'linkTo'>,
): RichTextBlock {
  const { confidence, paragraph, place, copies, vouched } = quote
  const at = placePart({ paragraph, page: place?.page ?? null }, ENGLISH_PLACES)
  const parts = [...citationParts(quote), at].join(', ')
  const label = cut(`[${number}] ${clean(parts)}`, MAX_LENGTH.citation)
  const urls = [quote, { ...quote, highlight: null }].map(
    (marked) => `${publicUrl}${linkTo(marked)}#quote`,
  )
  const url = urls.find(({ length }) => length <= MAX_LENGTH.url)
  const trust = vouched ? chosenBy(clean(vouched.by)) : LIKELIHOOD[likelihood(confidence)]
  const titles = copies.map(({ title }) => title).join(', ')
  const alsoIn: RichTextText[] =
    copies.length === 0
      ? []
      : [{ type: 'text', text: cut(` · also in ${clean(titles)}`, MAX_LENGTH.citation) }]
  return {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_quote',
        elements: quoteElements(quote),
      },
      {
        type: 'rich_text_section',
        elements: [
          url === undefined ? { type: 'text', text: label } : { type: 'link', url, text: label },
          { type: 'text', text: ` · ${cut(trust, MAX_LENGTH.citation)}` },
          ...alsoIn,
        ],
      },
    ],
  }
}

/** The text of a quote, with the words that answer in bold. A quote that is too long is cut, and has none. */
function quoteElements(quote: StoredQuote): RichTextText[] {
  const text = printable(quote.text)
  const { before, words, after } = highlightParts({ ...quote, text })
  if (words.trim() === '' || text.length > MAX_LENGTH.quote) {
    return [{ type: 'text', text: cut(`“${clean(text)}”`, MAX_LENGTH.quote) }]
  }
  return [
    { type: 'text', text: `“${printable(before)}` },
    { type: 'text', text: printable(words), style: { bold: true } },
    { type: 'text', text: `${printable(after)}”` },
  ]
}

/** Slack's own pair of feedback buttons, and, under a private answer, the button that shares it. */
function buttons({ buttonId, kind }: MessageOptions): KnownBlock[] {
  const verdict = (name: 'helpful' | 'unhelpful', text: string, label: string) =>
    ({
      text: { type: 'plain_text', text },
      accessibility_label: label,
      value: `${name} ${buttonId}`,
    }) as const
  const feedback: KnownBlock = {
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        action_id: FEEDBACK,
        positive_button: verdict('helpful', 'Helpful', 'This answer helped'),
        negative_button: verdict('unhelpful', 'Not helpful', 'This answer did not help'),
      },
    ],
  }
  if (kind !== 'private') return [feedback]
  return [{ type: 'actions', elements: [shareButton(buttonId)] }, feedback]
}

/** The buttons for a workspace that refuses Slack's own feedback buttons. */
function olderButtons({ buttonId, kind }: MessageOptions): KnownBlock {
  return {
    type: 'actions',
    elements: [
      ...(kind === 'private' ? [shareButton(buttonId)] : []),
      plainButton('helpful', '👍', buttonId),
      plainButton('unhelpful', '👎', buttonId),
    ],
  }
}

function shareButton(buttonId: string): Button {
  return plainButton('share', 'Share to the channel', buttonId)
}

function plainButton(actionId: PressedButton['button'], text: string, buttonId: string): Button {
  return {
    type: 'button',
    action_id: actionId,
    text: { type: 'plain_text', text, emoji: true },
    value: buttonId,
  }
}

/** Replaces what Slack refuses, one character by one, so that offsets stay right. */
function printable(text: string): string {
  return text.replace(UNPRINTABLE, ' ')
}

/** Makes text one line that Slack accepts; Slack accepts no empty text. */
function clean(text: string): string {
  return foldSpace(printable(text)) || '…'
}
