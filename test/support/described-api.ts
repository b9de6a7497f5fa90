import type { OpenAPIHono } from '@hono/zod-openapi'
import { z } from 'zod'
import { schema } from './from-schema.ts'

const content = z.record(z.string(), z.object({ schema: z.unknown() }))

const operation = z.object({
  parameters: z
    .array(
      z.object({
        name: z.string(),
        in: z.enum(['path', 'query']),
        required: z.boolean().default(false),
        schema,
      }),
    )
    .default([]),
  requestBody: z
    .object({ content: z.object({ 'application/json': z.object({ schema }) }) })
    .optional(),
  responses: z.record(z.string(), z.object({ content: content.optional() })),
})

const description = z.object({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.record(z.string(), operation)),
})

/** An operation as the API description has it. */
export interface Operation extends z.infer<typeof operation> {
  readonly path: string
  readonly method: string
}

/** All operations of an app's own description, without references. */
export async function describedOperations(app: OpenAPIHono): Promise<Operation[]> {
  const response = await app.request('http://127.0.0.1/openapi.json')
  const { paths } = description.parse(withoutReferences(await response.json()))
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, described]) =>
      Object.assign(described, { path, method }),
    ),
  )
}

/** Puts the components in place of the references to them; none refers to itself. */
function withoutReferences(whole: unknown): unknown {
  const { schemas } = z
    .object({ components: z.object({ schemas: z.record(z.string(), z.unknown()) }) })
    .parse(whole).components
  const resolve = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(resolve)
    if (typeof part !== 'object' || part === null) return part
    if ('$ref' in part) return resolve(schemas[String(part.$ref).split('/').at(-1) ?? ''])
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, resolve(value)]))
  }
  return resolve(whole)
}
