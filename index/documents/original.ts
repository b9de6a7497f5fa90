import path from 'node:path'
import type { Origin } from '../storage/storage.ts'
import { readSourceFile } from './source-files.ts'

/** The bytes of a document's file; null where the file is gone, or is no longer the one that was indexed. */
export async function readOriginal(
  documentsDir: string,
  id: string,
  { file, format, hash }: Origin,
): Promise<Buffer | null> {
  const source = { id, name: file, path: path.join(documentsDir, file), format }
  const read = await readSourceFile(source).catch(() => null)
  return read?.hash === hash ? read.bytes : null
}
