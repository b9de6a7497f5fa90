import type { Service } from './service.ts'

/** The documents and collections that a request names. It may name none. */
export interface NamedDocuments {
  /** Ids of documents. */
  readonly documents?: readonly string[] | undefined
  readonly collections?: readonly string[] | undefined
}

/** The documents that were found for a request. */
export interface FoundDocuments {
  /** The ids of the named documents and of those in the named collections; null, for all documents, if none is named. */
  readonly documentIds: readonly string[] | null
  /** The names that do not exist, each with its path in the request, such as `documents.0`, and what is wrong. */
  readonly unknown: readonly { readonly path: string; readonly message: string }[]
}

/** Finds the documents that a request names. */
export async function findNamedDocuments(
  { documents, collections = [] }: NamedDocuments,
  service: Pick<Service, 'missingDocuments' | 'documentsIn'>,
): Promise<FoundDocuments> {
  if (!documents && collections.length === 0) return { documentIds: null, unknown: [] }
  const missing = new Set(documents ? await service.missingDocuments(documents) : [])
  const members = await Promise.all(collections.map((name) => service.documentsIn(name)))
  const unknown = [
    ...(documents ?? []).flatMap((id, i) =>
      missing.has(id) ? [{ path: `documents.${i}`, message: 'there is no such document' }] : [],
    ),
    ...members.flatMap((ids, i) =>
      ids.length === 0
        ? [{ path: `collections.${i}`, message: 'there is no such collection' }]
        : [],
    ),
  ]
  return { documentIds: [...new Set([...(documents ?? []), ...members.flat()])], unknown }
}
