import type { ExtractedDetails } from './extractor.ts'

/** The longest value that is kept: the title is embedded with every sentence. */
const MAX_LENGTH = 1000

/** What programs write where nobody gave a title. */
const NO_TITLE =
  /^(?:microsoft (?:word|powerpoint)\b.*|untitled.*|unbenannt.*|(?:document|dokument|presentation|präsentation|slide|folie) ?\d*|powerpoint[- ]pr[eä]sentation|title|titel|no title|.*\.(?:docx?|dotx?|odt|pptx?|rtf|pdf|html?|txt|tmp|indd|wpd))$/iu

const DATE = /^\d{4}(?:-\d{2}(?:-\d{2})?)?(?=$|[T ])/

type RawDetails = { readonly [Name in keyof ExtractedDetails]?: string | null | undefined }

/** What a file says about itself, without what is empty, overlong or no title, and with the day of a moment alone. */
export function detailsOf(raw: RawDetails): ExtractedDetails {
  const title = valueOf(raw.title)
  return {
    title: title === null || NO_TITLE.test(title) ? null : title,
    author: valueOf(raw.author),
    date: dateOf(raw.date),
    publisher: valueOf(raw.publisher),
    source: webAddress(raw.source),
    language: languageTag(raw.language),
    collection: valueOf(raw.collection),
  }
}

/** The names in a list as one line; null where there is none. */
export function joinedNames(names: readonly string[]): string | null {
  const different = new Set(names.map((name) => valueOf(name)).filter((name) => name !== null))
  return different.size === 0 ? null : [...different].join(', ')
}

function valueOf(raw: string | null | undefined): string | null {
  const value = raw?.replace(/\s+/g, ' ').trim() ?? ''
  return value === '' || value.length > MAX_LENGTH ? null : value
}

function dateOf(raw: string | null | undefined): string | null {
  return DATE.exec(valueOf(raw) ?? '')?.[0] ?? null
}

function webAddress(raw: string | null | undefined): string | null {
  const value = valueOf(raw)
  return value !== null && /^https?:\/\//i.test(value) && URL.canParse(value) ? value : null
}

function languageTag(raw: string | null | undefined): string | null {
  const value = valueOf(raw)?.replaceAll('_', '-') ?? null
  if (value === null || /^(?:und|zxx|none|x-none)$/i.test(value)) return null
  try {
    return Intl.getCanonicalLocales(value)[0] ?? null
  } catch {
    return null
  }
}
