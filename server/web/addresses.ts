import ipaddr from 'ipaddr.js'
import { WebProblem } from './web-problem.ts'

/** The longest address, in characters: the longest `source` of a document. */
const MAX_LENGTH = 1000

/** What the internet uses of IPv6. Older forms that carry an IPv4 address, such as `::127.0.0.1`, lie outside. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3')

/**
 * An http or https address, absolute or relative to `base`, without its fragment. Throws a `WebProblem` where it is another
 * address, or has a user name or a password in it.
 */
export function parseAddress(text: string, base?: URL): URL {
  if (!URL.canParse(text, base)) throw new WebProblem('is not a web address')
  const url = new URL(text, base)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new WebProblem('is not an address that starts with http:// or https://')
  }
  if (url.username !== '' || url.password !== '') {
    throw new WebProblem('has a user name or a password in it; leave them out')
  }
  url.hash = ''
  if (url.href.length > MAX_LENGTH) {
    throw new WebProblem(`has more than ${MAX_LENGTH} characters, which is the maximum`)
  }
  return url
}

/** Whether an IP address belongs to the public internet, and carries no IPv4 address inside IPv6. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast') return false
  return !(parsed instanceof ipaddr.IPv6) || parsed.match(GLOBAL_IPV6)
}
