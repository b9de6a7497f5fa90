// JavaScript, since a worker thread does not inherit the loader of TypeScript.
import { register } from 'tsx/esm/api'

register()
const { parseDocument } = await import('./document.ts')

/**
 * @param {{ file: import('./source-files.ts').SourceFile, bytes: Uint8Array, yaml: Uint8Array | null, hash: string }} task
 * @returns {Promise<import('./document.ts').Document>}
 */
export default function parse({ file, bytes, yaml, hash }) {
  return parseDocument(file, Buffer.from(bytes), hash, yaml && Buffer.from(yaml))
}
