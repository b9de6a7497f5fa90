import type { FoundDocuments } from '../named-documents.ts'
import { toolFailure } from './failures.ts'

/** The result of a tool that was asked for documents that do not exist. */
export function unknownDocuments(unknown: FoundDocuments['unknown']) {
  const problems = Array.from(unknown, ({ path, message }) => `${path}: ${message}.`)
  return toolFailure(
    `${problems.join(' ')} A citation names its document's id. Without "documents" and "collections", all documents are used.`,
  )
}
