import { expect, test } from 'vitest'
import { run } from '../support/process.ts'
import { temporaryFolder } from '../support/temporary.ts'

async function copyIndex(args: string[], env: Record<string, string> = {}) {
  const copying = run('copy-index', args, { INDEX_DIR: await temporaryFolder(), ...env })
  return { code: await copying.ended, ...copying.output() }
}

test('an address that is none is refused, and not repeated', async () => {
  const { code, stderr, stdout } = await copyIndex(['--to', 'mysql://ann:secret@host/owls'])
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/^[^\n]*postgres:\/\/USER:PASSWORD@HOST:PORT\/DATABASE[^\n]*\.\n$/)
  expect(stderr).not.toContain('secret')
})

test.each([
  ['--to or DATABASE_URL', []],
  ['either --to or --from', ['--to', 'postgres://a/b', '--from', 'postgres://a/b']],
])('what is missing or too much is said: %s', async (message, args) => {
  const { code, stderr } = await copyIndex(args)
  expect(code).toBe(1)
  expect(stderr).toContain(message)
})

test('an index that is not there is named, with the command that builds it', async () => {
  const { code, stderr } = await copyIndex(['--to', 'postgres://ann:secret@127.0.0.1:1/owls'])
  expect(code).toBe(1)
  expect(stderr).toMatch(/^There is no index in \S+ yet\. Build it with "npm run build-index"\.\n$/)
})
