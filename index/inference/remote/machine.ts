import type { z } from 'zod'
import { identity, type Identity, MAX_RESULT_BYTES, type RouteName } from './wire.ts'

/** How long a machine may take to say which models it has, in ms. It computes nothing for that. */
const IDENTITY_TIMEOUT_MS = 3000

/**
 * What is wrong with a machine or with a call of it:
 * - `lost`: there is no connection, or no answer in time;
 * - `busy`: it has too many calls already, or still loads its models;
 * - `unfit`: it has other models, refuses the key, or is no machine with models;
 * - `unsound`: it gave results that its models cannot have given;
 * - `refused`: it takes no such request.
 */
export type FaultKind = 'lost' | 'busy' | 'unfit' | 'unsound' | 'refused'

/** A call that failed. The message names the machine, and never what was sent. */
export class MachineFault extends Error {
  override readonly name = 'MachineFault'
  readonly kind: FaultKind

  constructor(kind: FaultKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.kind = kind
  }
}

/** A call of a route of the models, for texts or passages. */
export interface MachineCall<I, T> {
  readonly route: RouteName
  /** Reads the results, one for each input. */
  readonly schema: z.ZodType<T[]>
  /** Whether a result can be that of the models for its input. */
  readonly isSound: (result: T, input: I) => boolean
  readonly body: { readonly models: string; readonly texts: readonly I[] }
}

/** The time limit of a call, and what else may end it. */
export interface CallLimits {
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/** Another Footnote that runs only models. */
export class Machine {
  /** Its address, without a `/` at its end. */
  readonly address: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #running = new Set<AbortController>()

  constructor(address: string, key: string | null) {
    this.address = address
    this.#headers = {
      'Content-Type': 'application/json',
      ...(key !== null && { Authorization: `Bearer ${key}` }),
    }
  }

  /** Asks for its models. Rejects with a `MachineFault`. */
  async identify(): Promise<Identity> {
    const body = await this.#request('', null, { timeoutMs: IDENTITY_TIMEOUT_MS })
    const told = parseJson(identity, body)
    if (told) return told
    throw this.#unfit('answers in an unknown form. Run the same version of Footnote there')
  }

  /** Runs one call. Rejects with a `MachineFault`, or with the signal's reason. */
  async call<I, T>(call: MachineCall<I, T>, limits: CallLimits): Promise<T[]> {
    const { route, schema, isSound, body } = call
    const answer = await this.#request(`/${route}`, JSON.stringify(body), limits)
    const given = parseJson(schema, answer)
    const { texts } = body
    const isSoundAt = (result: T, i: number) => {
      const input = texts[i]
      return input !== undefined && isSound(result, input)
    }
    if (given?.length === texts.length && given.every(isSoundAt)) return given
    throw new MachineFault(
      'unsound',
      `${this.address} gives results for "${route}" that its models cannot give. Check its models and its hardware, and restart it.`,
    )
  }

  /** The fault of a machine that has other models than those that are needed. */
  withOtherModels(): MachineFault {
    return this.#unfit(
      'has other models than this Footnote started with. Give it the same, or restart this one',
    )
  }

  /** Ends all running calls, which then reject with `fault`. */
  abandonCalls(fault: MachineFault): void {
    for (const call of this.#running) call.abort(fault)
  }

  async #request(route: string, body: string | null, limits: CallLimits): Promise<string> {
    const { timeoutMs, signal } = limits
    signal?.throwIfAborted()
    const running = new AbortController()
    const onAbort = () => running.abort(signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
    // Not AbortSignal.timeout: inside AbortSignal.any it can be garbage-collected before it fires.
    const late = new MachineFault('lost', `${this.address} gave no answer within ${timeoutMs} ms.`)
    const timer = setTimeout(() => running.abort(late), timeoutMs)
    // Whoever asks for the identity decides what becomes of the calls.
    if (body !== null) this.#running.add(running)
    try {
      const response = await fetch(`${this.address}/inference${route}`, {
        method: body === null ? 'GET' : 'POST',
        headers: this.#headers,
        body,
        signal: running.signal,
        // The key is for this address only.
        redirect: 'error',
      })
      if (response.ok) return await this.#read(response)
      await response.body?.cancel()
      throw this.#faultOf(response.status)
    } catch (error) {
      running.signal.throwIfAborted()
      if (error instanceof MachineFault) throw error
      throw new MachineFault('lost', `${this.address} cannot be reached.`, error)
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      this.#running.delete(running)
    }
  }

  async #read(response: Response): Promise<string> {
    const chunks: Uint8Array[] = []
    let bytes = 0
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length
      if (bytes > MAX_RESULT_BYTES) throw this.#unfit('sends more than any result has')
      chunks.push(chunk)
    }
    return Buffer.concat(chunks).toString()
  }

  #faultOf(status: number): MachineFault {
    switch (status) {
      case 401:
        return this.#unfit('refuses the key. Set INFERENCE_KEY to one of its API_KEYS')
      case 403:
        return this.#unfit('answers only to its loopback address. Set HOST there')
      case 404:
        return this.#unfit('runs no models for others. Start it with --inference-only')
      case 409:
        return this.withOtherModels()
      case 503:
        return new MachineFault(
          'busy',
          `${this.address} is busy, still loads its models, or lost the process that worked.`,
        )
      default:
        return new MachineFault(
          status < 500 ? 'refused' : 'lost',
          `${this.address} answered with status ${status}.`,
        )
    }
  }

  #unfit(what: string): MachineFault {
    return new MachineFault('unfit', `${this.address} ${what}.`)
  }
}

/** What a body has; null where it is not of the form. The error of a parser would quote the body. */
function parseJson<T>(schema: z.ZodType<T>, body: string): T | null {
  try {
    return schema.parse(JSON.parse(body))
  } catch {
    return null
  }
}
