import { findNamedDocuments, type NamedDocuments } from '../named-documents.ts'
import type { Service } from '../service.ts'
import { problemError } from './problem.ts'

/**
 * The ids of the documents that a request names, also by their collections; null, for all documents, if it names none. Rejects
 * with a problem of status 404 if a document or a collection does not exist.
 */
export async function requireDocuments(
  named: NamedDocuments,
  service: Service,
): Promise<readonly string[] | null> {
  const { documentIds, unknown } = await findNamedDocuments(named, service)
  if (unknown.length === 0) return documentIds
  const what = unknown.some(({ path }) => path.startsWith('documents'))
    ? 'documents'
    : 'collections'
  throw problemError(404, `Some of the ${what} do not exist.`, { errors: [...unknown] })
}
