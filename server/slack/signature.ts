import { timingSafeEqual } from 'node:crypto'
import { signBody } from '../sign-body.ts'

/**
 * The maximum distance of a request's timestamp from now, in both directions. Slack recommends it
 * for old requests.
 */
const MAX_SKEW_SECONDS = 300

/** A request with its signature; a header field that is missing is undefined. */
export interface SignedRequest {
  /** `X-Slack-Request-Timestamp`: seconds since 1970. */
  readonly timestamp: string | undefined
  /** `X-Slack-Signature`: as {@link signBody} makes it. */
  readonly signature: string | undefined
  /** The bytes as they were received. */
  readonly body: Uint8Array
}

/**
 * Whether a request was signed with the secret, and neither long ago nor in the future. `now` is in
 * ms since 1970.
 */
export function isSignedBySlack(
  { timestamp, signature, body }: SignedRequest,
  secret: string,
  now: number,
): boolean {
  if (signature === undefined || timestamp === undefined || !/^\d{1,12}$/.test(timestamp))
    return false
  if (Math.abs(now / 1000 - Number(timestamp)) > MAX_SKEW_SECONDS) return false
  const expected = Buffer.from(signBody(body, timestamp, secret))
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
