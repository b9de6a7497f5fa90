import { CsvError, parse as parseCsv } from 'csv-parse/sync'
import { z } from 'zod'
import { foldSpace } from '../../presentation/fold-space.ts'
import type { Store } from '../../index/storage/storage.ts'
import { question as questionText } from '../conversation/ask-body.ts'
import type { ExpectedQuote } from './check-question.ts'
import { findQuote } from './find-quote.ts'
import { MAX_CHECK_QUESTIONS, MAX_EXPECTED_QUOTES } from './limits.ts'

/** A question of a file whose quotes were found. */
export interface ImportedQuestion {
  readonly question: string
  readonly quotes: readonly ExpectedQuote[]
}

/** Something in a file that could not be used. */
export interface ImportProblem {
  /** From 1; in a JSON array the number of the entry. Null where it is not about a line. */
  readonly line: number | null
  /** Why, in a sentence. */
  readonly problem: string
}

export interface ImportedFile {
  readonly questions: readonly ImportedQuestion[]
  readonly problems: readonly ImportProblem[]
}

const writtenQuote = z.union([
  z
    .string()
    .min(1)
    .transform((text) => ({ text, documentId: null })),
  z
    .object({ text: z.string().min(1), documentId: z.string().min(1).nullish() })
    .transform(({ text, documentId }) => ({ text, documentId: documentId ?? null })),
])

const writtenQuestion = z.object({
  question: questionText,
  quotes: z.array(writtenQuote).max(MAX_EXPECTED_QUOTES).default([]),
})

const csvRow = z
  .object({
    question: questionText,
    documentId: z.string().default(''),
    quote: z.string().default(''),
  })
  .transform(({ question, documentId, quote }) => ({
    question,
    quotes: quote === '' ? [] : [{ text: quote, documentId: documentId || null }],
  }))

type WrittenQuestion = z.output<typeof writtenQuestion>

/** An entry of a file, or why it is none. */
type Entry = { readonly line: number } & (
  | { readonly written: WrittenQuestion }
  | { readonly problem: string }
)

/**
 * Reads questions with the quotes that should come from the text of a file, and finds the quotes in the documents: a JSON array,
 * or a JSON object a line, of `{ question, quotes: [{ text, documentId }] }`; or else CSV with the columns `question`,
 * `documentId` and `quote`. Lines with the same question are one question. A question without quotes is one that the documents do
 * not answer. A question with a quote that is not found is not taken.
 */
export async function readCheckFile(text: string, store: Store): Promise<ImportedFile> {
  const problems: ImportProblem[] = []
  const quotesOf = new Map<string, ExpectedQuote[]>()
  const refused = new Set<string>()
  for (const entry of entriesOf(text.replace(/^\uFEFF/, ''))) {
    const { line } = entry
    if ('problem' in entry) {
      problems.push({ line, problem: entry.problem })
      continue
    }
    const { question, quotes } = entry.written
    const key = foldSpace(question)
    const known = quotesOf.get(key) ?? []
    const found = await findAll(quotes, store)
    if ('problem' in found) {
      problems.push({ line, problem: found.problem })
      refused.add(key)
    } else if (known.length + found.places.length > MAX_EXPECTED_QUOTES) {
      problems.push({ line, problem: `The question has more than ${MAX_EXPECTED_QUOTES} quotes.` })
    } else if (!quotesOf.has(key) && quotesOf.size === MAX_CHECK_QUESTIONS) {
      problems.push({ line, problem: `The file has more than ${MAX_CHECK_QUESTIONS} questions.` })
      break
    } else {
      quotesOf.set(key, [...known, ...found.places])
    }
  }
  const questions = [...quotesOf].filter(([question]) => !refused.has(question))
  return { questions: questions.map(([question, quotes]) => ({ question, quotes })), problems }
}

async function findAll(quotes: WrittenQuestion['quotes'], store: Store) {
  const places: ExpectedQuote[] = []
  for (const [i, { text, documentId }] of quotes.entries()) {
    const found = await findQuote(text, documentId, store)
    if ('problem' in found) {
      const which = quotes.length === 1 ? 'The quote' : `Quote ${i + 1}`
      return { problem: `${which} ${found.problem}.` }
    }
    places.push(...found.places)
  }
  return { places }
}

function entriesOf(text: string): Iterable<Entry> {
  const start = text.trimStart()
  if (start.startsWith('[')) return entriesOfArray(text)
  return start.startsWith('{') ? entriesOfLines(text) : entriesOfCsv(text)
}

function entriesOfArray(text: string): Entry[] {
  const parsed = parseJson(text)
  if (!Array.isArray(parsed)) return [{ line: 1, problem: 'The file is not valid JSON.' }]
  return parsed.map((value: unknown, i) => entryOf(i + 1, value, writtenQuestion))
}

function entriesOfLines(text: string): Entry[] {
  return text.split(/\r?\n/).flatMap((written, i) => {
    if (written.trim() === '') return []
    const value = parseJson(written)
    const line = i + 1
    return value === undefined
      ? { line, problem: 'The line is not valid JSON.' }
      : entryOf(line, value, writtenQuestion)
  })
}

function entriesOfCsv(text: string): Entry[] {
  try {
    const rows = parseCsv<{ record: unknown; info: { lines: number } }>(text, {
      columns: (names: string[]) => names.map((name) => name.trim()),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    })
    const [first] = rows
    if (!first || !Object.hasOwn(Object(first.record), 'question')) {
      return [{ line: 1, problem: 'The file is neither JSON nor CSV with a column “question”.' }]
    }
    return rows.map(({ record, info }) => entryOf(info.lines, record, csvRow))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return [
      { line: Number(error.lines ?? 1), problem: `The file is not valid CSV: ${error.message}.` },
    ]
  }
}

function entryOf(line: number, value: unknown, schema: z.ZodType<WrittenQuestion>): Entry {
  const { data, error } = schema.safeParse(value)
  if (data) return { line, written: data }
  const [issue] = error?.issues ?? []
  const path = issue?.path.join('.') ?? ''
  const what = path === '' ? 'The line' : `“${path}”`
  return { line, problem: `${what} is not valid: ${issue?.message ?? ''}.` }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
