/** What a caller may do. */
export type Right = 'ask' | 'verify' | 'desk' | 'metrics'

/** Who sends a request. */
export interface Caller {
  readonly id: string
  /** The name of the key or the person; null where nobody signed in. */
  readonly name: string | null
  readonly may: ReadonlySet<Right>
  /** The collections that the caller is limited to; null: all. */
  readonly collections: readonly string[] | null
}
