import Database from 'better-sqlite3'
import { countTotalsAgain } from './fts5-totals.ts'

/** To be raised with every change of the tables. Indexes with another version are stale. */
export const SCHEMA_VERSION = 8

/**
 * `documents.text` is the last column, so that a list of documents does not read their texts. The tokenizer of
 * `passage_stems` splits at spaces and folds ASCII capitals, which stems do not have: stems are indexed unchanged.
 * `collection_stems` has the same passages by words that name their collection too (see `collectionWord`), so that a search in
 * some collections reads nothing of the others.
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
    collection TEXT,
    file TEXT NOT NULL,
    fileHash TEXT NOT NULL,
    version TEXT NOT NULL,
    characters INTEGER NOT NULL,
    paragraphs INTEGER NOT NULL,
    text TEXT NOT NULL
  ) STRICT;
  CREATE INDEX documents_by_language ON documents (language);
  CREATE INDEX documents_by_collection ON documents (collection, id, language);

  CREATE TABLE collections (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    passages INTEGER NOT NULL DEFAULT 0,
    stems INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE problems (
    name TEXT PRIMARY KEY,
    id TEXT,
    hash TEXT,
    reason TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE headings (
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    level INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (document, start)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE pages (
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    number INTEGER NOT NULL,
    label TEXT,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    width REAL,
    height REAL,
    places BLOB,
    PRIMARY KEY (document, number)
  ) STRICT;

  CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    paragraph INTEGER NOT NULL,
    heading TEXT,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    codePoint INTEGER NOT NULL,
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

  CREATE VIRTUAL TABLE collection_stems USING fts5 (
    words,
    content = '', contentless_delete = 1,
    tokenize = "ascii tokenchars ':'"
  );
  CREATE VIRTUAL TABLE collection_vocabulary USING fts5vocab (collection_stems, row);
  CREATE VIRTUAL TABLE collection_instances USING fts5vocab (collection_stems, instance);
  CREATE TABLE stems_by_collection (
    collection INTEGER NOT NULL REFERENCES collections,
    stem TEXT NOT NULL,
    passages INTEGER NOT NULL,
    occurrences INTEGER NOT NULL,
    PRIMARY KEY (collection, stem)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE sentence_ranges (
    collection INTEGER NOT NULL REFERENCES collections,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (collection, first)
  ) STRICT, WITHOUT ROWID;
`

/** Creates a database with empty tables. */
export function createDatabase(file: string): Database.Database {
  const database = openForWriting(file)
  database.transaction(() => database.exec(TABLES))()
  return database
}

/**
 * Opens a database for a build. With the write-ahead log it stays intact if the build is killed at any
 * moment, and a build need not wait for the disk after every document.
 */
export function openForWriting(file: string, options?: Database.Options): Database.Database {
  const database = new Database(file, options)
  // Applies to a new file. Five vectors fit a page of 8,192 bytes; of the default 4,096 bytes, a quarter would stay empty.
  database.pragma('page_size = 8192')
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = NORMAL')
  database.pragma('foreign_keys = ON')
  return database
}

/** Opens a finished database, which is only read. */
export function openForReading(file: string): Database.Database {
  return new Database(file, { readonly: true, fileMustExist: true })
}

/** Moves the write-ahead log into the database file and closes it; the file can then be copied, hashed and opened read-only. */
export function closeAsOneFile(database: Database.Database): void {
  database.pragma('journal_mode = DELETE')
  database.close()
}

/**
 * Prepares the search for stems: merges the segments of the FTS5 index, stores how many passages have each stem, which FTS5
 * would otherwise count for every question, and corrects its totals.
 */
export function summarizeStems(database: Database.Database): void {
  database.transaction(() => {
    database.exec(`
      INSERT INTO passage_stems (passage_stems) VALUES ('optimize');
      DELETE FROM stems;
      INSERT INTO stems SELECT term, doc FROM passage_vocabulary;
    `)
  })()
  // FTS5 writes its own totals at the end of a transaction.
  countTotalsAgain(database)
}

/** Whether a database has all tables. SQLite opens an empty file without an error, as a database without tables. */
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

/** The stored bytes of a vector: 32-bit floats, little-endian on every supported machine. */
export function vectorToBlob(vector: Float32Array): Buffer {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)
}

export function blobToVector(blob: Buffer): Float32Array {
  // Copied, because Float32Array requires an offset that is a multiple of 4.
  return new Float32Array(new Uint8Array(blob).buffer)
}

/** Reads a value of the `meta` table. */
export function readMeta(database: Database.Database, key: string): string | undefined {
  return database.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck().get(key)
}

export function writeMeta(database: Database.Database, key: string, value: string): void {
  database.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)').run(key, value)
}
