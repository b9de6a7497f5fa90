import type { Heading } from '../../index/documents/extractors/extractor.ts'
import { languageOfQuestion } from '../../index/language/languages.ts'
import type { Store } from '../../index/storage/storage.ts'
import { foldSpace } from '../../presentation/fold-space.ts'
import { type ReadQuote, readAnswerMarkdown } from '../answer/read-answer-markdown.ts'
import { MAX_TURNS, partsOf } from './history.ts'
import type { PastQuote, PastTurn } from './turn.ts'

/** A turn of a conversation that its client keeps, as the client tells it. */
export interface ToldTurn {
  readonly question: string
  /** The answer according to the client: Markdown of `answerMarkdown`, or any other text. */
  readonly answer: string
}

/** One more than is looked at. Otherwise the oldest one of these would be taken for the first turn of the conversation. */
const MAX_TOLD_TURNS = MAX_TURNS + 1

/** The most quotes that are read of each part of an answer: no answer has more. */
const MAX_QUOTES = 10

/**
 * Rebuilds the latest turns as they were when they were answered. A quote is left out if its document does not have these words at
 * this place. A turn that another model answered has no quotes.
 */
export async function rebuildTurns(told: readonly ToldTurn[], store: Store): Promise<PastTurn[]> {
  const tags = await store.languages(null)
  const texts = new DocumentTexts(store)
  const turns: PastTurn[] = []
  for (const { question, answer } of told.slice(-MAX_TOLD_TURNS)) {
    const language = languageOfQuestion(question, tags)
    const read = readAnswerMarkdown(answer)
    const interpretedAs = read.interpretedAs ?? question
    const previous = turns.findLast(({ searched }) => searched)
    const isSameAgain = previous?.interpretedAs === interpretedAs && interpretedAs !== question
    turns.push({
      question,
      interpretedAs,
      added: isSameAgain
        ? previous.added
        : addedTo(partsOf(question, language).asked, interpretedAs),
      searched: language.smallTalkReply(question) === null,
      quotes: await texts.find(read.quotes),
      alsoOnThis: await texts.find(read.alsoOnThis),
      closest: await texts.find(read.closest),
    })
  }
  return turns
}

/** The phrases that a reading added in brackets to what was typed. A phrase with a comma in it becomes two. */
function addedTo(asked: string, interpretedAs: string): string[] {
  const [before, after] = [`${asked} (`, ')']
  if (!interpretedAs.startsWith(before) || !interpretedAs.endsWith(after)) return []
  return interpretedAs.slice(before.length, -after.length).split(', ')
}

interface DocumentText {
  readonly title: string
  readonly text: string
  readonly headings: readonly Heading[]
}

/** Finds quotes in the texts of their documents. */
class DocumentTexts {
  readonly #store: Store
  readonly #documents = new Map<string, Promise<DocumentText | null>>()

  constructor(store: Store) {
    this.#store = store
  }

  /** The quotes whose words stand in their places. */
  async find(quotes: readonly ReadQuote[]): Promise<PastQuote[]> {
    const found = await Promise.all(
      Array.from(quotes.slice(0, MAX_QUOTES), async ({ documentId, start, end, words }) => {
        const document = await this.#document(documentId)
        const text = document?.text.slice(start, end) ?? ''
        const hasWords = text !== '' && text.length === end - start && foldSpace(text) === words
        if (!document || !hasWords) return []
        const heading = document.headings.findLast((above) => above.end <= start)?.text ?? ''
        const { title } = document
        return [{ documentId, start, end, text, title, heading: heading === '' ? null : heading }]
      }),
    )
    return found.flat()
  }

  #document(id: string): Promise<DocumentText | null> {
    const known = this.#documents.get(id) ?? this.#read(id)
    this.#documents.set(id, known)
    return known
  }

  async #read(id: string): Promise<DocumentText | null> {
    const document = await this.#store.document(id)
    return document && { ...document, headings: (await this.#store.outline(id)).headings }
  }
}
