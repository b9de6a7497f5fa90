import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { run } from '../../support/process.ts'
import { html, serveSite, type SiteReply } from '../../support/serve-site.ts'
import { temporaryFolder } from '../../support/temporary.ts'

async function add(documentsDir: string, ...args: string[]) {
  const { ended, output } = run('add', args, {
    DOCUMENTS_DIR: documentsDir,
    HTTP_PROXY: 'http://127.0.0.1:1',
  })
  const status = await ended
  return { status, ...output() }
}

describe('npm run add', () => {
  test('fetches into the documents folder, and says what to do next', async () => {
    const documents = path.join(await temporaryFolder(), 'documents')
    const site = await serveSite({ '/a': html('<p>a') })
    const url = `http://127.0.0.1:${site.port}/a`
    const { status, stdout, stderr } = await add(documents, '--allow-private', url)
    const file = `127.0.0.1-${site.port}-a.html`
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toBe(
      `${url} → web/${file} (added)\n1 added, 0 changed, 0 unchanged, 0 left out.\nTo index them: npm run build-index\n`,
    )
    expect(await readdir(path.join(documents, 'web'))).toContain(file)
  })

  test('asks nothing of private addresses, unless it may', async () => {
    const documents = await temporaryFolder()
    const site = await serveSite({ '/a': html('<p>a') })
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]']) {
      const { status, stderr } = await add(documents, `http://${host}:${site.port}/a`)
      expect(status).toBe(1)
      expect(stderr).toContain(
        'is not an address of the public internet; --allow-private allows it where you name its host',
      )
    }
    expect(site.requests).toEqual([])
  })

  test('reaches only the private hosts that are named, where it may', async () => {
    const replies: Record<string, SiteReply> = {}
    const site = await serveSite(replies)
    replies['/a'] = { status: 302, headers: { Location: `http://127.0.0.1:${site.port}/b` } }
    const url = `http://localhost:${site.port}/a`
    const { status, stderr } = await add(await temporaryFolder(), '--allow-private', url)
    expect(status).toBe(1)
    expect(stderr).toContain('leads to 127.0.0.1, which is not an address of the public internet')
    expect(site.paths()).toEqual(['/a'])
  })

  test.each([
    [
      ['https://user:secret@example.org/'],
      'An address has a user name or a password in it; leave them out.',
    ],
    [['example.org'], '"example.org" is not a web address.'],
    [
      ['--include', '(', 'https://example.org/'],
      'It must be a regular expression, such as ^/docs/.',
    ],
    [['--depth', '-1', 'https://example.org/'], 'It must be a whole number.'],
    [[], "missing required argument 'address'"],
  ])('refuses %j', async (args, message) => {
    const { status, stdout, stderr } = await add(await temporaryFolder(), ...args)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('secret')
  })
})
