import type { Span } from '../../index/span.ts'
import type { Store } from '../../index/storage/storage.ts'
import type { VisibleCollections } from '../access/caller.ts'
import { indexWithin, type ReadableIndex } from '../index-within.ts'
import type { AuditLog } from '../state/state.ts'
import { passageAround, type Standing, standingOf } from './standing.ts'
import type { VouchedAnswer, VouchedQuote } from './vouched-answer.ts'
import type { VouchedAnswers } from './vouched-answers.ts'

/** A place in a document that somebody chooses as a quote, in UTF-16 code units. */
export interface ChosenSpan extends Span {
  readonly documentId: string
}

/** Who vouches. */
export interface Voucher {
  readonly name: string
  /** The collections whose documents they see; null: all. */
  readonly collections: VisibleCollections
}

/** A question with the quotes that answer it. */
export interface Vouching {
  readonly question: string
  readonly quotes: readonly ChosenSpan[]
}

/** A vouched answer, with where its quotes stand now. */
export interface ListedAnswer {
  readonly answer: VouchedAnswer
  readonly standing: Standing
  /** The titles of the documents of its quotes, in order; the id where a document is gone. */
  readonly titles: readonly string[]
}

/** Why a quote cannot be vouched for, by its number among those that were chosen, from 0. */
export interface WrongQuote {
  readonly wrongQuote: number
  readonly message: string
}

/**
 * Vouched answers for those who look after the documents. Whoever is limited to collections sees and changes the answers whose
 * quotes are all of these.
 */
export interface VouchingDesk {
  /** The oldest first. */
  list(voucher: Voucher): Promise<ListedAnswer[]>
  add(vouching: Vouching, voucher: Voucher): Promise<ListedAnswer | WrongQuote>
  /** Null where there is no answer with this id. */
  replace(
    id: string,
    vouching: Vouching,
    voucher: Voucher,
  ): Promise<ListedAnswer | WrongQuote | null>
  /** False where there is none. */
  remove(id: string, voucher: Voucher): Promise<boolean>
}

interface DeskParts {
  readonly index: ReadableIndex
  readonly answers: VouchedAnswers
  readonly audit: AuditLog
}

/** Opens the vouched answers for the desk. Each change is written into the log. */
export function vouchingDesk({ index, answers, audit }: DeskParts): VouchingDesk {
  const findVisible = async (id: string, voucher: Voucher) => {
    const answer = await answers.find(id)
    return answer && isVisible(answer, voucher) ? answer : null
  }
  const log = (action: string, { question, quotes }: VouchedAnswer, { name: by }: Voucher) =>
    audit.add({ by, action, subject: question, collection: onlyCollectionOf(quotes) })
  /** A document that was moved to where the voucher does not see it is gone for them. */
  const listed = (answer: VouchedAnswer, { collections }: Voucher) =>
    indexWithin(index, collections).use(async (store) => {
      const standing = await standingOf(answer, store)
      const titles = await Promise.all(answer.quotes.map((quote) => titleOf(quote, store)))
      return { answer, standing, titles }
    })
  const read = async ({ question, quotes: chosen }: Vouching, voucher: Voucher) => {
    const quotes = await index.use((store) => readQuotes(chosen, voucher, store))
    if (!Array.isArray(quotes)) return quotes
    return { question, quotes, by: voucher.name, atMs: Date.now() }
  }
  return {
    list: async (voucher) => {
      const current = await answers.current()
      const visible = current.answers.filter((answer) => isVisible(answer, voucher))
      return Promise.all(Array.from(visible, (answer) => listed(answer, voucher)))
    },
    add: async (vouching, voucher) => {
      const entered = await read(vouching, voucher)
      if ('wrongQuote' in entered) return entered
      const answer = await answers.add(entered)
      await log('vouched.added', answer, voucher)
      return listed(answer, voucher)
    },
    replace: async (id, vouching, voucher) => {
      if (!(await findVisible(id, voucher))) return null
      const entered = await read(vouching, voucher)
      if ('wrongQuote' in entered) return entered
      const answer = await answers.replace(id, entered)
      if (answer) await log('vouched.changed', answer, voucher)
      return answer && listed(answer, voucher)
    },
    remove: async (id, voucher) => {
      const answer = await findVisible(id, voucher)
      if (!answer || !(await answers.remove(id))) return false
      await log('vouched.removed', answer, voucher)
      return true
    },
  }
}

async function titleOf({ documentId }: VouchedQuote, store: Store): Promise<string> {
  return (await store.document(documentId))?.title ?? documentId
}

/** The collection of all quotes; null where they are of several, or of none. */
function onlyCollectionOf(quotes: readonly VouchedQuote[]): string | null {
  const [collection = null, ...others] = new Set(quotes.map((quote) => quote.collection))
  return others.length > 0 ? null : collection
}

function isVisible({ quotes }: VouchedAnswer, voucher: Voucher): boolean {
  return quotes.every(({ collection }) => sees(voucher, collection))
}

function sees({ collections }: Voucher, collection: string | null): boolean {
  return collections === null || (collection !== null && collections.includes(collection))
}

/** Reads the chosen quotes from their documents; the first that is wrong, where one is. */
async function readQuotes(
  chosen: readonly ChosenSpan[],
  voucher: Voucher,
  store: Store,
): Promise<VouchedQuote[] | WrongQuote> {
  const quotes: VouchedQuote[] = []
  for (const [wrongQuote, { documentId, start, end }] of chosen.entries()) {
    const document = await store.document(documentId)
    if (!document || !sees(voucher, document.collection)) {
      return { wrongQuote, message: 'is of a document that is not there' }
    }
    const text = document.text.slice(start, end)
    if (text.trim() === '' || !(await passageAround(documentId, { start, end }, store))) {
      return { wrongQuote, message: 'must be words of one paragraph' }
    }
    const { collection, version } = document
    quotes.push({ documentId, collection, version, start, end, text })
  }
  return quotes
}
