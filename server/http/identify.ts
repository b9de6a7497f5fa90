import type { Context, MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import { type Caller, type Right, rightsOf, type VisibleCollections } from '../access/caller.ts'
import { proxiedUser, type ProxyRules } from '../access/proxied-users.ts'
import { callerOfSession } from '../access/sessions.ts'
import { type LinkSignature, opensDocument } from '../access/signed-links.ts'
import { keyIdOf } from '../access/keys.ts'
import type { Service } from '../service.ts'
import { bearerToken, callersOfSettings, keyNeeded } from './api-keys.ts'
import { clientAddress } from './client-address.ts'
import { connectedAddress, setHeaders } from './node.ts'
import { type FindService, notReady } from './router.ts'

declare module 'hono' {
  interface ContextVariableMap {
    /** Who sends the request. Set on all routes with rights. */
    caller: Caller
  }
}

/** Who may do what. */
export interface CallerRules {
  /** Keys of the settings. Their holders may do all but use the desk. */
  readonly apiKeys: readonly string[]
  /** What people without a key may do although there are keys. Default: nothing. */
  readonly publicRoutes?: readonly ('questions' | 'documents')[]
  /** The collections that people without a key see. Default: all. */
  readonly publicCollections?: VisibleCollections
  /** A proxy that signs people in; null, the default, where there is none. */
  readonly proxy?: ProxyRules | null
  /** Origins of other pages that may ask. */
  readonly allowedOrigins?: readonly string[]
  /** The number of proxies in front of the server whose `X-Forwarded-For` entries are trusted. Default: 0. */
  readonly trustedProxies?: number
}

/** The cookie of a session at the pages of this server. */
export const SESSION_COOKIE = 'footnote-session'

/** No cache between the server and somebody keeps what only they may see. */
const OF_ONE_PERSON = { 'Cache-Control': 'private, no-cache', Vary: 'Authorization, Cookie' }

const PUBLIC_RIGHTS: Readonly<Record<'questions' | 'documents', readonly Right[]>> = {
  questions: ['ask', 'verify'],
  documents: ['read'],
}

/**
 * Sets `c.var.caller`. Answers 401 to a key that has expired or was revoked. Another text in its place counts as no key, because
 * some clients always send one.
 */
export function identifyCaller(rules: CallerRules, findService: FindService): MiddlewareHandler {
  const ofSettings = callersOfSettings(rules.apiKeys)
  const holderOf = async (token: string) =>
    ofSettings(token) ??
    (keyIdOf(token) === null ? null : requireService(findService).keys.callerWith(token))
  return async (c, next) => {
    const token = bearerToken(c)
    const holder = token === null ? null : await holderOf(token)
    if (token !== null && !holder && keyIdOf(token) !== null) return keyNeeded(c)
    const caller =
      holder ??
      personBehindProxy(c, rules) ??
      (await signedIn(c, rules, findService)) ??
      (await anonymous(c, rules, findService))
    c.set('caller', await withLink(c, caller, findService))
    if (caller.name !== null || linkSignature(c) !== null) setHeaders(c, OF_ONE_PERSON)
    return next()
  }
}

/** What people without a key may do. */
export async function anonymousRights(
  { apiKeys, publicRoutes = [], publicCollections = null, proxy = null }: CallerRules,
  findService: FindService,
): Promise<ReadonlySet<Right>> {
  const isOpen = apiKeys.length === 0 && proxy === null && !(await findService()?.keys.exist())
  if (isOpen) return rightsOf(['ask', 'verify', 'metrics'], publicCollections)
  return new Set(publicRoutes.flatMap((group) => PUBLIC_RIGHTS[group]))
}

async function anonymous(
  c: Context,
  rules: CallerRules,
  findService: FindService,
): Promise<Caller> {
  return {
    id: clientAddress(c, rules.trustedProxies ?? 0),
    name: null,
    may: await anonymousRights(rules, findService),
    collections: rules.publicCollections ?? null,
  }
}

/** A page of another origin may ask for a person whom the proxy names, because their browser cannot do otherwise, but not use the desk. */
function personBehindProxy(c: Context, rules: CallerRules): Caller | null {
  const { proxy = null } = rules
  const person = proxy && proxiedUser(connectedAddress(c), (name) => c.req.header(name), proxy)
  if (!person || !isOfOtherPage(c, rules)) return person
  return { ...person, may: new Set([...person.may].filter((right) => right !== 'desk')) }
}

/** Whether a page of another origin that may ask sends a request. */
function isOfOtherPage(c: Context, { allowedOrigins = [] }: CallerRules): boolean {
  return allowedOrigins.includes(c.req.header('Origin') ?? '')
}

/** Who is signed in at the pages of this server. A page of another origin may ask, but not for the person who is signed in here. */
async function signedIn(
  c: Context,
  rules: CallerRules,
  findService: FindService,
): Promise<Caller | null> {
  const session = getCookie(c, SESSION_COOKIE)
  const service = findService()
  if (session === undefined || !service) return null
  if (isOfOtherPage(c, rules)) return null
  return callerOfSession(session, service.keys, await service.signatures())
}

/** The paths below a document, which a signed link opens. */
const DOCUMENT_PATH = /^\/documents\/([^/]+)(?:\/|$)/

/** The same caller, who may also read the document that a signed link opens. */
async function withLink(c: Context, caller: Caller, findService: FindService): Promise<Caller> {
  const link = linkSignature(c)
  const id = documentIn(c.req.path)
  if (link === null || id === null) return caller
  const isOpened = opensDocument(id, link, await requireService(findService).signatures())
  // Routes below a document read no other document.
  return isOpened ? { ...caller, may: new Set<Right>(['read']), collections: null } : caller
}

/** The id of the document that a path is of or below; null where there is none. */
function documentIn(path: string): string | null {
  try {
    return decodeURIComponent(DOCUMENT_PATH.exec(path)?.[1] ?? '') || null
  } catch {
    return null
  }
}

/** The signature in an address; null where there is none. */
export function linkSignature(c: Context): LinkSignature | null {
  const { expires, signature } = c.req.query()
  if (expires === undefined || signature === undefined || !/^\d{1,7}$/.test(expires)) return null
  return { expires: Number(expires), signature }
}

function requireService(findService: FindService): Service {
  const service = findService()
  if (!service) throw notReady()
  return service
}
