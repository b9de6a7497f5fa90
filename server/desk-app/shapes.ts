import type { Format } from '../../index/documents/extractors/extractor.ts'
import type { AnswerJson } from '../answer/answer-schema.ts'
import type { Refit } from '../check/refit.ts'
import type { CheckSums } from '../check/run.ts'

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

/** A page of documents, as `GET /desk/api/documents` gives it. */
export interface DocumentList extends Listed<DocumentEntry> {
  /** How many there are in each state, whichever state is looked for. */
  readonly counts: Readonly<Record<DocumentEntry['state'], number>>
  readonly changes: {
    /** Whether documents can be changed here; where they cannot, the reason. */
    readonly arePossible: boolean
    readonly reason: string | null
    readonly takeEffect: 'soon' | 'next-build'
  }
  /** The endings of files that are read, such as `.pdf`, and the size of the largest, in bytes. */
  readonly endings: Readonly<Record<string, number>>
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
  /** Missing where the server does not say it. */
  readonly title?: string
  readonly start: number
  readonly end: number
  readonly text: string
}

/** `GET /desk/api/questions`. */
export interface QuestionGroups {
  readonly groups: readonly QuestionGroup[]
  readonly totalGroups: number
}

/** Questions that ask for the same. */
export interface QuestionGroup {
  readonly group: number
  /** The question that is most like all the others. */
  readonly name: string
  readonly questions: number
  /** How often any of them was asked, in the time that was asked for. */
  readonly times: number
  readonly lastAskedMs: number
  /** Those asked most first; not all where there are many. */
  readonly members: readonly KeptQuestion[]
}

export interface KeptQuestion {
  readonly id: number
  /** As it was typed the last time. */
  readonly question: string
  /** As it was searched for. */
  readonly interpretedAs: string
  /** As it was the last time. */
  readonly answered: boolean
  /** 0 to 1. */
  readonly confidence: number
  /** What was quoted or, where nothing answered, what came closest. */
  readonly found: readonly (Place & { readonly title: string })[]
  readonly times: number
  readonly lastAskedMs: number
  readonly helped: number
  readonly didNotHelp: number
}

/** `GET /desk/api/questions/{id}`: the question, and what it gets now, with the explanation. */
export interface QuestionDetails {
  readonly question: KeptQuestion
  readonly now: Omit<AnswerJson, 'conversationId'>
}

/** An answer that a person vouches for, as `GET /desk/api/vouched` lists it. */
export interface VouchedAnswer {
  readonly id: string
  readonly question: string
  readonly quotes: readonly Place[]
  readonly by: string
  readonly at: string
  /** Whether its words stand where they were chosen, elsewhere, no longer, or the document is gone. Only the first two are given. */
  readonly state: 'stands' | 'moved' | 'stale' | 'gone'
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

/** `GET /desk/api/log`. */
export interface LogEntries {
  readonly entries: readonly LogEntry[]
  /** Whether there are earlier ones. */
  readonly hasMore: boolean
}

/** A change, as the log lists it. */
export interface LogEntry {
  /** Grows with each change. */
  readonly number: number
  readonly at: string
  readonly by: string
  /** Such as `document.removed`. */
  readonly action: string
  readonly subject: string
}

/** A question with the quotes that should come, as `GET /desk/api/check/questions` lists it. */
export interface CheckQuestion {
  readonly id: string
  readonly question: string
  /** None: the documents do not answer this. */
  readonly quotes: readonly Place[]
  readonly by: string
  readonly at: string
}

/** What an import took. */
export interface ImportedChecks {
  readonly taken: number
  readonly problems: readonly { readonly line: number | null; readonly problem: string }[]
}

/** `GET /desk/api/check/runs`: how far the present run is, and the last runs, the latest first. */
export interface CheckRuns {
  readonly progress: CheckProgress | null
  readonly runs: readonly CheckRun[]
}

export interface CheckProgress {
  readonly by: string
  readonly done: number
  readonly total: number
  /** Why it ended without a result; null while it runs. */
  readonly problem: string | null
}

export interface CheckRun {
  readonly id: string
  readonly endedAt: string
  readonly by: string
  readonly threshold: number
  readonly sums: CheckSums
}

export interface CheckResult {
  readonly id: string
  readonly question: string
  readonly outcome:
    | 'right'
    | 'wrong'
    | 'refused'
    | 'rightly-refused'
    | 'wrongly-answered'
    | 'failed'
  readonly rank: number | null
  readonly confidence: number
  readonly first: Place | null
  readonly lostQuotes: number
}

export interface CheckChange {
  readonly change: 'better' | 'worse' | 'other-quote' | 'new'
  readonly result: CheckResult
  readonly before: CheckResult | null
}

/** `GET /desk/api/check/runs/{id}`. */
export interface ComparedRun {
  readonly run: CheckRun
  readonly results: readonly CheckResult[]
  readonly changes: readonly CheckChange[]
}

/** `GET /desk/api/check/threshold`. */
export interface ThresholdInfo {
  readonly value: number
  readonly from: 'default' | 'desk' | 'settings'
  readonly by: string | null
  readonly at: string | null
  readonly mayChange: boolean
  readonly refusalCost: number
  /** Null before the first run. */
  readonly refit: Refit | null
}
