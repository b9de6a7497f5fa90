import type { LiveIndex } from '../index/live-index.ts'
import { scopedStore } from '../index/storage/scoped-store.ts'
import type { VisibleCollections } from './access/caller.ts'

/** An index that is read. */
export type ReadableIndex = Pick<LiveIndex, 'use'>

/** The same index for somebody who may see only these collections. */
export function indexWithin(index: ReadableIndex, visible: VisibleCollections): ReadableIndex {
  return { use: (work) => index.use((store) => work(scopedStore(store, visible))) }
}
