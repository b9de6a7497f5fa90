import { EventEmitter, setMaxListeners } from 'node:events'
import { FootnoteError } from '../errors.ts'
import type { BackgroundOptions, CallOptions, Inference, InferenceOptions } from './inference.ts'
import { type ModelProcess, startModelProcess } from './model-process.ts'
import type {
  InferenceResult,
  InferenceTask,
  ModelName,
  PassageText,
  ProcessOptions,
  Reading,
} from './types.ts'

/** How long a process may load its models at the start: it may have to download them. */
const LOADING_TIMEOUT_MS = 600_000

/** How much longer the first call of a model may take, which loads it. From a warm disk that takes 0.2 s. */
const FIRST_CALL_TIMEOUT_MS = 10_000

/**
 * What the first process of a pool that answers questions loads and runs, and what the next one does; a third is as the first. A part
 * that is loaded when it is first used makes the start shorter: the question that warms up a server loads it.
 */
const PARTS: readonly Pick<Place, 'loads' | 'runs'>[] = [
  { loads: ['embed', 'score'], runs: ['embed', 'score'] },
  { loads: ['read'], runs: ['read', 'score'] },
]

/** The same for a process that is alone. */
const ALL_PARTS: Pick<Place, 'loads' | 'runs'> = {
  loads: ['embed', 'score', 'read'],
  runs: ['embed', 'score', 'read'],
}

/** A process of the pool, which is replaced when it has died. */
interface Place {
  process: ModelProcess
  /** What it loads at the start. */
  readonly loads: readonly ModelName[]
  /** What it may run. */
  readonly runs: readonly ModelName[]
  /** What it has loaded. */
  readonly loaded: Set<ModelName>
  isBusy: boolean
}

type Task = Exclude<InferenceTask, { kind: 'load' }>

/** A call that waits for a place. */
interface WaitingCall {
  readonly model: ModelName
  readonly isBackground: boolean
  readonly take: (place: Place) => void
}

/** What a pool is told besides its models. */
type PoolOptions = Required<Pick<InferenceOptions, 'processes' | 'loadsFor' | 'timeoutPerTextMs'>>

/**
 * Model processes, each of which runs one call at a time. Each text of a question is a call, so that all processes work for it.
 * Two processes hold four models and not six: one embeds questions, the other reads windows, and both score.
 */
export class ProcessPool implements Inference {
  readonly #models: ProcessOptions
  readonly #timeoutPerTextMs: number
  readonly #places: readonly Place[]
  #waiting: WaitingCall[] = []
  readonly #failures = new EventEmitter<{ failure: [unknown] }>()
  #isClosed = false

  constructor(models: ProcessOptions, { processes, loadsFor, timeoutPerTextMs }: PoolOptions) {
    this.#models = models
    this.#timeoutPerTextMs = timeoutPerTextMs
    this.#places = Array.from({ length: processes }, (_, i) => {
      const part = (processes === 1 ? null : PARTS[i % PARTS.length]) ?? ALL_PARTS
      return {
        process: startModelProcess(models),
        loads: loadsFor === 'questions' ? part.loads : ['embedSentences'],
        runs: [...part.runs, 'embedSentences'],
        loaded: new Set(),
        isBusy: false,
      }
    })
  }

  /** Waits until all processes have loaded their models. Rejects where they do not load. */
  async load(): Promise<void> {
    if (!this.#models.allowDownload) return void (await Promise.all(this.#places.map(loadAtStart)))
    // One after the other, so that no two download the same model.
    for (const place of this.#places) await loadAtStart(place)
  }

  embed(texts: readonly string[], options?: CallOptions): Promise<Float32Array[]> {
    return forEach(texts, (part) => this.#run({ kind: 'embed', texts: part }, 1, options))
  }

  embedSentences(
    passages: readonly PassageText[],
    options?: BackgroundOptions,
  ): Promise<Float32Array[][]> {
    const texts = passages.reduce((sum, { sentences }) => sum + sentences.length, 0)
    return this.#run({ kind: 'embedSentences', passages }, texts, options)
  }

  score(question: string, texts: readonly string[], options?: CallOptions): Promise<number[]> {
    return forEach(texts, (part) => this.#run({ kind: 'score', question, texts: part }, 1, options))
  }

  read(question: string, texts: readonly string[], options?: CallOptions): Promise<Reading[]> {
    return forEach(texts, (part) => this.#run({ kind: 'read', question, texts: part }, 1, options))
  }

  isAvailable(): boolean {
    return !this.#isClosed
  }

  onProcessFailure(listener: (error: unknown) => void): () => void {
    this.#failures.on('failure', listener)
    return () => this.#failures.off('failure', listener)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#places.map(({ process }) => process.end()))
    this.#giveOut()
  }

  async #run<T extends Task>(
    task: T,
    texts: number,
    { isBackground = false, signal }: BackgroundOptions = {},
  ): Promise<InferenceResult[T['kind']]> {
    try {
      const place = await this.#takePlace(task.kind, isBackground, signal)
      try {
        return await this.#attempt(place, task, this.#timeoutPerTextMs * (2 + texts))
      } finally {
        place.isBusy = false
        this.#giveOut()
      }
    } catch (error) {
      signal?.throwIfAborted()
      const message = 'A model process stopped while it worked. Try again.'
      throw new FootnoteError('inference-failed', message, error)
    }
  }

  /** Waits for a place that may run the model. Rejects with the signal's reason where it is aborted first. */
  #takePlace(model: ModelName, isBackground: boolean, signal?: AbortSignal): Promise<Place> {
    // Each call that waits listens. Node warns of more than ten.
    if (signal) setMaxListeners(0, signal)
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      const giveUp = () => {
        this.#waiting = this.#waiting.filter((other) => other !== call)
        reject(new Error('The call was given up.', { cause: signal?.reason }))
      }
      const take = (place: Place) => {
        signal?.removeEventListener('abort', giveUp)
        resolve(place)
      }
      const call = { model, isBackground, take }
      signal?.addEventListener('abort', giveUp, { once: true })
      this.#waiting.push(call)
      this.#giveOut()
    })
  }

  /** Gives each idle place to the first call that it may run; those in the background come last. */
  #giveOut(): void {
    for (const place of this.#places) {
      if (place.isBusy) continue
      const fitting = this.#waiting.filter(({ model }) => place.runs.includes(model))
      const next = fitting.find(({ isBackground }) => !isBackground) ?? fitting[0]
      if (!next) continue
      place.isBusy = true
      this.#waiting = this.#waiting.filter((call) => call !== next)
      next.take(place)
    }
  }

  /** Runs a task; where the process dies, once more on a new one. */
  async #attempt<T extends Task>(place: Place, task: T, timeoutMs: number) {
    if (!place.process.isAlive)
      this.#replace(place, new Error('The process ended while it was idle.'))
    try {
      return await this.#runOn(place, task, timeoutMs)
    } catch (error) {
      if (place.process.isAlive || this.#isClosed) throw error
      this.#replace(place, error)
      return this.#runOn(place, task, timeoutMs)
    }
  }

  async #runOn<T extends Task>({ process, loaded }: Place, task: T, timeoutMs: number) {
    if (this.#isClosed) throw new Error('The processes are ended.')
    const loadingMs = loaded.has(task.kind) ? 0 : FIRST_CALL_TIMEOUT_MS
    const result = await process.run(task, timeoutMs + loadingMs)
    loaded.add(task.kind)
    return result
  }

  #replace(place: Place, error: unknown): void {
    if (this.#isClosed) return
    this.#failures.emit('failure', error)
    place.loaded.clear()
    place.process = startModelProcess(this.#models)
  }
}

async function loadAtStart({ process, loads, loaded }: Place): Promise<void> {
  await process.run({ kind: 'load', models: loads }, LOADING_TIMEOUT_MS)
  for (const model of loads) loaded.add(model)
}

/** Makes a call for each text, and gives the results in the order of the texts. */
async function forEach<T>(
  texts: readonly string[],
  call: (part: readonly string[]) => Promise<T[]>,
): Promise<T[]> {
  return (await Promise.all(texts.map((text) => call([text])))).flat()
}
