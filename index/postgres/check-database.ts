import { FootnoteError } from '../errors.ts'
import { type Queries, SEARCH_PATH } from './database.ts'

/**
 * Checks what must hold of a database before Footnote keeps anything in it. Throws `setting-invalid` if its encoding lacks
 * characters, or if a pooler lets the search path of connections not pass.
 */
export async function checkDatabase({ query }: Queries): Promise<void> {
  const [found] = await query<{ encoding: string; path: string }>(
    `SELECT current_setting('server_encoding') AS encoding, current_setting('search_path') AS path`,
  )
  if (found?.encoding !== 'UTF8') {
    throw new FootnoteError(
      'setting-invalid',
      `The database in DATABASE_URL has the encoding ${found?.encoding}, which lacks characters of documents and questions. Create one with "CREATE DATABASE footnote ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0", and name it in DATABASE_URL.`,
    )
  }
  if (found.path !== SEARCH_PATH) {
    throw new FootnoteError(
      'setting-invalid',
      `The connections to the database have the search_path "${found.path}", in which others may have functions of their own. Let the pooler in DATABASE_URL pass the startup parameter "options", or connect to the database directly.`,
    )
  }
}
