import { parse } from 'yaml'
import { z } from 'zod'

const OPENING = /^---[^\S\r\n]*(?:\r\n|\r|\n)/
const CLOSING = /^---[^\S\r\n]*(?:\r\n|\r|\n|$)/gm

/** The longest value, in UTF-16 code units. The title is embedded with every sentence. */
const MAX_VALUE_LENGTH = 1000

const text = z
  .union([z.string(), z.number().transform(String)])
  .refine((value) => value.length <= MAX_VALUE_LENGTH)
  .nullish()
  .transform((value) => value?.trim() || null)
const names = z
  .array(z.string())
  .transform((list) => list.join(', '))
  .refine((value) => value.length <= MAX_VALUE_LENGTH)

const schema = z.object({
  title: text,
  author: z.union([text, names]),
  date: text,
  publisher: text,
  source: z
    .union([z.url({ protocol: /^https?$/ }).max(MAX_VALUE_LENGTH), z.null()])
    .optional()
    .default(null),
  collection: text,
  language: z
    .string()
    .refine(isLanguageTag, 'is not a language tag such as "en" or "pt-BR"')
    .nullish()
    .transform((value) => value ?? null),
})

/** What a document says about itself; null where it does not say. */
export type FrontMatter = z.output<typeof schema>

/** Whether a text may have front matter, by the first bytes of its file. */
export function mayHaveFrontMatter(bytes: Buffer): boolean {
  return /^\uFEFF?---/.test(bytes.toString('utf8', 0, 6))
}

/**
 * Splits the text of a file into its YAML front matter and the text after it, which is kept as it is. Throws an `Error`
 * whose message says what is wrong with the front matter.
 */
export function readFrontMatter(file: string): { frontMatter: FrontMatter; text: string } {
  const opening = OPENING.exec(file)
  CLOSING.lastIndex = opening?.[0].length ?? 0
  const closing = opening && CLOSING.exec(file)
  if (!closing) return { frontMatter: schema.parse({}), text: file }

  const frontMatter = readDetails(file.slice(opening[0].length, closing.index))
  return { frontMatter, text: file.slice(closing.index + closing[0].length) }
}

/**
 * Reads what a document says about itself from YAML, as it stands in front matter or in a file beside the document. Ignores
 * unknown keys, which other programs may use. Throws an `Error` whose message says what is wrong.
 */
export function readDetails(yaml: string): FrontMatter {
  const parsed = schema.safeParse(parseYaml(yaml) ?? {})
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const key = issue?.path.join('.')
    throw new Error(
      key
        ? `"${key}" ${wrongValue(key, issue?.message)}`
        : 'it is not a list of "key: value" lines',
    )
  }
  return parsed.data
}

function wrongValue(key: string, message: string | undefined): string {
  if (key === 'source') return 'is not a web address that starts with http:// or https://'
  return key === 'language'
    ? (message ?? '')
    : `is not text of at most ${MAX_VALUE_LENGTH} characters`
}

function parseYaml(yaml: string): unknown {
  try {
    return parse(yaml, { logLevel: 'error' })
  } catch (error) {
    throw new Error(String(error instanceof Error ? error.message : error).split('\n')[0], {
      cause: error,
    })
  }
}

function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1
  } catch {
    return false
  }
}
