import { createHmac } from 'node:crypto'

/**
 * Signs the body of a request by Slack's scheme `v0`, which webhooks use too. `timestamp` is in seconds since 1970, as it stands in the
 * header. https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function signBody(body: string | Uint8Array, timestamp: string, secret: string): string {
  const hmac = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body)
  return `v0=${hmac.digest('hex')}`
}
