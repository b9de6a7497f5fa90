import { expect, test } from 'vitest'
import { z } from 'zod'
import { run } from '../support/process.ts'
import { serveWords } from '../support/serve-words.ts'
import { temporaryFolder } from '../support/temporary.ts'

async function keys(indexDir: string, ...args: string[]) {
  const { ended, output } = run('keys', args, { INDEX_DIR: indexDir })
  return { code: await ended, ...output() }
}

async function statusOf(url: string, token?: string): Promise<number> {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` }
  return (await fetch(`${url}/ask?question=cats`, { headers })).status
}

const listed = z.array(z.looseObject({ id: z.string(), revokedAtMs: z.int().nullable() }))

test('npm run keys creates, lists and revokes keys while a server runs, which knows of it at once', async () => {
  const indexDir = await temporaryFolder()
  const url = await serveWords({}, { indexDir })
  expect(await statusOf(url)).toBe(200)
  const options = ['--name', 'Help desk', '--may', 'ask,verify', '--collections', 'help, faq']
  const created = await keys(indexDir, 'create', ...options, '--expires', '2999-12-31')
  const token = created.stdout.trim()
  expect(created.stderr).toContain(
    'Help desk: may ask, verify; sees help, faq; created ' +
      `${new Date().toISOString().slice(0, 10)}; until the end of 2999-12-31`,
  )
  expect(created.stderr).toContain('This is the first key.')
  expect([await statusOf(url), await statusOf(url, token)]).toEqual([401, 200])

  const list = await keys(indexDir, 'list', '--json')
  const [key] = listed.parse(JSON.parse(list.stdout))
  expect(list.stdout).not.toContain(token)
  const revoked = await keys(indexDir, 'revoke', key?.id ?? '')
  expect(revoked.stdout).toContain('Help desk: may ask, verify; sees help, faq')
  expect(await statusOf(url, token)).toBe(401)
  expect((await keys(indexDir, 'list')).stdout).toMatch(/; revoked$/m)
})

test.each([
  [['create', '--may', 'ask'], /required option '--name <name>'/],
  [['create', '--name', 'a', '--may', 'fly'], /The rights are ask, verify, desk, metrics/],
  [['create', '--name', ' ', '--may', 'ask'], /A name has 1 to 100 characters/],
  [['create', '--name', 'a', '--may', 'ask', '--expires', '2020-01-01'], /This date has passed/],
  [['create', '--name', 'a', '--may', 'ask', '--expires', 'soon'], /Give a date such as/],
  [
    ['create', '--name', 'a', '--may', 'metrics', '--collections', 'b'],
    /a key with --collections may not read them/,
  ],
  [['revoke', '00000000'], /There is no key with the id 00000000/],
])('%j says what is wrong', async (args, message) => {
  const { code, stderr } = await keys(await temporaryFolder(), ...args)
  expect(code).toBe(1)
  expect(stderr).toMatch(message)
})
