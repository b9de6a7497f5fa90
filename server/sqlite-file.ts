import Database from 'better-sqlite3'

/**
 * Opens a file of what people leave here, which is made where it is missing; `:memory:` for none. `create` makes
 * the tables, and is run where the file is of another `version`. Throws what SQLite throws.
 */
export function openSqliteFile(
  file: string,
  { version, create }: { version: number; create: string },
): Database.Database {
  const database = new Database(file)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = NORMAL')
  database.pragma('foreign_keys = ON')
  // What is forgotten does not stay in free pages.
  database.pragma('secure_delete = ON')
  database.transaction(() => {
    if (database.pragma('user_version', { simple: true }) === version) return
    database.exec(create)
    database.pragma(`user_version = ${version}`)
  })()
  return database
}
