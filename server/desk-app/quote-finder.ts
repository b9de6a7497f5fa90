import type { AnswerJson, QuoteJson } from '../answer/answer-schema.ts'
import { call, withQuery } from './api.ts'
import { findParagraphs, type FoundParagraphs, type ParagraphedText } from './sentences.ts'
import type { DocumentEntry, Listed, Place } from './shapes.ts'
import { counted } from './shown.ts'

/** A document whose sentences can be chosen. */
export interface OpenDocument extends FoundParagraphs {
  readonly document: ChoosableDocument
}

/** `GET /desk/api/vouched/documents/{id}`. */
export interface ChoosableDocument extends ParagraphedText {
  readonly id: string
  readonly title: string
}

/**
 * Finds the quotes of a vouched answer: by asking, or in a document. Every method resolves to what to tell, and rejects as
 * `call` does.
 */
export class QuoteFinder {
  /** What an answer quotes and what comes closest; null before anything was asked. */
  found: readonly Place[] | null = null
  /** Null before any were searched for. */
  documents: readonly DocumentEntry[] | null = null
  /** The document that is looked through; null where none is. */
  open: OpenDocument | null = null

  async ask(question: string): Promise<string> {
    const { quotes, alsoOnThis, closest } = await call<Omit<AnswerJson, 'conversationId'>>(
      '/desk/api/vouched/quotes',
      { method: 'POST', body: { question } },
    )
    this.found = [...quotes, ...alsoOnThis, ...closest].map(placeOf)
    if (this.found.length === 0)
      return 'Nothing was found. Look in a document, or ask in other words.'
    const answering = counted(quotes.length, 'of them answers', 'of them answer')
    return `${counted(this.found.length, 'quote')} found, ${answering}.`
  }

  async findDocuments(search: string): Promise<string> {
    const path = withQuery('/desk/api/documents', { search, state: 'read' })
    const { items, total } = await call<Listed<DocumentEntry>>(path)
    this.documents = items
    this.open = null
    return `${counted(total, 'document')} found.`
  }

  async openDocument(id: string): Promise<string> {
    const path = `/desk/api/vouched/documents/${encodeURIComponent(id)}`
    const document = await call<ChoosableDocument>(path)
    this.open = { document, ...findParagraphs(document, '') }
    return `“${document.title}” is open.`
  }

  /** Narrows the open document to the paragraphs with these words. Gives what to tell. */
  search(words: string): string {
    if (!this.open) return ''
    const { document } = this.open
    this.open = { document, ...findParagraphs(document, words) }
    const { paragraphs, isCut } = this.open
    const found = counted(paragraphs.length, 'paragraph')
    return isCut ? `The first ${found}. There are more: search for more words.` : `${found} found.`
  }

  clear(): void {
    this.found = null
    this.documents = null
    this.open = null
  }
}

function placeOf({ text, citation }: QuoteJson): Place {
  const { documentId, title, start, end } = citation
  return { documentId, title, start, end, text }
}
