import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'

/**
 * Node's own request and response; null if the app runs without a server, as in `app.request()`. Changing Hono's response
 * instead would copy it, with a stream for its body, which takes as long as all other work for a cached answer.
 */
function nodeBindings(c: Context): HttpBindings | null {
  const bindings: Partial<HttpBindings> | undefined = c.env
  const { incoming, outgoing } = bindings ?? {}
  return incoming && outgoing ? { incoming, outgoing } : null
}

/** Sets headers of the response, before or after the response exists. */
export function setHeaders(c: Context, headers: Readonly<Record<string, string>>): void {
  const node = nodeBindings(c)
  for (const [name, value] of Object.entries(headers)) {
    if (node) node.outgoing.setHeader(name, value)
    else c.res.headers.set(name, value)
  }
}

/** A signal that is aborted when the client disconnects before it has its response. */
export function clientSignal(c: Context): AbortSignal {
  const node = nodeBindings(c)
  if (!node) return c.req.raw.signal
  // The signal of Hono's request is lost when Hono copies the request.
  const gone = new AbortController()
  const { outgoing } = node
  outgoing.once('close', () => outgoing.writableFinished || gone.abort())
  return gone.signal
}

/** Whether the connection was closed, by either side, before the whole request had arrived. */
export function isRequestCutOff(c: Context): boolean {
  const node = nodeBindings(c)
  return node !== null && node.incoming.destroyed && !node.incoming.complete
}

/** The host in the `Host` header; without a connection, the host of the request's URL. */
export function requestedHost(c: Context): string | undefined {
  return c.req.header('Host') ?? (nodeBindings(c) ? undefined : new URL(c.req.url).host)
}

/** The address at the other end of the connection; null where there is no connection. */
export function connectedAddress(c: Context): string | null {
  return nodeBindings(c)?.incoming.socket.remoteAddress ?? null
}
