import { isIP } from 'node:net'
import type { Context } from 'hono'
import ipaddr from 'ipaddr.js'
import { connectedAddress } from './node.ts'

/** The number of groups of an IPv6 address that name its network. A client can use every address of its network. */
const NETWORK_GROUPS = 4

/**
 * The address by which the rate limit counts a client: an IPv4 address, or the /64 network of an IPv6 address; empty if
 * there is no connection. Behind `trustedProxies` proxies, it is the entry of `X-Forwarded-For` that the outermost of them
 * added. Earlier entries are ignored, because the client may have written them.
 */
export function clientAddress(c: Context, trustedProxies: number): string {
  const forwarded = c.req.header('X-Forwarded-For')?.split(',') ?? []
  const seenByProxy = trustedProxies > 0 ? forwarded.at(-trustedProxies)?.trim() : undefined
  const isAddress = seenByProxy !== undefined && isIP(seenByProxy) > 0
  return network(isAddress ? seenByProxy : (connectedAddress(c) ?? ''))
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
