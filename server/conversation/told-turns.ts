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
  /** What the client says was answered: an answer in Markdown, as `answerMarkdown` made it, or any other text. */
  readonly answer: string
}

/** One more than is looked at: else the oldest of a long conversation would be taken for its first turn. */
const MAX_TOLD_TURNS = MAX_TURNS + 1

/** No answer has more quotes. */
const MAX_QUOTES = 10

/**
 * Makes the latest of told turns what they were when they were answered. A quote that its document does not have in the
 * told place is left out, so a turn that something else answered has none.
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

/** What a reading added, in brackets, to what was typed. A phrase with a comma in it becomes two. */
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
        const stands = text !== '' && text.length === end - start && foldSpace(text) === words
        if (!document || !stands) return []
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
