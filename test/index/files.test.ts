import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { hashFile } from '../../index/files.ts'
import { temporaryFolder } from '../support/temporary.ts'

/** More than is hashed without a thread. */
const LARGE_BYTES = 70 * 2 ** 20

/** A file of zeros, which take no space, with a text at its end. */
async function fileWith(end: string, bytes: number): Promise<string> {
  const file = path.join(await temporaryFolder(), 'file')
  const handle = await open(file, 'w')
  await handle.truncate(bytes)
  await handle.write(end, bytes)
  await handle.close()
  return file
}

test.each([0, 3, LARGE_BYTES])(
  'the digest of %d bytes and a text is their SHA-256',
  async (bytes) => {
    const expected = createHash('sha256').update(Buffer.alloc(bytes)).update('owl').digest('hex')
    expect(await hashFile(await fileWith('owl', bytes))).toBe(expected)
  },
)

test('the digests of two large files that differ in the last byte differ', async () => {
  const files = [await fileWith('owl', LARGE_BYTES), await fileWith('owk', LARGE_BYTES)]
  const [one, other] = await Promise.all(files.map((file) => hashFile(file)))
  expect(one).not.toBe(other)
})

test('there is no digest of a file that is gone', async () => {
  await expect(hashFile('/nowhere')).rejects.toThrow('ENOENT')
})
