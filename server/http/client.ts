import { isIP } from 'node:net'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import ipaddr from 'ipaddr.js'

/** Groups of an IPv6 address that name a network; who has one has all addresses in it. */
const NETWORK_GROUPS = 4

/**
 * Who is counted for a rate limit: the address that a request is from, of IPv6 its network (/64). With `trustedProxies`
 * in front it is the one that the outermost of them saw; what stands before it in `X-Forwarded-For` anybody may write.
 */
export function clientAddress(c: Context, trustedProxies: number): string {
  const connected = getConnInfo(c).remote.address ?? ''
  const forwarded = c.req.header('X-Forwarded-For')?.split(',') ?? []
  const told = trustedProxies > 0 ? forwarded.at(-trustedProxies)?.trim() : undefined
  return network(told !== undefined && isIP(told) > 0 ? told : connected)
}

function network(address: string): string {
  if (isIP(address) === 0) return address
  const parsed = ipaddr.process(address)
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString()
  return `${parsed.parts
    .slice(0, NETWORK_GROUPS)
    .map((group) => group.toString(16))
    .join(':')}::/64`
}
