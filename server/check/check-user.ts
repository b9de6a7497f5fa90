import type { VisibleCollections } from '../access/caller.ts'

/** Who works with checks. */
export interface CheckUser {
  /** The name of the key or the person. */
  readonly name: string
  /** The collections that they may see; null: all. */
  readonly collections: VisibleCollections
}
