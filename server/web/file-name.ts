import { createHash } from 'node:crypto'
import path from 'node:path'
import { documentId } from '../../index/documents/source-files.ts'
import { KEPT_ENDINGS } from './content.ts'

/** The longest name without its ending and its hash. File systems take 255 bytes. */
const MAX_LENGTH = 120

/** How many hexadecimal digits of the hash of an address are tried, in this order. */
const HASH_DIGITS = [8, 16, 64]

/**
 * A name for the file of an address, without an ending: its host and its path in `a-z0-9-.`, such as
 * `example.org-docs-install`. A hash of the address follows where the address has a query or is long, or where the id of
 * the name is taken.
 */
export function fileNameOf(url: URL, taken: (id: string) => boolean): string {
  const ending = path.posix.extname(url.pathname)
  const kept = KEPT_ENDINGS.has(ending.toLowerCase()) ? ending : ''
  const full = slug(
    `${url.host}${decoded(url.pathname.slice(0, url.pathname.length - kept.length))}`,
  )
  const short = slug(full.slice(0, MAX_LENGTH))
  const hash = createHash('sha256').update(url.href).digest('hex')
  const names = HASH_DIGITS.map((digits) => `${short}-${hash.slice(0, digits)}`)
  if (url.search === '' && short === full) names.unshift(short)
  const free = names.find((name) => !taken(documentId(`${name}.txt`)))
  if (free === undefined) throw new Error(`every name for ${url.href} is taken`)
  return free
}

function slug(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/-?\.[-.]*/g, '.')
    .replace(/^[-.]+|[-.]+$/g, '')
}

function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return pathname
  }
}
