import ipaddr from 'ipaddr.js'
import { type Caller, rightsOf, type VisibleCollections } from './caller.ts'

/** How a proxy that signs people in says who they are. */
export interface ProxyRules {
  /** The addresses and networks of the proxy. What other addresses say is ignored. */
  readonly addresses: readonly string[]
  /** The header with the name of the person. */
  readonly userHeader: string
  /** The header with the groups of the person, separated by commas; null: there is none. */
  readonly groupsHeader: string | null
  /** The collections that each group sees; null: everybody sees all. */
  readonly groupCollections: ReadonlyMap<string, VisibleCollections> | null
  /** The groups whose members use the desk. */
  readonly deskGroups: readonly string[]
}

/**
 * The person whom a proxy names; null where the request does not come from the proxy, or names nobody. A person in none of the
 * groups with collections may do nothing.
 */
export function proxiedUser(
  address: string | null,
  headerOf: (name: string) => string | undefined,
  rules: ProxyRules,
): Caller | null {
  const name = headerOf(rules.userHeader)?.trim()
  if (!name || address === null || !isAmong(address, rules.addresses)) return null
  const groups = groupsIn(rules.groupsHeader && headerOf(rules.groupsHeader))
  const collections = collectionsOf(groups, rules.groupCollections)
  const usesDesk = groups.some((group) => rules.deskGroups.includes(group))
  const seesNothing = collections?.length === 0
  return {
    id: `user ${name}`,
    name,
    may: rightsOf(seesNothing ? [] : usesDesk ? ['ask', 'verify', 'desk'] : ['ask', 'verify']),
    collections,
  }
}

function groupsIn(header: string | null | undefined): string[] {
  return (header ?? '').split(',').flatMap((group) => group.trim() || [])
}

function collectionsOf(
  groups: readonly string[],
  groupCollections: ProxyRules['groupCollections'],
): VisibleCollections {
  if (groupCollections === null) return null
  const seen = groups.flatMap((group) => {
    const collections = groupCollections.get(group)
    return collections === undefined ? [] : [collections]
  })
  return seen.includes(null) ? null : [...new Set(seen.flatMap((each) => each ?? []))]
}

/** Whether an address is one of these, or in one of these networks. */
function isAmong(address: string, networks: readonly string[]): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  return networks.some((network) => {
    const [base, bits] = networkOf(network)
    return parsed.kind() === base.kind() && parsed.match(base, bits)
  })
}

/** Whether a text is an address, or a network such as `10.0.0.0/8`. */
export function isNetwork(text: string): boolean {
  return ipaddr.isValid(text) || ipaddr.isValidCIDR(text)
}

function networkOf(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text)
  const address = ipaddr.process(text)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}
