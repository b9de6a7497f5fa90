import { EventEmitter, setMaxListeners } from 'node:events'
import PQueue from 'p-queue'
import pRetry from 'p-retry'
import { FootnoteError } from '../../errors.ts'
import type { BackgroundOptions, CallOptions, Inference } from '../inference.ts'
import type { PassageText, Reading, RemoteModels } from '../types.ts'
import { type CallLimits, Machine, type MachineCall, MachineFault } from './machine.ts'
import { remoteIdentity } from './remote-identity.ts'
import { isEmbedding, isReadingOf } from './sound-results.ts'
import { type Identity, MAX_CHARACTERS, MAX_TEXTS, results } from './wire.ts'

/**
 * A failed call is repeated after 0.1, 0.2, 0.4 and 0.8 s, where possible on another machine. A question whose models stay
 * away then fails after 1.5 s, before its client has lost patience.
 */
const RETRIES = { retries: 4, minTimeout: 100, factor: 2 }

/** Nobody waits for a call in the background, so it outlives a restart of the machines: it is repeated for 51 s. */
const BACKGROUND_RETRIES = { ...RETRIES, retries: 15, maxTimeout: 5000 }

/** How often each machine is asked whether it is there and has the same models, in ms. */
const CHECK_INTERVAL_MS = 2000

/**
 * How many times in a row a machine must not answer until it is taken for lost: one answer may be late because the machine is
 * busy. With 3 s for each answer, a machine that hangs is left within 9 s. A call itself may take 16 s or more.
 */
const MISSED_CHECKS = 2

/**
 * After how long without a result a call counts as slow, in ms. One of a question takes 0.02 to 0.2 s, and up to 3.2 s where the
 * longest queue of a machine is before it.
 */
const SLOW_CALL_MS = 5000

/**
 * How long a machine then rests, in ms: one that says which models it has, but whose calls hang, would else stop most questions,
 * which need several calls. So it is tried about once a minute.
 */
const REST_MS = 60_000

/** How to call the machines. */
export interface RemoteOptions {
  /** The most calls at the same time, over all machines. Further calls wait. */
  readonly processes: number
  /**
   * The time limit of a call, for each of its texts and two more, in ms. A machine allows as much, and then tries again
   * once with another process.
   */
  readonly timeoutPerTextMs: number
}

/** How long a call may wait at a machine, in ms. Beyond its queue, a machine refuses calls. */
const WAITING_MS = 10_000

/**
 * Connects with the machines and waits until one has told its models. Rejects as `remoteIdentity` does. Only machines with
 * these models are used from then on.
 */
export async function connectInference(
  remote: RemoteModels,
  options: RemoteOptions,
): Promise<Inference> {
  const identity = await remoteIdentity(remote)
  return new RemoteInference(remote, identity, options)
}

/** A call before its texts are divided. */
interface Call<I, T> extends Pick<MachineCall<I, T>, 'route' | 'schema' | 'isSound'> {
  /** What its body has besides the models and the texts. */
  readonly fields?: { readonly question: string } | { readonly isBackground: boolean }
}

/** A machine, and whether it works. */
interface Place {
  readonly machine: Machine
  /** Why it is left out; null where it is used. */
  fault: MachineFault | null
  /** How many times in a row it did not say which models it has. */
  missedChecks: number
  /** Until when others are used where there are any, in ms as `performance.now` gives it. */
  restsUntil: number
  /** Whether it is being asked for its models now. */
  isChecked: boolean
}

/** Models on other machines, which are used in turn. One that fails is left out until it says that it is there again. */
class RemoteInference implements Inference {
  readonly #models: string
  readonly #dimensions: number
  readonly #timeoutPerTextMs: number
  readonly #places: readonly Place[]
  readonly #calls: PQueue
  readonly #failures = new EventEmitter<{ failure: [unknown] }>()
  readonly #closing = new AbortController()
  readonly #checks: NodeJS.Timeout
  #turn = 0

  constructor(
    { addresses, key }: RemoteModels,
    { models, dimensions }: Identity,
    { processes, timeoutPerTextMs }: RemoteOptions,
  ) {
    this.#models = models
    this.#dimensions = dimensions
    this.#timeoutPerTextMs = timeoutPerTextMs
    this.#places = Array.from(addresses, (address) => {
      const machine = new Machine(address, key)
      return { machine, fault: null, missedChecks: 0, restsUntil: 0, isChecked: false }
    })
    this.#calls = new PQueue({ concurrency: processes })
    // Each running call listens. Node warns of more than ten.
    setMaxListeners(0, this.#closing.signal)
    this.#checks = setInterval(() => this.#checkAll(), CHECK_INTERVAL_MS).unref()
    this.#checkAll()
  }

  embed(texts: readonly string[], options?: CallOptions): Promise<Float32Array[]> {
    const isSound = (vector: Float32Array) => isEmbedding(vector, this.#dimensions)
    return this.#run({ route: 'embed', schema: results.embed, isSound }, texts, options)
  }

  embedSentences(
    passages: readonly PassageText[],
    options: BackgroundOptions = {},
  ): Promise<Float32Array[][]> {
    const { isBackground = false } = options
    const call = {
      route: 'embed-sentences',
      schema: results['embed-sentences'],
      isSound: (vectors: Float32Array[], { sentences }: PassageText) =>
        vectors.length === sentences.length &&
        vectors.every((vector) => isEmbedding(vector, this.#dimensions)),
      fields: { isBackground },
    } as const
    return this.#run(call, passages, options)
  }

  score(question: string, texts: readonly string[], options?: CallOptions): Promise<number[]> {
    const fields = { question }
    const isSound = Number.isFinite
    return this.#run({ route: 'score', schema: results.score, isSound, fields }, texts, options)
  }

  read(question: string, texts: readonly string[], options?: CallOptions): Promise<Reading[]> {
    const fields = { question }
    const isSound = isReadingOf
    return this.#run({ route: 'read', schema: results.read, isSound, fields }, texts, options)
  }

  isAvailable(): boolean {
    return this.#places.some(({ fault }) => fault === null)
  }

  onProcessFailure(listener: (error: unknown) => void): () => void {
    for (const { fault } of this.#places) if (fault) listener(fault)
    this.#failures.on('failure', listener)
    return () => this.#failures.off('failure', listener)
  }

  async close(): Promise<void> {
    clearInterval(this.#checks)
    this.#closing.abort(new Error('The connection to the models is closed.'))
  }

  async #run<I extends string | PassageText, T>(
    { fields, ...call }: Call<I, T>,
    texts: readonly I[],
    options: BackgroundOptions = {},
  ): Promise<T[]> {
    const runPart = (part: readonly I[]) => {
      const body = { ...fields, models: this.#models, texts: part }
      return this.#runPart({ ...call, body }, options)
    }
    const parts = await Promise.all(partsOf(texts).map(runPart))
    return new Array<T>().concat(...parts)
  }

  async #runPart<I extends string | PassageText, T>(
    call: MachineCall<I, T>,
    { isBackground = false, signal }: BackgroundOptions,
  ): Promise<T[]> {
    const texts = call.body.texts.flatMap(textsOf).length
    const timeoutMs = 2 * this.#timeoutPerTextMs * (2 + texts) + WAITING_MS
    const ending = endOf(signal ? [signal, this.#closing.signal] : [this.#closing.signal])
    const turn = { priority: isBackground ? -1 : 0, signal: ending.signal }
    // A call waits for its next try outside the queue, where it holds up no other.
    const attempt = () =>
      this.#calls.add(() => this.#attempt(call, { timeoutMs, signal: ending.signal }), turn)
    try {
      return await pRetry(attempt, {
        ...(isBackground ? BACKGROUND_RETRIES : RETRIES),
        signal: ending.signal,
        shouldRetry: ({ error }) => this.#isWorthRepeating(error),
      })
    } catch (error) {
      signal?.throwIfAborted()
      const message = 'No machine with the models gave an answer. Try again.'
      throw new FootnoteError('inference-failed', message, error)
    } finally {
      ending.stopListening()
    }
  }

  async #attempt<I, T>(call: MachineCall<I, T>, limits: CallLimits): Promise<T[]> {
    const place = this.#nextPlace()
    const faultBefore = place.fault
    const slow = setTimeout(() => rest(place), SLOW_CALL_MS)
    try {
      const result = await place.machine.call(call, limits)
      // Where it was found unsound meanwhile, an older call says nothing.
      if (place.fault === faultBefore) place.restsUntil = 0
      return result
    } catch (error) {
      if (error instanceof MachineFault) this.#noteFailedCall(place, error)
      throw error
    } finally {
      clearTimeout(slow)
    }
  }

  #noteFailedCall(place: Place, fault: MachineFault): void {
    switch (fault.kind) {
      case 'lost':
        this.#leaveOut(place, fault)
        // A connection may break although the machine is there: it is then used again at once.
        return void this.#check(place)
      case 'unsound':
        // It would still say that it has the models.
        rest(place)
        return this.#leaveOut(place, fault)
      case 'unfit':
        return this.#leaveOut(place, fault)
      case 'busy':
      case 'refused':
    }
  }

  #isWorthRepeating(error: Error): boolean {
    if (!(error instanceof MachineFault)) return false
    if (error.kind === 'unfit' || error.kind === 'unsound') return this.isAvailable()
    return error.kind !== 'refused'
  }

  /**
   * The next machine that works, in turn, where possible one that does not rest. If none works, the next of all: it may be back
   * before it is asked.
   */
  #nextPlace(): Place {
    const working = this.#places.filter(({ fault }) => fault === null)
    const rested = working.filter((place) => !isResting(place))
    const places = [rested, working, this.#places].find(({ length }) => length > 0) ?? []
    this.#turn += 1
    const place = places[this.#turn % places.length]
    if (!place) throw new Error('there is no machine')
    return place
  }

  #leaveOut(place: Place, fault: MachineFault): void {
    const isNews = place.fault?.message !== fault.message
    place.fault = fault
    if (isNews && !this.#closing.signal.aborted) this.#failures.emit('failure', fault)
  }

  #checkAll(): void {
    for (const place of this.#places) void this.#check(place)
  }

  /** Asks a machine for its models, and uses it or leaves it out accordingly. */
  async #check(place: Place): Promise<void> {
    if (place.isChecked || this.#closing.signal.aborted) return
    place.isChecked = true
    try {
      const { models } = await place.machine.identify()
      place.missedChecks = 0
      if (models !== this.#models) this.#leaveOut(place, place.machine.withOtherModels())
      else if (place.fault?.kind !== 'unsound' || !isResting(place)) place.fault = null
    } catch (error) {
      if (!(error instanceof MachineFault)) throw error
      this.#noteFault(place, error)
    } finally {
      place.isChecked = false
    }
  }

  /** Leaves a machine out that says why it cannot be used, or that has missed too many checks. */
  #noteFault(place: Place, fault: MachineFault): void {
    place.missedChecks = fault.kind === 'lost' ? place.missedChecks + 1 : 0
    if (fault.kind === 'lost' && place.missedChecks < MISSED_CHECKS) return
    this.#leaveOut(place, fault)
    // A machine that hangs would hold them until their time limit. One that gives a reason works on.
    if (fault.kind === 'lost') place.machine.abandonCalls(fault)
  }
}

/**
 * A signal that is aborted as soon as one of these is. Not AbortSignal.any: in a signal that outlives thousands of calls, as that of
 * the closing does, each call would leave something behind.
 */
function endOf(signals: readonly AbortSignal[]) {
  const ending = new AbortController()
  const listening = signals.map((signal) => {
    const end = () => ending.abort(signal.reason)
    if (signal.aborted) end()
    signal.addEventListener('abort', end, { once: true })
    return () => signal.removeEventListener('abort', end)
  })
  const stopListening = () => {
    for (const stop of listening) stop()
  }
  return { signal: ending.signal, stopListening }
}

/** Lets others work in place of a machine for a while, or until a call of it gives a sound result. */
function rest(place: Place): void {
  place.restsUntil = performance.now() + REST_MS
}

function isResting({ restsUntil }: Place): boolean {
  return performance.now() < restsUntil
}

/** Divides texts into parts that one request may have. */
function partsOf<I extends string | PassageText>(texts: readonly I[]): I[][] {
  const parts: I[][] = []
  let characters = 0
  for (const text of texts) {
    const part = parts.at(-1)
    const { length } = textsOf(text).join('')
    characters += length
    if (part && part.length < MAX_TEXTS && characters <= MAX_CHARACTERS) {
      part.push(text)
    } else {
      parts.push([text])
      characters = length
    }
  }
  return parts
}

function textsOf(text: string | PassageText): readonly string[] {
  return typeof text === 'string' ? [text] : [text.title, ...text.sentences]
}
