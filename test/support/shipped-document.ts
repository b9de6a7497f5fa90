import { readFileSync } from 'node:fs'
import { readFrontMatter } from '../../index/documents/front-matter.ts'

const FILE = new URL('../../documents/inss-insight-1351.txt', import.meta.url)

/** The text of the document that ships, as offsets refer to it. */
export function shippedText(): string {
  return readFrontMatter(readFileSync(FILE, 'utf8')).text
}
