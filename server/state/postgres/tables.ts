import { FootnoteError } from '../../../index/errors.ts'
import type { Database, Queries } from '../../../index/postgres/database.ts'

/** A step that brings the tables from the version before it to `version`. */
export interface Migration {
  readonly version: number
  /**
   * The oldest version that can still use the tables. A migration that only adds tables, indexes, or columns with a default keeps
   * that of the one before, so that servers of both versions run side by side during an upgrade.
   */
  readonly usableFrom: number
  readonly statements: string
}

/**
 * Times are in ms since 1970 by the clock of the server that writes them, except those of leases and rate limits: these are
 * compared within seconds, so they are by the clock of the database. What is old enough to be deleted is decided by the clock of the
 * database too. What people said is JSON as text, because `jsonb` does not
 * take every character that a text in JSON may have.
 */
const TABLES = `
  CREATE TABLE footnote_state.conversations (
    id text PRIMARY KEY,
    used bigint NOT NULL,
    version integer NOT NULL
  );
  CREATE INDEX ON footnote_state.conversations (used);

  CREATE TABLE footnote_state.turns (
    number bigint GENERATED ALWAYS AS IDENTITY,
    conversation text NOT NULL REFERENCES footnote_state.conversations ON DELETE CASCADE,
    version integer NOT NULL,
    turn text NOT NULL,
    unanswered text,
    PRIMARY KEY (conversation, version)
  );
  CREATE INDEX ON footnote_state.turns (number) WHERE unanswered IS NOT NULL;

  CREATE TABLE footnote_state.feedback (
    id text PRIMARY KEY,
    number bigint GENERATED ALWAYS AS IDENTITY,
    given bigint NOT NULL,
    helpful boolean NOT NULL,
    reply text NOT NULL
  );
  CREATE INDEX ON footnote_state.feedback (given, number);

  CREATE TABLE footnote_state.deliveries (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL UNIQUE,
    received bigint NOT NULL,
    place text NOT NULL,
    event text,
    server text,
    leased_until timestamptz NOT NULL DEFAULT '-infinity'
  );
  CREATE INDEX ON footnote_state.deliveries (place, number) WHERE event IS NOT NULL;
  CREATE INDEX ON footnote_state.deliveries (received);

  CREATE TABLE footnote_state.places (
    place text PRIMARY KEY,
    conversation text,
    used bigint NOT NULL
  );
  CREATE INDEX ON footnote_state.places (used);

  CREATE TABLE footnote_state.replies (
    button text PRIMARY KEY,
    given bigint NOT NULL,
    reply text NOT NULL
  );
  CREATE INDEX ON footnote_state.replies (given);

  CREATE UNLOGGED TABLE footnote_state.requests (
    client bytea PRIMARY KEY,
    requests integer NOT NULL,
    ends timestamptz NOT NULL
  ) WITH (fillfactor = 50);
`

/** What operators entered, and the log of their changes. */
const DESK_TABLES = `
  CREATE TABLE footnote_state.records (
    number bigint GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL,
    id text NOT NULL,
    json text NOT NULL,
    PRIMARY KEY (kind, id)
  );
  CREATE TABLE footnote_state.record_versions (
    kind text PRIMARY KEY,
    version integer NOT NULL
  );
  CREATE TABLE footnote_state.audit (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at bigint NOT NULL,
    by text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    collection text
  );
`

/** `due` and `gone` are compared by the clock of the database. */
const WEBHOOKS = `
  CREATE TABLE footnote_state.webhooks (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL,
    address text NOT NULL,
    added bigint NOT NULL,
    body text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    due timestamptz NOT NULL DEFAULT now(),
    UNIQUE (id, address)
  );
  CREATE INDEX ON footnote_state.webhooks (address, due, number);
  CREATE INDEX ON footnote_state.webhooks (added);

  CREATE TABLE footnote_state.webhook_news (
    kind text NOT NULL,
    subject text NOT NULL,
    gone timestamptz,
    PRIMARY KEY (kind, subject)
  );
`

/** Kept questions. Texts are JSON, as above; what reads all questions does not read the vectors, which have a table of their own. */
const QUESTION_TABLES = `
  CREATE TABLE footnote_state.kept_questions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key bytea NOT NULL UNIQUE,
    scope text NOT NULL,
    group_id bigint,
    answered boolean NOT NULL,
    confidence float8 NOT NULL,
    last_asked bigint NOT NULL,
    question text NOT NULL,
    reading text NOT NULL,
    words text NOT NULL,
    found text NOT NULL
  );
  CREATE INDEX ON footnote_state.kept_questions (group_id, id);
  CREATE INDEX ON footnote_state.kept_questions (last_asked, id);

  CREATE TABLE footnote_state.kept_vectors (
    question_id bigint PRIMARY KEY REFERENCES footnote_state.kept_questions ON DELETE CASCADE,
    vector bytea NOT NULL
  );

  CREATE TABLE footnote_state.kept_hours (
    question_id bigint NOT NULL REFERENCES footnote_state.kept_questions ON DELETE CASCADE,
    hour bigint NOT NULL,
    times integer NOT NULL,
    PRIMARY KEY (question_id, hour)
  );
  CREATE INDEX ON footnote_state.kept_hours (hour);

  CREATE TABLE footnote_state.kept_judgements (
    name bytea PRIMARY KEY,
    question_id bigint NOT NULL REFERENCES footnote_state.kept_questions ON DELETE CASCADE,
    given bigint NOT NULL,
    helpful boolean NOT NULL
  );
  CREATE INDEX ON footnote_state.kept_judgements (question_id);
  CREATE INDEX ON footnote_state.kept_judgements (given);
`

/** The tables that a server reads and writes while it runs. */
export const STATE_TABLES: readonly string[] = [
  'conversations',
  'turns',
  'feedback',
  'deliveries',
  'places',
  'replies',
  'requests',
  'records',
  'record_versions',
  'audit',
  'webhooks',
  'webhook_news',
  'kept_questions',
  'kept_vectors',
  'kept_hours',
  'kept_judgements',
]

/** All migrations. Each stays as it is once it was released. */
const MIGRATIONS: readonly Migration[] = [
  { version: 1, usableFrom: 1, statements: TABLES },
  { version: 2, usableFrom: 1, statements: DESK_TABLES },
  { version: 3, usableFrom: 1, statements: WEBHOOKS },
  { version: 4, usableFrom: 1, statements: QUESTION_TABLES },
]

/** Names the lock under which one server at a time migrates. Any number that nothing else in the database locks. */
const LOCK = 7_206_011

/**
 * Brings the tables to the version of the last migration, in one transaction; several servers may start at once. Throws `state-newer`
 * where a newer version wrote tables that this one cannot use.
 */
export async function migrateTables(
  database: Database,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  const latest = migrations.at(-1)?.version ?? 0
  // Without the lock, and without the right to create anything: most starts find the tables as they should be.
  if ((await areThere(database)) && (await versionIn(database, latest)) >= latest) return
  await database.transaction(async (queries) => {
    await queries.query('SELECT pg_advisory_xact_lock($1)', [LOCK])
    // Another server may have migrated meanwhile.
    await queries.query(FIRST)
    const version = await versionIn(queries, latest)
    for (const migration of migrations) {
      if (migration.version > version) await apply(migration, queries)
    }
  })
}

const FIRST = `
  CREATE SCHEMA IF NOT EXISTS footnote_state;
  CREATE TABLE IF NOT EXISTS footnote_state.migrations (
    version integer PRIMARY KEY,
    usable_from integer NOT NULL,
    applied timestamptz NOT NULL DEFAULT now()
  );
`

async function apply(
  { version, usableFrom, statements }: Migration,
  { query }: Queries,
): Promise<void> {
  await query(statements)
  await query('INSERT INTO footnote_state.migrations (version, usable_from) VALUES ($1, $2)', [
    version,
    usableFrom,
  ])
}

async function areThere({ query }: Queries): Promise<boolean> {
  const [found] = await query<{ are_there: boolean }>(
    "SELECT to_regclass('footnote_state.migrations') IS NOT NULL AS are_there",
  )
  return found?.are_there === true
}

/** The version of the tables; 0 where there are none yet. */
async function versionIn({ query }: Queries, latest: number): Promise<number> {
  const [row] = await query<{ version: number | null; usable_from: number | null }>(
    'SELECT max(version) AS version, max(usable_from) AS usable_from FROM footnote_state.migrations',
  )
  if ((row?.usable_from ?? 0) > latest) {
    throw new FootnoteError(
      'state-newer',
      'A newer version of Footnote keeps conversations in the database in a way that this version cannot read. Start that version, or set DATABASE_URL to another database.',
    )
  }
  return row?.version ?? 0
}
