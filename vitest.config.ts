import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/no-stray-output.ts'],
    reporters: ['default', './test/support/count-reporter.ts'],
    // The real models are in many of them: side by side they only take each other's processor.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
