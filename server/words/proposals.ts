import { setImmediate } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import { languageOf } from '../../index/language/languages.ts'
import { stemsOf } from '../../index/language/stems.ts'
import type { EqualForms } from '../../index/retrieval/equal-forms.ts'
import type { Span } from '../../index/span.ts'
import type { DocumentSummary, Store } from '../../index/storage/storage.ts'
import { findAbbreviations } from './find-abbreviations.ts'

/** An abbreviation that documents define, and what it stands for. Several expansions of one abbreviation contradict each other. */
export interface Proposal {
  readonly short: string
  /** The one that is defined most often first. */
  readonly expansions: readonly Expansion[]
}

export interface Expansion {
  /** As it is written where it is defined first. */
  readonly long: string
  /** How often documents define it. */
  readonly times: number
  /** Where: the first place of each of the first documents. */
  readonly places: readonly DefinitionPlace[]
}

/** The place of a definition in a document. */
export interface DefinitionPlace extends Span {
  readonly documentId: string
  readonly title: string
  /** The document's text from `start` to `end`. */
  readonly text: string
}

/** What to propose. */
export interface SoughtProposals {
  /** What is not proposed: the words that are accepted or refused. */
  readonly known: readonly EqualForms[]
  /** At most so many abbreviations. */
  readonly limit: number
}

export interface FoundProposals {
  /** The most often defined first. */
  readonly proposals: readonly Proposal[]
  /** How many there are without the limit. */
  readonly total: number
}

export interface ProposalFinder {
  /** The proposals of the documents of a store. A document is read once, until its text changes. */
  find(store: Store, sought: SoughtProposals): Promise<FoundProposals>
}

/** An expansion in one document. */
interface Found extends Span {
  readonly short: string
  readonly long: string
  /** The same for spellings of one expansion: "Force" and "forces". */
  readonly key: string
  readonly text: string
  times: number
}

/**
 * So many characters are searched before the event loop goes on: 1 ms of prose, and up to 45 ms of nothing but brackets. 100,000 passages
 * take 3 s in all.
 */
const PIECE_LENGTH = 20_000

/** So many different abbreviations are taken of one document. More are hardly for people to read. */
const MAX_IN_DOCUMENT = 1000

/** How many places an expansion has at most. */
const MAX_PLACES = 3

/** How many found abbreviations are remembered, over all documents. */
const MAX_REMEMBERED = 200_000

/** Finds proposals in the documents that are served, when they are asked for: what a build does not compute needs no other index. */
export function proposalFinder(): ProposalFinder {
  const remembered = new LRUCache<string, readonly Found[]>({
    maxSize: MAX_REMEMBERED,
    sizeCalculation: (found) => found.length + 1,
  })
  /** Lets all who ask at the same time wait for the same reading. */
  const reading = new Map<string, Promise<readonly Found[]>>()
  const foundIn = async (document: DocumentSummary, store: Store): Promise<readonly Found[]> => {
    const key = `${document.language} ${document.version}`
    const known = remembered.get(key) ?? reading.get(key)
    if (known) return known
    const found = searchDocument(document, store).finally(() => reading.delete(key))
    reading.set(key, found)
    remembered.set(key, await found)
    return found
  }
  return {
    find: async (store, { known, limit }) => {
      const all = new CountedProposals(known)
      for (const document of await store.documents()) {
        all.add(document, await foundIn(document, store))
      }
      return all.best(limit)
    },
  }
}

async function searchDocument(
  { id, language: tag }: DocumentSummary,
  store: Store,
): Promise<readonly Found[]> {
  const text = (await store.document(id))?.text ?? ''
  const language = languageOf(tag)
  const found = new Map<string, Found>()
  for (const { start, end } of pieces(text)) {
    for (const definition of findAbbreviations(text.slice(start, end), language)) {
      const { short, long } = definition
      const key = JSON.stringify([short, stemsOf(long, language)])
      const before = found.get(key)
      if (before) before.times += 1
      if (before || found.size >= MAX_IN_DOCUMENT) continue
      const span = { start: start + definition.start, end: start + definition.end }
      found.set(key, {
        ...span,
        short,
        long,
        key,
        text: text.slice(span.start, span.end),
        times: 1,
      })
    }
    await setImmediate()
  }
  return [...found.values()]
}

/** Divides a text, at the ends of lines where it has some. */
function* pieces(text: string): Generator<Span> {
  for (let start = 0; start < text.length;) {
    const most = start + PIECE_LENGTH
    const lineEnd = most < text.length ? text.lastIndexOf('\n', most) : text.length
    const end = lineEnd > start ? lineEnd : most
    yield { start, end }
    start = end
  }
}

/** Counts what documents define. */
class CountedProposals {
  readonly #known: readonly ReadonlySet<string>[]
  readonly #expansions = new Map<string, Expansion & { short: string; places: DefinitionPlace[] }>()

  constructor(known: readonly EqualForms[]) {
    this.#known = known.map((forms) => new Set(forms.map(foldCase)))
  }

  add({ id: documentId, title }: DocumentSummary, found: readonly Found[]): void {
    for (const { short, long, key, text, start, end, times } of found) {
      if (this.#isKnown(short, long)) continue
      const counted = this.#expansions.get(key) ?? { short, long, times: 0, places: [] }
      const { places } = counted
      if (places.length < MAX_PLACES) places.push({ documentId, title, start, end, text })
      this.#expansions.set(key, { ...counted, times: counted.times + times })
    }
  }

  best(limit: number): FoundProposals {
    const byShort = new Map<string, Expansion[]>()
    for (const { short, ...expansion } of this.#expansions.values()) {
      const expansions = byShort.get(short) ?? []
      expansions.push(expansion)
      byShort.set(short, expansions)
    }
    const proposals = Array.from(byShort, ([short, expansions]) => {
      return { short, expansions: expansions.toSorted((a, b) => b.times - a.times) }
    }).toSorted((a, b) => timesOf(b) - timesOf(a) || (a.short < b.short ? -1 : 1))
    return { proposals: proposals.slice(0, limit), total: proposals.length }
  }

  #isKnown(short: string, long: string): boolean {
    return this.#known.some((forms) => forms.has(foldCase(short)) && forms.has(foldCase(long)))
  }
}

function timesOf({ expansions }: Proposal): number {
  return expansions.reduce((sum, { times }) => sum + times, 0)
}

function foldCase(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
