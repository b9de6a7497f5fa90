import { signBody } from '../sign-body.ts'

/** What became of a request. */
export type Outcome =
  | { readonly isTaken: true }
  | {
      readonly isTaken: false
      /** What happened, without the address. */
      readonly reason: string
      /** Whether another attempt is of no use: the address says that it is gone for good. */
      readonly isFinal: boolean
      /** How long the address asks to be left alone, in ms; 0 where it does not. */
      readonly retryAfterMs: number
    }

export interface PostOptions {
  readonly secret: string
  /** How long an answer may take, in ms. */
  readonly timeoutMs: number
  /** Ends the request when it is aborted, which it also is when the time is over. */
  readonly controller: AbortController
}

/** Longer pauses that an address asks for are shortened: it would get nothing more within the time that webhooks are kept. */
const MAX_RETRY_AFTER_MS = 3_600_000

/**
 * Sends a signed body to an address. Redirects are not followed, since they would lead what was signed to an address that nobody set.
 * The body of the response is not read. Never rejects.
 */
export async function post(
  url: string,
  body: string,
  { secret, timeoutMs, controller }: PostOptions,
): Promise<Outcome> {
  const timestamp = String(Math.floor(Date.now() / 1000))
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    controller.abort()
  }, timeoutMs)
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': 'Footnote',
        'X-Footnote-Request-Timestamp': timestamp,
        'X-Footnote-Signature': signBody(body, timestamp, secret),
      },
      body,
      redirect: 'manual',
      signal: controller.signal,
    })
    // What was received counts, however its body ends.
    void response.body?.cancel().catch(() => {})
    if (response.ok) return { isTaken: true }
    return {
      isTaken: false,
      reason: `status ${response.status}`,
      isFinal: response.status === 410,
      retryAfterMs: retryAfterMs(response.headers.get('Retry-After')),
    }
  } catch (error) {
    const reason = isLate ? `no answer within ${timeoutMs} ms` : networkReason(error)
    return { isTaken: false, reason, isFinal: false, retryAfterMs: 0 }
  } finally {
    clearTimeout(timer)
  }
}

/** Seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfterMs(header: string | null): number {
  if (header === null) return 0
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now()
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS)
}

/** The code of a network error, such as ECONNREFUSED. Messages may have the address, which may contain a secret. */
function networkReason(error: unknown): string {
  const { cause } = error instanceof Error ? error : {}
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' ? code : 'the connection failed'
}
