import type Database from 'better-sqlite3'
import type { AuditLog, KeptRecord, AuditEntry, RecordKind, RecordStore } from '../state.ts'
import type { Migration } from './migrations.ts'
import { openSqliteFile, type SqliteFile, type SqliteFileKind } from './sqlite-file.ts'

const TABLES = `
  CREATE TABLE records (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    json TEXT NOT NULL,
    UNIQUE (kind, id)
  ) STRICT;
  CREATE TABLE versions (
    kind TEXT PRIMARY KEY,
    version INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    collection TEXT
  ) STRICT;
`

const MIGRATIONS: readonly Migration[] = [
  { toVersion: 1, apply: (database) => database.exec(TABLES) },
]

/** The file of what operators entered, and of the log of their changes. */
export const DESK_FILE: SqliteFileKind = {
  name: 'desk.sqlite',
  migrations: MIGRATIONS,
  unreadable: 'desk-unreadable',
  contents: 'Keys and what was entered at the desk',
  remedy:
    'Make the file one that you may write to, or restore it from a backup. Without it, all keys are gone.',
}

/** The stores in the file. */
export interface DeskFile {
  readonly records: RecordStore
  readonly audit: AuditLog
  close(): void
}

/**
 * Opens the file, which is created where it is missing; `:memory:` for none. Throws `desk-unreadable`, `disk-full`,
 * `storage-busy` or `storage-unwritable`.
 */
export function openDeskFile(file: string): DeskFile {
  return openSqliteFile(file, DESK_FILE, (opened) => ({
    records: recordsIn(opened),
    audit: auditIn(opened),
    close: () => {
      opened.database.close()
    },
  }))
}

function recordsIn({ database, use }: SqliteFile): RecordStore {
  const selectAll = database.prepare<[RecordKind], KeptRecord>(
    'SELECT id, json FROM records WHERE kind = ? ORDER BY number',
  )
  const select = database
    .prepare<[RecordKind, string], string>('SELECT json FROM records WHERE kind = ? AND id = ?')
    .pluck()
  const insert = database.prepare<[RecordKind, string, string]>(
    'INSERT OR IGNORE INTO records (kind, id, json) VALUES (?, ?, ?)',
  )
  const update = database.prepare<[string, RecordKind, string]>(
    'UPDATE records SET json = ? WHERE kind = ? AND id = ?',
  )
  const remove = database.prepare<[RecordKind, string]>(
    'DELETE FROM records WHERE kind = ? AND id = ?',
  )
  const selectVersion = database
    .prepare<[RecordKind], number>('SELECT version FROM versions WHERE kind = ?')
    .pluck()
  const countChange = database.prepare<[RecordKind]>(
    `INSERT INTO versions VALUES (?, 1) ON CONFLICT (kind) DO UPDATE SET version = version + 1`,
  )
  const change = database.transaction((kind: RecordKind, write: () => Database.RunResult) => {
    const isChanged = write().changes > 0
    if (isChanged) countChange.run(kind)
    return isChanged
  })
  return {
    all: async (kind) => use(() => selectAll.all(kind)),
    find: async (kind, id) => use(() => select.get(kind, id)) ?? null,
    add: async (kind, { id, json }) =>
      use(() => change.immediate(kind, () => insert.run(kind, id, json))),
    replace: async (kind, { id, json }) =>
      use(() => change.immediate(kind, () => update.run(json, kind, id))),
    remove: async (kind, id) => use(() => change.immediate(kind, () => remove.run(kind, id))),
    version: async (kind) => use(() => selectVersion.get(kind)) ?? 0,
  }
}

function auditIn({ database, use }: SqliteFile): AuditLog {
  const insert = database.prepare<[number, string, string, string, string | null]>(
    'INSERT INTO audit (at, by, action, subject, collection) VALUES (?, ?, ?, ?, ?)',
  )
  const latest = database.prepare<
    { before: number; collections: string | null; limit: number },
    AuditEntry
  >(
    `SELECT number, at AS atMs, by, action, subject, collection FROM audit
       WHERE number < :before
         AND (:collections IS NULL OR collection IN (SELECT value FROM json_each(:collections)))
       ORDER BY number DESC LIMIT :limit`,
  )
  return {
    add: async ({ by, action, subject, collection }) => {
      use(() => insert.run(Date.now(), by, action, subject, collection))
    },
    latest: async ({ limit, before = Number.MAX_SAFE_INTEGER, collections = null }) => {
      const names = collections && JSON.stringify(collections)
      return use(() => latest.all({ before, collections: names, limit }))
    },
  }
}
