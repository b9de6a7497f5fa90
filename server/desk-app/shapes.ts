/** A document, as `GET /desk/api/documents` lists it. */
export interface DocumentEntry {
  readonly id: string
  readonly title: string
  /** Its path in the documents folder. */
  readonly name: string
  readonly collection: string | null
  readonly format: string
  /** Null where it has no pages. */
  readonly pages: number | null
  readonly state: DocumentState
  /** Why it cannot be taken; null otherwise. */
  readonly reason: string | null
}

export type DocumentState = 'read' | 'waiting' | 'failed'

/** A page of a list. */
export interface Listed<Entry> {
  readonly items: readonly Entry[]
  readonly total: number
  /** 1-based. */
  readonly page: number
  readonly pages: number
}
