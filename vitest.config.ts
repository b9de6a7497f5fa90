import { defineConfig } from 'vitest/config'

/**
 * The files that need the real models or a browser. The word before `.test.ts` says which:
 * `*.models.test.ts`, `*.browser.test.ts`. A file without such a word must need neither.
 */
const HEAVY_FILES = 'test/**/*.{models,browser}.test.ts'

/** The files that need a PostgreSQL server. They are skipped where there is none. */
const POSTGRES_FILES = 'test/**/*.postgres.test.ts'

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
          exclude: [HEAVY_FILES, POSTGRES_FILES],
          // Vitest's own default leaves one processor free, which is half of two.
          maxWorkers: '100%',
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
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'models',
          include: [HEAVY_FILES],
          globalSetup: ['test/support/models-server.ts', 'test/support/postgres-server.ts'],
          // One model process keeps all processors busy: files at once would only slow each other.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
