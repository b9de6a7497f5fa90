import Database from 'better-sqlite3'

/** Raised with every change of the tables: it makes built indexes stale. */
export const SCHEMA_VERSION = 4

/**
 * `documents.text` stands last, so that a list of documents does not read their texts. The tokenizer of `passage_stems`
 * splits at spaces and changes nothing but capitals, which stems do not have: stems are indexed as they are given.
 */
const TABLES = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE documents (
    rowid INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    hash TEXT NOT NULL,
    format TEXT NOT NULL,
    language TEXT NOT NULL,
    title TEXT NOT NULL,
    author TEXT,
    date TEXT,
    publisher TEXT,
    source TEXT,
    characters INTEGER NOT NULL,
    paragraphs INTEGER NOT NULL,
    text TEXT NOT NULL
  ) STRICT;

  CREATE TABLE headings (
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    level INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (document, start)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    paragraph INTEGER NOT NULL,
    heading TEXT,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    text TEXT NOT NULL
  ) STRICT;
  CREATE INDEX passages_by_document ON passages (document);

  CREATE TABLE sentences (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    passage INTEGER NOT NULL REFERENCES passages ON DELETE CASCADE,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    vector BLOB NOT NULL
  ) STRICT;
  CREATE INDEX sentences_by_passage ON sentences (passage);

  CREATE VIRTUAL TABLE passage_stems USING fts5 (
    stems,
    content = '', contentless_delete = 1,
    tokenize = 'ascii'
  );
  CREATE VIRTUAL TABLE passage_vocabulary USING fts5vocab (passage_stems, row);
  CREATE TABLE stems (
    stem TEXT PRIMARY KEY,
    passages INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`

/** A new database with empty tables. */
export function createDatabase(file: string): Database.Database {
  const database = openForWriting(file)
  database.transaction(() => database.exec(TABLES))()
  return database
}

/**
 * A database that a build writes to. The write-ahead log keeps it whole if the build is killed at
 * any moment, without waiting for the disk at every document.
 */
export function openForWriting(file: string, options?: Database.Options): Database.Database {
  const database = new Database(file, options)
  // For a new file: five vectors fit a page; of the usual page of 4,096 bytes, two and a quarter is empty.
  database.pragma('page_size = 8192')
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = NORMAL')
  database.pragma('foreign_keys = ON')
  return database
}

/** A finished database, which is only read. */
export function openForReading(file: string): Database.Database {
  return new Database(file, { readonly: true, fileMustExist: true })
}

/** Brings everything into the one file, which can then be copied, hashed and opened read-only. */
export function closeForGood(database: Database.Database): void {
  database.pragma('journal_mode = DELETE')
  database.close()
}

/**
 * Makes stems as quick to search as they can be: merges their lists into one, and writes down how many passages have each
 * stem, which FTS5 would count anew for every question.
 */
export function summarizeStems(database: Database.Database): void {
  database.transaction(() => {
    database.exec(`
      INSERT INTO passage_stems (passage_stems) VALUES ('optimize');
      DELETE FROM stems;
      INSERT INTO stems SELECT term, doc FROM passage_vocabulary;
    `)
  })()
}

/** Whether the tables are there: a file that was cut to nothing is an empty database to SQLite. */
export function hasTables(database: Database.Database): boolean {
  try {
    const tables = database
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .pluck()
      .all()
    return TABLE_NAMES.every((name) => tables.includes(name))
  } catch {
    return false
  }
}

const TABLE_NAMES = Array.from(
  TABLES.matchAll(/CREATE (?:VIRTUAL )?TABLE (\w+)/g),
  ([, name = '']) => name,
)

/** The bytes of a vector as SQLite keeps them: 32-bit floats, little-endian on every machine that we run on. */
export function vectorToBlob(vector: Float32Array): Buffer {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)
}

export function blobToVector(blob: Buffer): Float32Array {
  // A copy: the blob may stand at an offset that Float32Array does not allow.
  return new Float32Array(new Uint8Array(blob).buffer)
}

/** What a database says of itself. */
export function readMeta(database: Database.Database, key: string): string | undefined {
  return database.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck().get(key)
}

export function writeMeta(database: Database.Database, key: string, value: string): void {
  database.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)').run(key, value)
}
