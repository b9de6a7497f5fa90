import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** The files that need the real models, and perhaps a browser too. A file without this word in its name must not need them. */
const MODELS_FILES = 'test/**/*.models.test.ts'

/** The files that need a browser, and no models. */
const BROWSER_FILES = 'test/**/*.browser.test.ts'

/** The files that need a PostgreSQL server. They are skipped where there is none. */
const POSTGRES_FILES = 'test/**/*.postgres.test.ts'

/** One more than there are processors: many tests wait for clocks, sockets and browsers. */
const WORKERS = availableParallelism() + 1

export default defineConfig({
  test: {
    setupFiles: ['test/support/no-stray-output.ts'],
    reporters: ['default', './test/support/count-reporter.ts'],
    // Several times what the slowest test takes alone: tests that run at once share the processors.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: ['test/**/*.test.ts'],
          exclude: [MODELS_FILES, BROWSER_FILES, POSTGRES_FILES],
          maxWorkers: WORKERS,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: [POSTGRES_FILES],
          globalSetup: ['test/support/postgres-server.ts'],
          // Projects of one group must have the same number of workers.
          maxWorkers: WORKERS,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: [BROWSER_FILES],
          // A browser waits for much of its time, so other tests run meanwhile.
          maxWorkers: WORKERS,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'models',
          include: [MODELS_FILES],
          globalSetup: ['test/support/models-server.ts', 'test/support/postgres-server.ts'],
          // One model process keeps all processors busy: files at once would only slow each other.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
