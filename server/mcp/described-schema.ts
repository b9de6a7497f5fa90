import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server'
import { OpenAPIHono, type z } from '@hono/zod-openapi'

/**
 * A schema for the input or output of a tool. Clients get it as JSON Schema with the descriptions of `/openapi.json`, which the
 * protocol's package would leave out. It validates as `schema` does.
 *
 * Patterns are left out, because clients in other languages compile them, and Python has no `\p{L}`. Examples are left out,
 * because JSON Schema has another form for them than OpenAPI.
 */
export function described<Schema extends z.ZodType>(
  schema: Schema,
): StandardSchemaWithJSON<z.input<Schema>, z.output<Schema>> {
  const json = jsonSchemaOf(schema)
  const { version, vendor, validate } = schema['~standard']
  return { '~standard': { version, vendor, validate, jsonSchema: { input: json, output: json } } }
}

function jsonSchemaOf(schema: z.ZodType): () => Record<string, unknown> {
  const api = new OpenAPIHono()
  api.openAPIRegistry.register(ROOT, schema)
  const { components } = api.getOpenAPI31Document(EMPTY_DESCRIPTION)
  // A schema of OpenAPI 3.1 is a JSON Schema, except that it refers to schemas at another place.
  const portable = JSON.stringify(components?.schemas, (key, value: unknown) =>
    LEFT_OUT.has(key) && typeof value === 'string' ? undefined : value,
  )
  const { [ROOT]: root, ...$defs }: Record<string, object> = JSON.parse(
    portable.replaceAll('#/components/schemas/', '#/$defs/'),
  )
  const whole = { ...root, ...(Object.keys($defs).length > 0 && { $defs }) }
  return () => whole
}

const ROOT = 'Root'

const LEFT_OUT = new Set(['pattern', 'example'])

const EMPTY_DESCRIPTION = { openapi: '3.1.0', info: { title: '', version: '' } }
