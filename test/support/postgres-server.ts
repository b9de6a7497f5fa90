import type { TestProject } from 'vitest/node'
import {
  INSTALL_LINE,
  isPostgresInstalled,
  startPostgres,
} from '../../devtools/postgres-process.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of a PostgreSQL server with pgvector, whose user may create databases; missing where there is none. */
    postgresUrl?: string
  }
}

/**
 * Runs once for all test files that need PostgreSQL, in Vitest's own process. The server is that of `TEST_DATABASE_URL`, or else
 * one that is started here. Without either, says how to get one, and the tests are skipped.
 */
export default async function startPostgresServer(
  project: TestProject,
): Promise<(() => Promise<void>) | undefined> {
  const given = process.env['TEST_DATABASE_URL']
  if (given) {
    project.provide('postgresUrl', given)
    return undefined
  }
  if (!(await isPostgresInstalled())) {
    process.stderr.write(
      `skipped: the tests with PostgreSQL. Run "${INSTALL_LINE}", or set TEST_DATABASE_URL.\n`,
    )
    return undefined
  }
  const server = await startPostgres()
  project.provide('postgresUrl', server.url)
  return () => server.close()
}
