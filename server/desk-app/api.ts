/** A request that failed. Its message is for the person at the desk. */
export class DeskError extends Error {
  /** The status of the response; null where the server could not be reached. */
  readonly status: number | null

  constructor(status: number | null, message: string) {
    super(message)
    this.status = status
  }
}

export interface Call {
  /** Default: `GET`. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Sent as JSON. */
  readonly body?: unknown
  readonly signal?: AbortSignal
}

/**
 * Calls a route of this server, and gives the JSON of its response: null where it has none. Its shape is not checked, because
 * this script and the routes come from the same version. Rejects with a `DeskError`, or with any error if `signal` is aborted.
 */
export async function call<T>(
  path: string,
  { method = 'GET', body, signal }: Call = {},
): Promise<T> {
  const response = await fetch(path, {
    method,
    headers: {
      Accept: 'application/json',
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error
    throw new DeskError(null, UNREACHABLE)
  })
  const text = await response.text()
  if (!response.ok) throw new DeskError(response.status, messageOf(response.status, text))
  return JSON.parse(text === '' ? 'null' : text)
}

/** The path with a query of these values. Null and empty ones are left out. */
export function withQuery(
  path: string,
  values: Readonly<Record<string, string | number | null>>,
): string {
  const given = Object.entries(values).filter(([, value]) => value !== null && value !== '')
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return query === '' ? path : `${path}?${query}`
}

export const UNREACHABLE =
  'The server cannot be reached. Check your connection, and try again. What you have entered is still here.'

/** What a failed response says to people. `text` is its body: a problem (RFC 9457), unless a proxy sent it. */
export function messageOf(status: number, text: string): string {
  if (status === 401) {
    return 'You are no longer signed in. Sign in again in another tab, then try again here: what you have entered is kept.'
  }
  const { detail, errors } = parsed(text)
  if (typeof detail !== 'string') {
    return `The server could not do this (status ${status}). Try again in a moment.`
  }
  const [first] = Array.isArray(errors) ? errors : []
  return typeof first?.message === 'string' ? `${detail} (${first.path}: ${first.message})` : detail
}

function parsed(text: string): { readonly detail?: unknown; readonly errors?: unknown } {
  try {
    return Object(JSON.parse(text))
  } catch {
    return {}
  }
}
