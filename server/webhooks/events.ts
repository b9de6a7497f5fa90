import type { DocumentProblem } from '../../index/documents/source-files.ts'
import { quoteUrl } from '../answer/quote-url.ts'
import type { StoredQuote, StoredReply } from '../state/stored.ts'
import type { EventName } from './event-names.ts'

/** What is sent: JSON of this. */
export interface WebhookEvent<Name extends EventName = EventName> {
  /** The same in each attempt and for each address, so that receivers can drop repeats. */
  readonly id: string
  readonly event: Name
  /** When it happened, as in ISO 8601. */
  readonly at: string
  readonly data: EventData[Name]
}

/** What each event says. The id of a conversation is never in it, because it gives access to the conversation. */
export interface EventData {
  readonly 'answer.unanswered': UnansweredData
  readonly 'answer.disliked': DislikedData
  readonly 'document.failed': FailedData
  readonly 'index.published': PublishedData
}

interface UnansweredData {
  /** As it was typed. */
  readonly question: string
  /** As it was searched for. */
  readonly interpretedAs: string
  /** Of the closest quote, 0 to 1. */
  readonly confidence: number
  /** What comes closest, best first. */
  readonly closest: readonly EventQuote[]
}

interface DislikedData extends UnansweredData {
  readonly answered: boolean
  /** The quotes that did not help; empty where nothing was answered. */
  readonly quotes: readonly EventQuote[]
}

interface FailedData {
  /** The path relative to the documents folder. */
  readonly file: string
  /** The id of the document that the file would be; null for a folder. */
  readonly documentId: string | null
  /** Completes "FILE …" and says what to do. */
  readonly reason: string
}

interface PublishedData {
  readonly generation: string
  /** How many documents it has. */
  readonly documents: number
  /** How many files its build could not take. */
  readonly problems: number
}

interface EventQuote {
  readonly text: string
  readonly documentId: string
  readonly title: string
  readonly heading: string | null
  /** The first page of the quote, from 1; null where the document has no pages. */
  readonly page: number | null
  /** 0 to 1. */
  readonly confidence: number
  /** Opens the document at the quote. */
  readonly url: string
}

/** A question that the documents did not answer. `publicUrl` has no `/` at its end. */
export function unansweredData(reply: StoredReply, publicUrl: string): UnansweredData {
  const { question, interpretedAs, confidence, closest } = reply
  return { question, interpretedAs, confidence, closest: eventQuotes(closest, publicUrl) }
}

/** An answer that did not help. `publicUrl` has no `/` at its end. */
export function dislikedData(reply: StoredReply, publicUrl: string): DislikedData {
  const { answered, quotes } = reply
  return {
    ...unansweredData(reply, publicUrl),
    answered,
    quotes: eventQuotes(quotes, publicUrl),
  }
}

/** A file that a build could not take. */
export function failedData({ name, id, reason }: DocumentProblem): FailedData {
  return { file: name, documentId: id, reason }
}

function eventQuotes(quotes: readonly StoredQuote[], publicUrl: string): EventQuote[] {
  return Array.from(quotes, (quote) => {
    const { text, documentId, title, heading, place, confidence } = quote
    const page = place?.page.first ?? null
    const url = `${publicUrl}${quoteUrl(quote)}`
    return { text, documentId, title, heading, page, confidence, url }
  })
}
