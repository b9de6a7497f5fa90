import { gunzipSync } from 'node:zlib'

/** A response as it came in. */
export interface Answer {
  /** 0 for what is no HTTP. */
  readonly status: number
  readonly head: string
  /** Without its transfer and content encoding. */
  readonly body: Buffer
}

/** The responses of one connection, in order, without those that only say "go on". */
export function readAnswers(bytes: Buffer): Answer[] {
  const answers: Answer[] = []
  let rest = bytes
  while (rest.length > 0) {
    const end = rest.indexOf('\r\n\r\n')
    const head = rest.subarray(0, end < 0 ? rest.length : end).toString('latin1')
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0)
    if (end < 0 || status === 0) return [...answers, { status: 0, head, body: rest }]
    const { body, length } = readBody(head, rest.subarray(end + 4))
    if (status >= 200) answers.push({ status, head, body: decoded(head, body) })
    rest = rest.subarray(end + 4 + length)
  }
  return answers
}

/** A field of a response's head; empty where it is not there. */
export function field({ head }: Pick<Answer, 'head'>, name: string): string {
  return new RegExp(`^${name}: *(.*)$`, 'im').exec(head)?.[1]?.trim() ?? ''
}

function readBody(head: string, bytes: Buffer): { body: Buffer; length: number } {
  if (field({ head }, 'Transfer-Encoding') !== 'chunked') {
    const length = Math.min(Number(field({ head }, 'Content-Length')), bytes.length)
    return { body: bytes.subarray(0, length), length }
  }
  const chunks: Buffer[] = []
  let at = 0
  for (;;) {
    const line = bytes.indexOf('\r\n', at)
    const size = line < 0 ? 0 : Number.parseInt(bytes.subarray(at, line).toString(), 16)
    if (size === 0)
      return { body: Buffer.concat(chunks), length: line < 0 ? bytes.length : line + 4 }
    chunks.push(bytes.subarray(line + 2, line + 2 + size))
    at = line + 2 + size + 2
  }
}

function decoded(head: string, body: Buffer): Buffer {
  return field({ head }, 'Content-Encoding') === 'gzip' && body.length > 0 ? gunzipSync(body) : body
}
