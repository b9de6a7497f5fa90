import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FOLDER = fileURLToPath(new URL('../../../shared/formats/', import.meta.url))

/** A real file for testing a format; null where such files are not beside the project. */
export function formatFile(name: string): Buffer | null {
  if (existsSync(FOLDER + name)) return readFileSync(FOLDER + name)
  process.stderr.write(`skipped: ${name} is not in ${FOLDER}\n`)
  return null
}
