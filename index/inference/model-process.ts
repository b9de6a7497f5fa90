import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { InferenceReply, InferenceResult, InferenceTask, ProcessOptions } from './types.ts'

/** A child process that runs models, and loads each when it is first used. */
export interface ModelProcess {
  readonly isAlive: boolean
  /**
   * Runs one task. The next may be given only when it has ended. Rejects where the models fail, and where the process
   * dies or takes longer than `timeoutMs`, after which it is ended.
   */
  run<T extends InferenceTask>(task: T, timeoutMs: number): Promise<InferenceResult[T['kind']]>
  /** Ends the process, even while it works. May be called more than once. */
  end(): Promise<void>
}

const PROGRAM = fileURLToPath(new URL('inference-process.js', import.meta.url))

/** Starts a process. */
export function startModelProcess(options: ProcessOptions): ModelProcess {
  const child = fork(PROGRAM, [JSON.stringify(options)], {
    // Passes a Float32Array as it is; JSON would make an object of it.
    serialization: 'advanced',
    // Not the parent's arguments, which load TypeScript. A small young generation saves 20 MB.
    execArgv: ['--max-semi-space-size=2'],
    // Not the parent's environment, which has secrets. glibc gives large blocks back to the system only while they are above this
    // size, and raises it with each: what loading a model needs for a moment would stay, 10 MB in each process.
    env: { MALLOC_MMAP_THRESHOLD_: String(2 ** 20) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  let death: Error | null = null
  let call: AbortController | null = null
  child.once('exit', (code, signal) => {
    death = new Error(`The process ended by ${signal ?? `code ${code}`}.`)
    call?.abort(death)
  })
  // Not `once` of node:events, which rejects if the channel has an error.
  const exit = new Promise((resolve) => child.once('exit', resolve))
  // Sending to a dying process is an error; its exit is reported anyway.
  child.on('error', () => {})

  const end = async () => {
    child.kill('SIGKILL')
    await exit
  }
  return {
    get isAlive() {
      return death === null
    },
    async run<T extends InferenceTask>(task: T, timeoutMs: number) {
      if (death) throw death
      const running = new AbortController()
      call = running
      // Not AbortSignal.timeout: inside AbortSignal.any it can be garbage-collected before it fires.
      const late = new Error(`The process took more than ${timeoutMs} ms.`)
      const timer = setTimeout(() => running.abort(late), timeoutMs)
      const reply = once(child, 'message', { signal: running.signal })
        .catch(async (error: unknown) => {
          await end()
          throw error
        })
        .finally(() => clearTimeout(timer))
      child.send(task)
      const message: InferenceReply<T> = (await reply)[0]
      if ('error' in message) throw new Error(message.error)
      return message.result
    },
    end,
  }
}
