import type { ExtractedDetails } from '../extractor.ts'
import type { Pdfium } from './pdfium.js'
import { readString } from './strings.ts'

/** Titles that programs give by themselves. */
const NO_TITLE =
  /^(?:untitled|document|title|microsoft word|powerpoint presentation|slide|print|about:blank)\b.{0,3}$/i
const FILE_NAME =
  /\.(?:docx?|pdf|tex|dvi|pptx?|xlsx?|rtf|odt|indd|qxd|txt|html?|p65|fm|eps|ps|book)$/i

/** Dates such as "D:20200806093012-04'00'". */
const DATE = /^(?:D:)?(\d{4})(\d{2})?(\d{2})?/

/** PDF came in 1993. An earlier date stands for none. */
const FIRST_YEAR = 1990

/** A BCP 47 tag, as far as it matters here. */
const LANGUAGE = /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i

/** What a PDF says about itself. */
export function readDetails(pdfium: Pdfium, document: number): ExtractedDetails {
  const meta = (key: string) =>
    readString(pdfium, (address, size) =>
      pdfium.call.FPDF_GetMetaText(document, key, address, size),
    )
  const language = readString(pdfium, (address, size) =>
    pdfium.call.FPDFCatalog_GetLanguage(document, address, size),
  )
  return {
    title: titleIn(meta('Title')),
    author: oneLine(meta('Author')),
    date: dateIn(meta('CreationDate')),
    publisher: null,
    source: null,
    language: language !== null && LANGUAGE.test(language) ? language : null,
    collection: null,
  }
}

/** A title; null for the name of a file, or what a program writes where there is none. */
export function titleIn(text: string | null): string | null {
  const title = oneLine(text)
  if (title === null || NO_TITLE.test(title) || FILE_NAME.test(title)) return null
  return /\p{L}.*\p{L}/u.test(title) ? title : null
}

/** A date as ISO 8601, as exact as it says; null where it is none. */
export function dateIn(text: string | null): string | null {
  const [, year, month, day] = DATE.exec(text ?? '') ?? []
  if (year === undefined) return null
  const date = [year, month, month === undefined ? undefined : day].filter(
    (part) => part !== undefined,
  )
  const iso = date.join('-')
  return Number.isNaN(Date.parse(iso)) || Number(year) < FIRST_YEAR ? null : iso
}

function oneLine(text: string | null): string | null {
  return text?.replace(/[\s\p{Cc}]+/gu, ' ').trim() || null
}
