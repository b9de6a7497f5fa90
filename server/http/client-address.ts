import { isIP } from 'node:net'
import type { Context } from 'hono'
import ipaddr from 'ipaddr.js'
import { connectedAddress } from './node.ts'

/** The groups of an IPv6 address that name its network: whoever has one address has all of the network. */
const NETWORK_GROUPS = 4

/**
 * The address by which a client is counted for a rate limit; of an IPv6 address its network (/64), and empty where there
 * is no connection. Behind `trustedProxies` it is the address that the outermost of them saw, in `X-Forwarded-For`:
 * whatever stands before that, the client may have written itself.
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
