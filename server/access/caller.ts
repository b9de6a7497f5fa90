/** What a key may be created for. */
export const KEY_RIGHTS = ['ask', 'verify', 'desk', 'metrics'] as const

export type KeyRight = (typeof KEY_RIGHTS)[number]

/** What somebody may do: what keys are created for, and read documents. */
export type Right = KeyRight | 'read'

/** The collections whose documents somebody may see; null: all documents. */
export type VisibleCollections = readonly string[] | null

/** Who sends a request, and what they may do. */
export interface Caller {
  /** Differs for each key, person and address. The rate limit counts by it. */
  readonly id: string
  /** The name of the key or of the person; null where nobody is known. */
  readonly name: string | null
  readonly may: ReadonlySet<Right>
  readonly collections: VisibleCollections
}

/**
 * The rights of a key: who may ask, verify or use the desk also reads the documents that the quotes are of. Metrics count what everybody
 * does, so they are for those who see all.
 */
export function rightsOf(
  given: readonly KeyRight[],
  visible: VisibleCollections = null,
): ReadonlySet<Right> {
  const reads = given.some((right) => right !== 'metrics')
  const rights = new Set<Right>(reads ? [...given, 'read'] : given)
  if (visible !== null) rights.delete('metrics')
  return rights
}

/** Whether all that some may see is visible to others. */
export function covers(visible: VisibleCollections, others: VisibleCollections): boolean {
  if (visible === null) return true
  return others !== null && others.every((collection) => visible.includes(collection))
}

/** Whether some and others may see the same. */
export function areSame(visible: VisibleCollections, others: VisibleCollections): boolean {
  return covers(visible, others) && covers(others, visible)
}
