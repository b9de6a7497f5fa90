import { createHash } from 'node:crypto'
import { access, open, rename } from 'node:fs/promises'
import type { Tinypool } from 'tinypool'

/** Whether a file or folder is there. */
export async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

/** How much of a file is read at once. Reading a stream in chunks of 64 kB costs more time than hashing them. */
const CHUNK_BYTES = 2 ** 20

/** Larger files are hashed in a thread of their own. Starting one takes as long as hashing this much. */
const THREAD_BYTES = 64 * 2 ** 20

/** The SHA-256 of a file, in hex. However large it is, the event loop goes on meanwhile. */
export async function hashFile(file: string): Promise<string> {
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    if (size > THREAD_BYTES) return await (await (threads ??= startThreads())).run(file)
    const hash = createHash('sha256')
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
    for (;;) {
      const { bytesRead } = await handle.read(chunk)
      if (bytesRead === 0) return hash.digest('hex')
      hash.update(chunk.subarray(0, bytesRead))
    }
  } finally {
    await handle.close()
  }
}

/** As many threads as an index has files. They end when they have nothing to do. */
let threads: Promise<Tinypool> | undefined

async function startThreads(): Promise<Tinypool> {
  // Imported only when it is needed, because it would delay the models.
  const { Tinypool: Pool } = await import('tinypool')
  return new Pool({
    runtime: 'worker_threads',
    filename: new URL('hash-thread.js', import.meta.url).href,
    minThreads: 0,
    maxThreads: 2,
    // Not the options of this process, which may load TypeScript.
    execArgv: [],
  })
}

/** Waits until a file's bytes are on the disk. */
export async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Replaces the content of a file. Whatever happens, the file has its old content or its new content. */
export async function writeAtomically(file: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${file}.tmp`
  const handle = await open(temporary, 'w')
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, file)
}
