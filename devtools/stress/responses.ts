import { gunzipSync } from 'node:zlib'

/** An HTTP response, parsed from the bytes of a connection. */
export interface Response {
  /** 0 where the bytes are no HTTP response. */
  readonly status: number
  /** The status line and the header fields. */
  readonly head: string
  /** Without its transfer and content encoding. */
  readonly body: Buffer
}

/** The responses on one connection, in order, without informational ones (1xx). */
export function parseResponses(bytes: Buffer): Response[] {
  const responses: Response[] = []
  let rest = bytes
  while (rest.length > 0) {
    const end = rest.indexOf('\r\n\r\n')
    const head = rest.subarray(0, end < 0 ? rest.length : end).toString('latin1')
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0)
    if (end < 0 || status === 0) return [...responses, { status: 0, head, body: rest }]
    const { body, length } = readBody(head, rest.subarray(end + 4))
    if (status >= 200) responses.push({ status, head, body: decompressed(head, body) })
    rest = rest.subarray(end + 4 + length)
  }
  return responses
}

/** The value of a header field; empty where it is missing. */
export function headerField({ head }: Pick<Response, 'head'>, name: string): string {
  return new RegExp(`^${name}: *(.*)$`, 'im').exec(head)?.[1]?.trim() ?? ''
}

/**
 * The body at the beginning of `bytes`, and how many bytes it takes there with its transfer
 * encoding.
 */
function readBody(head: string, bytes: Buffer): { body: Buffer; length: number } {
  if (headerField({ head }, 'Transfer-Encoding') !== 'chunked') {
    const length = Math.min(Number(headerField({ head }, 'Content-Length')), bytes.length)
    return { body: bytes.subarray(0, length), length }
  }
  const chunks: Buffer[] = []
  let offset = 0
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', offset)
    const size = lineEnd < 0 ? 0 : Number.parseInt(bytes.subarray(offset, lineEnd).toString(), 16)
    if (size === 0) {
      return { body: Buffer.concat(chunks), length: lineEnd < 0 ? bytes.length : lineEnd + 4 }
    }
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size))
    offset = lineEnd + 2 + size + 2
  }
}

function decompressed(head: string, body: Buffer): Buffer {
  const isGzip = headerField({ head }, 'Content-Encoding') === 'gzip'
  return isGzip && body.length > 0 ? gunzipSync(body) : body
}
