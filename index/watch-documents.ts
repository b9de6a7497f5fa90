import { setTimeout as sleep } from 'node:timers/promises'
import { FolderEvents } from './documents/folder-events.ts'
import { type FolderState, folderState } from './documents/folder-state.ts'
import { documentId } from './documents/source-files.ts'
import { FootnoteError } from './errors.ts'

/** How long a file must have stayed the same, in ms: a file that is being copied changes more often. */
const SETTLE_MS = 500

/** How long to wait before the folder is looked at again where no event says when, in ms; and at least this many times as long as a look takes. */
const POLL_MS = 1000
const POLL_PAUSES = 10

/** How long to wait while another build runs, in ms. */
const BUSY_MS = 1000

/** How long after a build that failed another one is tried, in ms; twice as long after each further one, and at most the second. */
const RETRY_MS = 2000
const MAX_RETRY_MS = 60_000

export interface WatchDocumentsOptions {
  readonly documentsDir: string
  /** `poll` looks at the folder from time to time, because network folders report no events. */
  readonly by: 'events' | 'poll'
  /** What the folder was like before the index was built from it; null where that is not known. */
  readonly built: FolderState | null
  /** Builds the index of the documents with these ids, null for all. May throw `build-running`, and is then called again. */
  readonly build: (only: ReadonlySet<string> | null, signal: AbortSignal) => Promise<void>
  /** Called with the error of each build that failed. It is tried again after a pause, and when something has changed. */
  readonly onBuildError: (error: unknown) => void
  /** Called when the system cannot watch so many folders; they are polled from then on. */
  readonly onUnwatchable: (error: unknown) => void
}

/**
 * Watches the documents folder and builds the index of what changed, one build at a time. A file that is still being written
 * waits until it has stayed the same for half a second, and holds up no other. `close` stops a running build.
 */
export function watchDocuments(options: WatchDocumentsOptions): { close(): Promise<void> } {
  const watching = new DocumentsWatch(options)
  const ended = watching.run()
  return {
    close: () => {
      watching.stop()
      return ended
    },
  }
}

class DocumentsWatch {
  readonly #options: WatchDocumentsOptions
  /** Null where the folder is polled. */
  #events: FolderEvents | null
  readonly #stopped = new AbortController()
  /** What the index was built from; null: not known. */
  #built: Map<string, string> | null
  /** The files with which the last build failed; null where it did not. */
  #failed: ReadonlyMap<string, string> | null = null
  #retryMs = RETRY_MS
  #retry: NodeJS.Timeout | undefined
  #hasEvent = false
  #wake = () => {}
  /** How long the last look took, in ms. */
  #lookMs = 0

  constructor(options: WatchDocumentsOptions) {
    this.#options = options
    this.#built = options.built && new Map(options.built.files)
    this.#events = options.by === 'poll' ? null : this.#startEvents()
  }

  #startEvents(): FolderEvents {
    const { documentsDir, onUnwatchable } = this.#options
    return new FolderEvents({
      directory: documentsDir,
      onEvent: () => this.#note(),
      onUnwatchable: (error) => {
        this.#events?.close()
        this.#events = null
        onUnwatchable(error)
        this.#note()
      },
    })
  }

  stop(): void {
    this.#stopped.abort()
    this.#note()
  }

  async run(): Promise<void> {
    // Something may have changed before the watching.
    this.#note()
    try {
      while (!this.#stopped.signal.aborted) {
        await this.#nextEvent()
        await this.#takeUp()
      }
    } catch (error) {
      if (!this.#stopped.signal.aborted) throw error
    } finally {
      clearTimeout(this.#retry)
      this.#events?.close()
    }
  }

  #note(): void {
    this.#hasEvent = true
    this.#wake()
  }

  async #nextEvent(): Promise<void> {
    if (this.#hasEvent) return
    if (!this.#events) return this.#sleep(Math.max(POLL_MS, POLL_PAUSES * this.#lookMs))
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
  }

  /** Looks at the folder until nothing moves any more, and builds what has settled. */
  async #takeUp(): Promise<void> {
    let before = await this.#look()
    for (;;) {
      await this.#sleep(SETTLE_MS)
      const now = await this.#look()
      const moving = changedIds(before, now)
      await this.#buildSettled(now, moving)
      if (moving.size === 0 && !this.#hasEvent) return
      before = now
    }
  }

  async #look(): Promise<ReadonlyMap<string, string>> {
    this.#hasEvent = false
    const started = performance.now()
    // A folder is watched before it is looked into, so that nothing is missed between.
    const { folders, files } = await folderState(this.#options.documentsDir, (folder) =>
      this.#events?.watch(folder),
    )
    this.#events?.keepOnly(folders)
    this.#lookMs = performance.now() - started
    return files
  }

  async #buildSettled(now: ReadonlyMap<string, string>, moving: ReadonlySet<string>) {
    const settled = (before: ReadonlyMap<string, string>) =>
      new Set([...changedIds(before, now)].filter((id) => !moving.has(id)))
    // Whatever cannot be told from what was built waits for everything to settle.
    if (this.#built === null && moving.size > 0) return
    const changed = this.#built && settled(this.#built)
    if (changed?.size === 0) {
      this.#failed = null
      return
    }
    if (this.#failed && settled(this.#failed).size === 0) return
    try {
      await this.#buildInTurn(changed)
      this.#failed = null
      this.#retryMs = RETRY_MS
      this.#built ??= new Map(now)
      takeOver(this.#built, now, changed ?? new Set())
    } catch (error) {
      this.#stopped.signal.throwIfAborted()
      this.#failed = now
      this.#buildLater()
      this.#options.onBuildError(error)
    }
  }

  /** Tries a build that failed once more, because its cause may have passed: a database that was away, a disk that was full. */
  #buildLater(): void {
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => {
      this.#failed = null
      this.#note()
    }, this.#retryMs).unref()
    this.#retryMs = Math.min(2 * this.#retryMs, MAX_RETRY_MS)
  }

  /** Builds; waits first while another process does. */
  async #buildInTurn(only: ReadonlySet<string> | null): Promise<void> {
    for (;;) {
      try {
        return await this.#options.build(only, this.#stopped.signal)
      } catch (error) {
        if (!(error instanceof FootnoteError) || error.code !== 'build-running') throw error
        await this.#sleep(BUSY_MS)
      }
    }
  }

  async #sleep(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopped.signal, ref: false })
  }
}

/** The ids of the documents whose files differ between two looks. */
function changedIds(
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): Set<string> {
  const names = [...before.keys(), ...now.keys()]
  return new Set(names.filter((name) => before.get(name) !== now.get(name)).map(documentId))
}

/** Makes what belongs to these ids in `built` the same as in `now`. */
function takeOver(
  built: Map<string, string>,
  now: ReadonlyMap<string, string>,
  ids: ReadonlySet<string>,
): void {
  for (const name of new Set([...built.keys(), ...now.keys()])) {
    const stamp = now.get(name)
    if (!ids.has(documentId(name))) continue
    if (stamp === undefined) built.delete(name)
    else built.set(name, stamp)
  }
}
