import { type LookupAddress, promises as dns } from 'node:dns'
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import https from 'node:https'
import { isIP } from 'node:net'
import { PassThrough, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress, createGunzip } from 'node:zlib'
import { isPublicAddress } from './addresses.ts'
import { WebProblem } from './web-problem.ts'

/** What can be reached. */
export interface Network {
  /** The IP addresses of a host name. */
  readonly resolve: (hostname: string) => Promise<LookupAddress[]>
  /** Whether a connection to an IP address may be opened, for a host as a URL writes it. */
  readonly mayConnect: (address: string, host: string) => boolean
}

/** How long a request may take. Times are in ms. */
export interface RequestLimits {
  /** Time without a byte. */
  readonly silenceMs: number
  /** From the start until all of it has arrived. */
  readonly totalMs: number
}

/** 50 MB take 80 s at 5 Mbit/s. */
export const REQUEST_LIMITS: RequestLimits = { silenceMs: 20_000, totalMs: 120_000 }

/** The largest head of a response. It equals Node's default, but is set here because a server sends what it likes. */
const MAX_HEAD_BYTES = 16 * 1024

/** The name that robots.txt knows Footnote by. */
export const USER_AGENT = 'FootnoteBot'

/** The codes of zlib and of Brotli for bytes that they cannot unpack. */
const UNPACKING_FAILED = /^(?:Z_|ERR__ERROR_FORMAT)/

/** The codes of TLS for a server that does not show that it is the one in the address. */
const NOT_TRUSTED = /CERT|TLS/

/** The head of a response. The body must be read or discarded. */
export interface HttpResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** The body, unpacked. Rejects with a `WebProblem` where it has more than `maxBytes`, ends early, or is too slow. */
  read(maxBytes: number): Promise<Buffer>
  discard(): void
}

/** The network of this machine: public addresses, and whatever address `privateHosts` have. */
export function machineNetwork(privateHosts: ReadonlySet<string>): Network {
  return {
    resolve: async (hostname) => dns.lookup(hostname, { all: true }),
    mayConnect: (address, host) => isPublicAddress(address) || privateHosts.has(host),
  }
}

/**
 * Sends one GET request over a connection of its own, and follows no redirect. A name is looked up once, and the connection
 * goes to the addresses that were checked: a name that changes its address in between gains nothing. No proxy of the
 * environment is used, because it would connect elsewhere. Rejects with a `WebProblem`.
 */
export async function get(
  url: URL,
  headers: Readonly<Record<string, string>>,
  network: Network,
  limits: RequestLimits = REQUEST_LIMITS,
): Promise<HttpResponse> {
  const { first, all } = await reachableAddresses(url, network)
  const { request: requestOf } = url.protocol === 'https:' ? https : http
  const signal = AbortSignal.timeout(limits.totalMs)
  let silence: WebProblem | undefined
  // A response that is cut off does not say why.
  const explain = (error: unknown): WebProblem => {
    if (signal.aborted) return tooSlow('has not come in full', limits.totalMs)
    return silence ?? toProblem(error)
  }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = requestOf(url, {
      agent: false,
      headers: { 'User-Agent': USER_AGENT, 'Accept-Encoding': 'gzip, br', ...headers },
      lookup: (_hostname, options, callback) =>
        options.all ? callback(null, all) : callback(null, first.address, first.family),
      maxHeaderSize: MAX_HEAD_BYTES,
      signal,
      timeout: limits.silenceMs,
    })
    request.on('timeout', () => {
      silence = tooSlow('sends nothing', limits.silenceMs)
      request.destroy(silence)
    })
    request.on('response', resolve)
    request.on('error', (error) => reject(explain(error)))
    request.end()
  })
  // Its errors reach whoever reads it. Without a listener, the error of a discarded one would end the process.
  response.on('error', () => {})
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    discard: () => response.destroy(),
    read: async (maxBytes) => {
      try {
        return await readBody(response, maxBytes)
      } catch (error) {
        throw explain(error)
      } finally {
        response.destroy()
      }
    },
  }
}

async function reachableAddresses(url: URL, network: Network) {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const family = isIP(host)
  const addresses = family > 0 ? [{ address: host, family }] : await lookUp(host, network)
  const all = addresses.filter(({ address }) => network.mayConnect(address, url.hostname))
  const [first] = all
  if (!first) throw notPublic(addresses[0]?.address ?? 'no address')
  return { first, all }
}

async function lookUp(host: string, network: Network): Promise<LookupAddress[]> {
  try {
    return await network.resolve(host)
  } catch (error) {
    throw toProblem(error)
  }
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(response.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes)
  const unpacking = unpackingOf(response.headers['content-encoding'])
  const chunks: Buffer[] = []
  // What arrives is counted too: a packed body of any size can unpack to nothing.
  await pipeline(response, atMost(maxBytes), unpacking, atMost(maxBytes), async (body) => {
    for await (const chunk of body) chunks.push(chunk)
  })
  return Buffer.concat(chunks)
}

function atMost(maxBytes: number): (source: AsyncIterable<Buffer>) => AsyncGenerator<Buffer> {
  return async function* count(source) {
    let bytes = 0
    for await (const chunk of source) {
      bytes += chunk.length
      if (bytes > maxBytes) throw tooLarge(maxBytes)
      yield chunk
    }
  }
}

function unpackingOf(encoding = 'identity'): Transform {
  switch (encoding.trim().toLowerCase()) {
    case 'identity':
    case '':
      return new PassThrough()
    case 'gzip':
    case 'x-gzip':
      return createGunzip()
    case 'br':
      return createBrotliDecompress()
    default:
      throw new WebProblem('is sent in a packing that was not asked for')
  }
}

function tooLarge(maxBytes: number): WebProblem {
  return new WebProblem(`has more than ${maxBytes / 1e6} MB, which is the maximum`)
}

function tooSlow(what: string, ms: number): WebProblem {
  return new WebProblem(`${what} for ${ms / 1000} s; try again later`)
}

function notPublic(address: string): WebProblem {
  return new WebProblem(
    `leads to ${address}, which is not an address of the public internet; --allow-private allows it where you name its host`,
  )
}

function toProblem(error: unknown): WebProblem {
  if (error instanceof WebProblem) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return new WebProblem(whyUnreachable(code), { cause: error })
}

function whyUnreachable(code: string): string {
  switch (code) {
    case 'ENOTFOUND':
      return 'has a host name that does not exist'
    case 'EAI_AGAIN':
      return 'has a host name that cannot be looked up now; check the network'
    case 'ECONNREFUSED':
      return 'has a server that takes no connections'
    case 'ECONNRESET':
      return 'ended before all of it had come'
    default:
      if (UNPACKING_FAILED.test(code)) return 'is packed wrongly'
      if (NOT_TRUSTED.test(code)) return `has a certificate that cannot be trusted (${code})`
      return `cannot be fetched (${code === '' ? 'unknown error' : code})`
  }
}
