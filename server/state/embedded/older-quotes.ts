import type Database from 'better-sqlite3'
import { z } from 'zod'
import type { StoredQuote } from '../stored.ts'

/**
 * A quote as older files keep it: in the shape of the HTTP API of that time. Its number is its place in the list, and
 * its URL follows from the document and the offsets, so that nothing is lost.
 */
const olderQuote = z
  .object({
    text: z.string(),
    confidence: z.number(),
    citation: z.object({
      documentId: z.string(),
      title: z.string(),
      author: z.string().nullable(),
      date: z.string().nullable(),
      publisher: z.string().nullable(),
      source: z.string().nullable(),
      start: z.int(),
      end: z.int(),
      paragraph: z.int(),
      heading: z.string().nullable(),
    }),
    passage: z.object({ text: z.string(), start: z.int(), end: z.int() }),
  })
  .transform(({ text, confidence, citation, passage }): StoredQuote => {
    const unknown = {
      version: null,
      codePoint: null,
      place: null,
      original: null,
      highlight: null,
      copies: [],
      vouched: null,
    }
    return { ...citation, ...unknown, text, confidence, passage }
  })

const withOlderQuotes = z.looseObject({
  quotes: z.array(olderQuote),
  closest: z.array(olderQuote),
})

/**
 * Rewrites the quotes in a column, which holds answers or replies as JSON, from the shape that older files keep to today's.
 * `table` and `column` become SQL as they are.
 */
export function rewriteQuotes(database: Database.Database, table: string, column: string): void {
  database.function('with_stored_quotes', (json: string) =>
    JSON.stringify(withOlderQuotes.parse(JSON.parse(json))),
  )
  database.exec(`UPDATE ${table} SET ${column} = with_stored_quotes(${column})`)
}
