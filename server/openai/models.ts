import { z } from '@hono/zod-openapi'
import { findNamedDocuments } from '../named-documents.ts'
import type { Service } from '../service.ts'

/** The model that answers from all documents. The names of the others, one for each collection, begin with it. */
const ALL = 'footnote'
const OF_COLLECTION = `${ALL}/`

/** When this API was added, in s since 1970. Clients want a time for each model. */
const CREATED = Date.UTC(2026, 10, 28) / 1000

/** A model in the shape of OpenAI's API. */
export const model = z
  .object({
    id: z.string().openapi({ example: ALL }),
    object: z.literal('model'),
    created: z.int(),
    owned_by: z.string(),
  })
  .openapi('Model')

/** All models in the shape of OpenAI's API. */
export const modelList = z.object({ object: z.literal('list'), data: z.array(model) })

type Model = z.infer<typeof model>

/** All models: one for all documents, and one for each collection. */
export async function listModels(service: Pick<Service, 'documents'>): Promise<Model[]> {
  const collections = (await service.documents()).flatMap(({ collection }) => collection ?? [])
  const names = [...new Set(collections)].toSorted()
  return [ALL, ...names.map((name) => OF_COLLECTION + name)].map(toModel)
}

/** Finds a model, and the ids of the documents that it answers from (null: all). Null if no model has this id. */
export async function findModel(
  id: string,
  service: Pick<Service, 'missingDocuments' | 'documentsIn'>,
): Promise<{ readonly model: Model; readonly documentIds: readonly string[] | null } | null> {
  if (id === ALL) return { model: toModel(id), documentIds: null }
  if (!id.startsWith(OF_COLLECTION)) return null
  const collections = [id.slice(OF_COLLECTION.length)]
  const { documentIds, unknown } = await findNamedDocuments({ collections }, service)
  return unknown.length > 0 ? null : { model: toModel(id), documentIds }
}

function toModel(id: string): Model {
  return { id, object: 'model', created: CREATED, owned_by: ALL }
}
