import type { Caller } from '../access/caller.ts'
import type { DocumentList } from '../pages/document-list.ts'
import type { FindService } from './router.ts'

/** Gives a function that lists the documents that a caller may see, for `/` and `/llms.txt`. Where they may see none, the list says why. */
export function documentLister(
  findService: FindService,
): (caller: Caller) => Promise<DocumentList> {
  return async ({ may, collections }) => {
    if (!may.has('read')) return { hidden: 'They are listed for those who have a key.' }
    const service = findService()?.within(collections)
    if (!service) {
      return { hidden: 'They are still being read. Load this page again in a moment.' }
    }
    return { listed: await service.documents(), problems: await service.problems() }
  }
}
