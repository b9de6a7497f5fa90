import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { InferenceReply, InferenceResult, InferenceTask, ModelOptions } from './types.ts'

/** A child process with both models. */
export interface ModelProcess {
  readonly isAlive: boolean
  /**
   * Runs one task; the next may be given when it has ended. Rejects where the models cannot do it, and where the
   * process dies or takes longer than `limit`, in ms; it is ended then.
   */
  run<T extends InferenceTask>(task: T, limit: number): Promise<InferenceResult[T['kind']]>
  /** Ends it, whatever it does; more than once is as good as once. */
  end(): Promise<void>
}

const PROGRAM = fileURLToPath(new URL('inference-process.js', import.meta.url))

/** Starts a model process, which loads its models at once. */
export function startModelProcess(options: ModelOptions): ModelProcess {
  const child = fork(PROGRAM, [JSON.stringify(options satisfies ModelOptions)], {
    // Float32Array as it is; JSON would make an object of it.
    serialization: 'advanced',
    // Not the parent's, which has a TypeScript loader; a small young generation saves 20 MB.
    execArgv: ['--max-semi-space-size=2'],
    // Nor its environment, which has secrets.
    env: {},
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  let death: Error | null = null
  let call: AbortController | null = null
  child.once('exit', (code, signal) => {
    death = new Error(`The process ended by ${signal ?? `code ${code}`}.`)
    call?.abort(death)
  })
  // Not `once` of node:events, which rejects at an error of the channel.
  const exit = new Promise((resolve) => child.once('exit', resolve))
  // What is sent to one that is dying; its exit says so.
  child.on('error', () => {})

  const end = async () => {
    child.kill('SIGKILL')
    await exit
  }
  return {
    get isAlive() {
      return death === null
    },
    async run<T extends InferenceTask>(task: T, limit: number) {
      if (death) throw death
      const running = new AbortController()
      call = running
      // Not AbortSignal.timeout: within AbortSignal.any it may be collected as garbage, and never ends anything.
      const late = new Error(`The process took more than ${limit} ms.`)
      const timer = setTimeout(() => running.abort(late), limit)
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
