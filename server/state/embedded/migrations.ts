import type Database from 'better-sqlite3'

/** A step that brings the tables of a file from the version before it to `toVersion`. */
export interface Migration {
  readonly toVersion: number
  readonly apply: (database: Database.Database) => void
}

/** A file was written by a newer Footnote than this one. */
export class NewerVersionError extends Error {}

/**
 * Brings a file to the version of the last migration; a new file has version 0. All missing steps run in one
 * transaction, so that a process that is killed leaves the old version whole. Throws {@link NewerVersionError} where
 * the file has a version that no migration knows, and what SQLite throws; the file is then unchanged.
 */
export function migrate(database: Database.Database, migrations: readonly Migration[]): void {
  const latest = migrations.at(-1)?.toVersion ?? 0
  // Without a lock: opening a file that is up to date never waits for a process that writes to it.
  if (versionOf(database, latest) === latest) return
  const applyMissing = database.transaction(() => {
    // Another process may have migrated the file in the meantime.
    const version = versionOf(database, latest)
    for (const { toVersion, apply } of migrations) {
      if (toVersion > version) apply(database)
    }
    database.pragma(`user_version = ${latest}`)
  })
  applyMissing.immediate()
}

function versionOf(database: Database.Database, latest: number): number {
  const version = Number(database.pragma('user_version', { simple: true }))
  if (version > latest) {
    throw new NewerVersionError(`The file has version ${version}; ${latest} is the latest known.`)
  }
  return version
}
