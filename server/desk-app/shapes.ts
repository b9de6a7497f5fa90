import type { Format } from '../../index/documents/extractors/extractor.ts'

/** A file of the documents folder, as `GET /desk/api/documents` lists it. */
export interface DocumentEntry {
  /** Names the file to the desk. */
  readonly id: string
  /** The id of its document; null where the index has none. */
  readonly documentId: string | null
  /** Its path in the documents folder. */
  readonly file: string
  /** Null where the index has none. */
  readonly title: string | null
  readonly format: Format
  /** Null where it has no pages. */
  readonly pages: number | null
  readonly collection: string | null
  readonly state: 'read' | 'waiting' | 'refused'
  /** What the index waits to take up; null in other states. */
  readonly change: 'new' | 'changed' | 'removed' | null
  /** Why it is refused, as the end of a sentence about it; null in other states. */
  readonly problem: string | null
}

/** A collection, and how many documents it has. */
export interface Collection {
  readonly name: string
  readonly documents: number
}

/** A page of a list. */
export interface Listed<Entry> {
  readonly items: readonly Entry[]
  readonly total: number
  /** 1-based. */
  readonly page: number
  readonly pages: number
}

/** Words of a document, at their place in its text (UTF-16 code units, `end` exclusive). */
export interface Place {
  readonly documentId: string
  readonly title: string
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Questions that ask for the same, as `GET /desk/api/questions` lists them. */
export interface QuestionGroup {
  readonly id: string
  /** The wording that was asked last. */
  readonly question: string
  /** How often any of them was asked. */
  readonly asked: number
  readonly notAnswered: number
  readonly unsure: number
  readonly disliked: number
  /** ISO 8601. */
  readonly lastAt: string
}

/** A question that was asked, as `GET /desk/api/questions/{id}` gives those of a group. */
export interface AskedQuestion {
  readonly id: string
  readonly question: string
  /** What was searched for. */
  readonly interpretedAs: string
  readonly at: string
  readonly answered: boolean
  /** 0 to 1. */
  readonly confidence: number
  /** What the person said of the answer; null where they said nothing. */
  readonly helpful: boolean | null
  /** What was quoted or, where nothing answered, what came closest. */
  readonly quotes: readonly Place[]
  /** The sentences that were compared, the best first, each with what became of it. */
  readonly candidates: readonly (Place & {
    readonly confidence: number | null
    readonly outcome: string
  })[]
}

/** An answer that a person vouches for, as `GET /desk/api/vouched` lists it. */
export interface VouchedAnswer {
  readonly id: string
  readonly question: string
  readonly quotes: readonly Place[]
  readonly by: string
  readonly at: string
  /** `moved`: the words stand elsewhere now. `stale`: a document no longer has them, so that it is not given. */
  readonly state: 'stands' | 'moved' | 'stale'
}

/** Forms that mean the same, or that somebody found not to. */
export interface HouseWord {
  readonly id: string
  readonly forms: readonly string[]
  readonly by: string
  readonly at: string
}

/** `GET /desk/api/words`. */
export interface HouseWords {
  readonly accepted: readonly HouseWord[]
  /** Proposals that were refused, so that they are not made again. */
  readonly rejected: readonly HouseWord[]
  readonly proposals: readonly ProposedWord[]
  /** How many follow once these are decided. */
  readonly moreProposals: number
}

/** An abbreviation, and what documents say it stands for. */
export interface ProposedWord {
  readonly short: string
  readonly expansions: readonly Expansion[]
}

export interface Expansion {
  readonly long: string
  /** How often documents say so. */
  readonly times: number
  readonly places: readonly Place[]
}

/** A thing that was done at the desk, as `GET /desk/api/log` lists it. */
export interface LogEntry {
  readonly at: string
  readonly by: string
  readonly action: string
  readonly subject: string
}
