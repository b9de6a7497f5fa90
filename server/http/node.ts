import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'

/**
 * Node's own request and response; null where the app is called without a server, as by `app.request()`. Work on them is
 * faster than on Hono's, since to change one of those makes a copy of it, with a stream for its body, which takes as long
 * as the rest of an answer from the cache.
 */
function nodeBindings(c: Context): HttpBindings | null {
  const bindings: Partial<HttpBindings> | undefined = c.env
  const { incoming, outgoing } = bindings ?? {}
  return incoming && outgoing ? { incoming, outgoing } : null
}

/** Sets headers of the response, whatever that will be. */
export function setHeaders(c: Context, headers: Readonly<Record<string, string>>): void {
  const node = nodeBindings(c)
  for (const [name, value] of Object.entries(headers)) {
    if (node) node.outgoing.setHeader(name, value)
    else c.res.headers.set(name, value)
  }
}

/** Aborted when the client is gone before it has its response. */
export function clientSignal(c: Context): AbortSignal {
  const node = nodeBindings(c)
  if (!node) return c.req.raw.signal
  // The signal of Hono's request does not outlive the copies that are made of that.
  const gone = new AbortController()
  const { outgoing } = node
  outgoing.once('close', () => outgoing.writableFinished || gone.abort())
  return gone.signal
}

/** Whether the client went away, or was sent away, before its whole request had arrived. */
export function isRequestCutOff(c: Context): boolean {
  const node = nodeBindings(c)
  return node !== null && node.incoming.destroyed && !node.incoming.complete
}

/** The host that the client asked, as its `Host` header names it; without a connection the one of the request's URL. */
export function requestedHost(c: Context): string | undefined {
  return c.req.header('Host') ?? (nodeBindings(c) ? undefined : new URL(c.req.url).host)
}

/** The address at the other end of the connection; null where there is no connection. */
export function connectedAddress(c: Context): string | null {
  return nodeBindings(c)?.incoming.socket.remoteAddress ?? null
}
