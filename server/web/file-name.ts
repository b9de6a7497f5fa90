import { createHash } from 'node:crypto'
import path from 'node:path'
import { KEPT_ENDINGS } from './content.ts'

/** The longest name without its ending and its hash. File systems take 255 bytes. */
const MAX_LENGTH = 120

/** How many hexadecimal digits of the hash of an address are tried, in this order. */
const HASH_DIGITS = [8, 16, 64]

/**
 * The names that the file of an address may have, without an ending, the preferred one first: its host and its path in
 * `a-z0-9-.`, such as `example.org-docs-install`, and then the same with a hash of the address. Only with the hash where the
 * address has a query or is long.
 */
export function fileNamesFor(url: URL): string[] {
  const ending = path.posix.extname(url.pathname)
  const kept = KEPT_ENDINGS.has(ending.toLowerCase()) ? ending : ''
  const pathname = url.pathname.slice(0, url.pathname.length - kept.length)
  const full = slug(url.host + decoded(pathname))
  const short = slug(full.slice(0, MAX_LENGTH))
  const hash = createHash('sha256').update(url.href).digest('hex')
  const hashed = HASH_DIGITS.map((digits) => `${short}-${hash.slice(0, digits)}`)
  return url.search === '' && short === full ? [short, ...hashed] : hashed
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
