import * as fc from 'fast-check'
import { z } from 'zod'

type Type = 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object' | 'null'

/** As much of JSON Schema as the API description uses for requests. */
export interface Schema {
  /** One type, or several; null is one. */
  readonly type?: Type | readonly Type[] | undefined
  readonly anyOf?: readonly Schema[] | undefined
  readonly enum?: readonly unknown[] | undefined
  readonly pattern?: string | undefined
  readonly minLength?: number | undefined
  readonly maxLength?: number | undefined
  readonly minimum?: number | undefined
  readonly maximum?: number | undefined
  readonly items?: Schema | undefined
  readonly minItems?: number | undefined
  readonly maxItems?: number | undefined
  readonly uniqueItems?: boolean | undefined
  readonly properties?: Readonly<Record<string, Schema>> | undefined
  readonly required?: readonly string[] | undefined
  readonly additionalProperties?: boolean | undefined
}

const annotations = { description: z.string(), default: z.unknown(), example: z.unknown() }

const typeName = z.enum(['string', 'integer', 'number', 'boolean', 'array', 'object', 'null'])

/** Refuses a keyword that the generators below do not know. */
export const schema: z.ZodType<Schema> = z
  .strictObject({
    type: z.union([typeName, z.array(typeName)]),
    get anyOf() {
      return z.array(schema)
    },
    enum: z.array(z.unknown()),
    pattern: z.string(),
    minLength: z.int(),
    maxLength: z.int(),
    minimum: z.number(),
    maximum: z.number(),
    get items() {
      return schema
    },
    minItems: z.int(),
    maxItems: z.int(),
    uniqueItems: z.boolean(),
    get properties() {
      return z.record(z.string(), schema)
    },
    required: z.array(z.string()),
    additionalProperties: z.union([z.boolean(), z.strictObject({}).transform(() => true)]),
    ...annotations,
  })
  .partial()

/** Values that a schema allows. */
export function valid(of: Schema): fc.Arbitrary<unknown> {
  if (of.enum) return fc.constantFrom(...of.enum)
  const choices = choicesOf(of)
  if (choices.length > 1) return fc.oneof(...choices.map(valid))
  switch (of.type) {
    case 'null':
      return fc.constant(null)
    case 'string':
      return validString(of)
    case 'integer':
      return fc.integer({
        min: of.minimum ?? -1000,
        max: Math.min(of.maximum ?? 1000, 2 ** 31 - 1),
      })
    case 'number':
      return fc.double({ min: of.minimum ?? -1000, max: of.maximum ?? 1000, noNaN: true })
    case 'boolean':
      return fc.boolean()
    case 'array':
      return (of.uniqueItems ? fc.uniqueArray : fc.array)(valid(of.items ?? {}), {
        minLength: of.minItems ?? 0,
        maxLength: Math.min(of.maxItems ?? 5, 5),
      })
    case 'object':
      return validObject(of)
    default:
      return fc.jsonValue()
  }
}

/** The schemas of which one must hold; the schema itself where it is the only one. */
function choicesOf(of: Schema): readonly Schema[] {
  if (of.anyOf) return of.anyOf
  return Array.isArray(of.type) ? of.type.map((one: Type) => ({ ...of, type: one })) : [of]
}

/** Values that a schema forbids, by one of its constraints. */
export function invalid(of: Schema): fc.Arbitrary<unknown> {
  const choices = choicesOf(of)
  if (choices.length > 1) {
    const broken = fc.oneof(...choices.map(invalid))
    return broken.filter((value) => !choices.some((choice) => allows(choice, value)))
  }
  if (of.enum) return fc.jsonValue().filter((value) => !allows(of, value))
  return fc.oneof(...brokenConstraints(of), wrongType(of))
}

function allows(of: Schema, value: unknown): boolean {
  return z.fromJSONSchema(Object(of)).safeParse(value).success
}

/** The same of a value that is sent as text, which has no type. */
export function invalidText(of: Schema): fc.Arbitrary<unknown> | null {
  const broken = brokenConstraints(of)
  if (of.type === 'boolean' || of.type === 'integer')
    broken.push(fc.constantFrom('x', 'null', '[]'))
  return broken.length > 0 ? fc.oneof(...broken) : null
}

function brokenConstraints(of: Schema): fc.Arbitrary<unknown>[] {
  switch (of.type) {
    case 'string':
      return brokenStrings(of)
    case 'integer':
      return [
        ...(of.minimum === undefined ? [] : [fc.constant(of.minimum - 1)]),
        ...(of.maximum === undefined ? [] : [fc.constant(of.maximum + 1)]),
        fc.constant((of.minimum ?? 0) + 0.5),
      ]
    case 'array':
      return brokenArrays(of)
    case 'object':
      return brokenObjects(of)
    default:
      return []
  }
}

function validString(of: Schema): fc.Arbitrary<string> {
  // Without a limit, longer than any limit that the validation may have.
  const { pattern = '[^]*', minLength = 0, maxLength = 2000 } = of
  const lengths = fc.string({ unit: 'binary', minLength, maxLength, size: 'medium' })
  const expression = new RegExp(pattern, 'u')
  const simple = /\\p/.test(pattern) ? fc.constant('cats') : fc.stringMatching(expression)
  const longest = fc.constantFrom('x', '\u{20000}').map((char) => char.repeat(maxLength))
  return fc.oneof(lengths, simple, longest).filter((text) => {
    const { length } = Array.from(text)
    return expression.test(text) && minLength <= length && length <= maxLength
  })
}

function validObject({ properties = {}, required = [] }: Schema): fc.Arbitrary<object> {
  const fields: Record<string, fc.Arbitrary<unknown>> = Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [name, valid(field)]),
  )
  return fc.record(fields, { requiredKeys: [...required] })
}

function brokenStrings({ pattern, minLength = 0, maxLength }: Schema): fc.Arbitrary<string>[] {
  const broken: fc.Arbitrary<string>[] = []
  if (minLength > 0) broken.push(fc.constant(''))
  if (maxLength !== undefined) {
    const longer = fc.integer({ min: maxLength + 1, max: maxLength + 50 })
    broken.push(longer.map((length) => 'x'.repeat(length)))
  }
  if (pattern !== undefined) {
    const expression = new RegExp(pattern, 'u')
    const text = fc.oneof(fc.string(), fc.constantFrom('', '../x', '?!', 'a b', ','))
    broken.push(text.filter((given) => !expression.test(given)))
  }
  return broken
}

function brokenArrays({ items = {}, minItems = 0, maxItems }: Schema): fc.Arbitrary<unknown>[] {
  const broken: fc.Arbitrary<unknown>[] = []
  if (minItems > 0) broken.push(fc.constant([]))
  if (maxItems !== undefined) {
    broken.push(valid(items).map((item) => Array.from({ length: maxItems + 1 }, () => item)))
  }
  const brokenItems = brokenConstraints(items)
  if (brokenItems.length > 0) {
    broken.push(fc.tuple(valid(items), fc.oneof(...brokenItems)).map((both) => both))
  }
  return broken
}

function brokenObjects(of: Schema): fc.Arbitrary<unknown>[] {
  const { properties = {}, required = [], additionalProperties = true } = of
  const whole = validObject(of)
  const broken: fc.Arbitrary<unknown>[] = [
    ...required.map((name) =>
      whole.map((given) =>
        Object.fromEntries(Object.entries(given).filter(([key]) => key !== name)),
      ),
    ),
    ...Object.entries(properties).map(([name, field]) =>
      fc
        .tuple(whole, invalid(field))
        .map(([given, value]) => Object.assign(given, { [name]: value })),
    ),
  ]
  if (!additionalProperties) broken.push(whole.map((given) => Object.assign(given, { unknown: 1 })))
  return broken
}

function wrongType({ type }: Schema): fc.Arbitrary<unknown> {
  return fc.constantFrom<unknown>(null, 'x', 1, true, [1], {}).filter((value) => {
    switch (type) {
      case 'string':
        return typeof value !== 'string'
      case 'integer':
        return typeof value !== 'number'
      case 'boolean':
        return typeof value !== 'boolean'
      case 'array':
        return !Array.isArray(value)
      case 'null':
        return value !== null
      default:
        return typeof value !== 'object' || value === null
    }
  })
}
