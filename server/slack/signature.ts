import { createHmac, timingSafeEqual } from 'node:crypto'

/** How far from now a request may be signed, in seconds: Slack's own bound, here in both directions. */
const MAX_SKEW = 300

/** What a request says of itself; undefined where it does not. */
export interface Signed {
  /** `X-Slack-Request-Timestamp`: seconds since 1970. */
  readonly timestamp: string | undefined
  /** `X-Slack-Signature`. */
  readonly signature: string | undefined
  /** Byte for byte. */
  readonly body: Uint8Array
}

/** Slack's signature of a body, by its scheme `v0`. */
export function sign(body: Uint8Array, timestamp: string, secret: string): string {
  const hmac = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body)
  return `v0=${hmac.digest('hex')}`
}

/** Whether a request is Slack's, and was signed neither long ago nor in the future. `now` is in ms since 1970. */
export function isSlacks(
  { timestamp, signature, body }: Signed,
  secret: string,
  now: number,
): boolean {
  if (signature === undefined || timestamp === undefined || !/^\d{1,12}$/.test(timestamp))
    return false
  if (Math.abs(now / 1000 - Number(timestamp)) > MAX_SKEW) return false
  const expected = Buffer.from(sign(body, timestamp, secret))
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
