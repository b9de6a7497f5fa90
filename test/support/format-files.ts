import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FOLDER = fileURLToPath(new URL('../../../shared/formats/', import.meta.url))

/** A real file for testing a format; null where such files are not beside the project. */
export function formatFile(name: string): Buffer | null {
  const file = formatPath(name)
  return file === null ? null : readFileSync(file)
}

/** Where such a file is; null as above. */
export function formatPath(name: string): string | null {
  if (existsSync(FOLDER + name)) return FOLDER + name
  process.stderr.write(`skipped: ${name} is not in ${FOLDER}\n`)
  return null
}
