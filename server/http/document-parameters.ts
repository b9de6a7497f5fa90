import { z } from '@hono/zod-openapi'

/** The path of a document. */
export const params = z.object({ id: z.string().min(1).openapi({ example: 'inss-insight-1351' }) })

/** With at most 15 digits, every offset is a safe integer. */
const MAX_DIGITS = 15

/** A whole number in a path or a query. */
export const offsetParameter = z
  .string()
  .regex(new RegExp(`^\\d{1,${MAX_DIGITS}}$`), 'must be a whole number')
  .transform(Number)
  .openapi({ type: 'integer', minimum: 0, maximum: 10 ** MAX_DIGITS - 1 })

/** What a signed link has in its address. It is verified before the route, which takes it as it is. */
export const signatureParameters = {
  expires: z.string().optional().openapi({
    description: 'Of a signed link: the day, counted from 1970, when it ends',
  }),
  signature: z
    .string()
    .optional()
    .openapi({ description: 'Of a signed link, which opens the document without a key' }),
}

/** The query of a route that takes nothing else. */
export const signatureQuery = z.strictObject(signatureParameters)
