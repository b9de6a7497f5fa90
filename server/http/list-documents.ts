import type { DocumentList } from '../pages/document-list.ts'
import type { FindService } from './router.ts'

/**
 * Gives a function that lists the documents for `/` and `/llms.txt`. `isHidden` says whether documents need a key. A browser sends
 * no key for a page, so the list then only says why it is empty.
 */
export function documentLister(
  findService: FindService,
  isHidden: boolean,
): () => Promise<DocumentList> {
  return async () => {
    if (isHidden) return { hidden: 'They are listed for those who have a key.' }
    const service = findService()
    if (!service) {
      return { hidden: 'They are still being read. Load this page again in a moment.' }
    }
    return { listed: await service.documents(), problems: await service.problems() }
  }
}
