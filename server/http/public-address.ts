import type { Context } from 'hono'

/**
 * The URL that people reach this server by, without a `/` at its end: `publicUrl` of the settings, or, where that is null, the
 * origin of the request.
 */
export function publicAddress(c: Context, publicUrl: string | null): string {
  return publicUrl ?? new URL(c.req.url).origin
}
