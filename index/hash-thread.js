// JavaScript, since a worker thread does not inherit the loader of TypeScript.
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'

/** How much of the file is read at once. */
const CHUNK_BYTES = 2 ** 20

/**
 * The SHA-256 of a file, in hex.
 *
 * @param {string} file
 */
export default function hash(file) {
  const sum = createHash('sha256')
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  const descriptor = openSync(file, 'r')
  try {
    for (;;) {
      const bytes = readSync(descriptor, chunk)
      if (bytes === 0) return sum.digest('hex')
      sum.update(chunk.subarray(0, bytes))
    }
  } finally {
    closeSync(descriptor)
  }
}
