import { afterEach, beforeEach, vi } from 'vitest'

const METHODS = ['debug', 'error', 'info', 'log', 'warn'] as const

// A line on the console that no test asked for is a mistake, or hides one.
beforeEach(() => {
  for (const method of METHODS) vi.spyOn(console, method)
})

afterEach(() => {
  const stray = METHODS.flatMap((method) =>
    vi.mocked(console[method]).mock.calls.map((line) => [`console.${method}`, ...line].join(' ')),
  )
  vi.restoreAllMocks()
  if (stray.length > 0) throw new Error(`the console was written to: ${stray.join('; ')}`)
})
