import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { runScriptProcess, type ScriptProcess } from './watched-process.ts'

/** A server that is started again whenever it ends, as a supervisor such as systemd does it. */
export interface SupervisedServer {
  readonly url: string
  /** When it was killed, in ms since 1970. */
  readonly killedAt: readonly number[]
  /** How long each start took until it was ready, in ms. */
  readonly startsMs: readonly number[]
  /** How often it ended by itself, each time with the last that it printed. */
  readonly ends: readonly string[]
  /** The errors that it logged, with how often, by their message. */
  readonly errors: ReadonlyMap<string, number>
  /** Whether it was dead, or not yet ready, at some time since `ms` (in ms since 1970). */
  wasAwaySince(ms: number): boolean
  /** Kills it (SIGKILL) as soon as there is a process to kill, and starts it again at once. */
  kill(): Promise<void>
  /** Resolves when it is ready. Rejects where it is not within the time, in ms. */
  untilReady(timeMs: number): Promise<void>
  /** Ends it for good. */
  close(): Promise<void>
}

/** The pause before a server that ended by itself is started again, in ms. */
const PAUSE_MS = 500
const POLL_MS = 20

const READY = /"msg":"ready"/
const ERROR_LEVEL = 50
const logLine = z.object({
  level: z.number(),
  msg: z.string(),
  err: z.object({ message: z.string() }).optional(),
})

/** Starts a server with `env` as its only settings. */
export function superviseServer(
  url: string,
  env: Readonly<Record<string, string>>,
): SupervisedServer {
  const killedAt: number[] = []
  const startsMs: number[] = []
  const ends: string[] = []
  const errors = new Map<string, number>()
  const now = {
    process: null as ScriptProcess | null,
    startedAt: Date.now(),
    /** Since when it has been ready; null while it is not. */
    readySince: null as number | null,
    isClosed: false,
  }

  const onLine = (line: string) => {
    if (READY.test(line)) {
      now.readySince = Date.now()
      startsMs.push(now.readySince - now.startedAt)
    }
    const error = errorIn(line)
    if (error !== null) errors.set(error, (errors.get(error) ?? 0) + 1)
  }
  const start = async (): Promise<void> => {
    now.startedAt = Date.now()
    const started = runScriptProcess('start', [], env, onLine)
    now.process = started
    const code = await started.ended
    now.process = null
    now.readySince = null
    if (now.isClosed) return
    if (code !== null) {
      ends.push(started.output().trim().split('\n').at(-1) ?? '')
      await setTimeout(PAUSE_MS)
    }
    if (!now.isClosed) await start()
  }
  const running = start()
  return {
    url,
    killedAt,
    startsMs,
    ends,
    errors,
    wasAwaySince: (ms) => now.readySince === null || now.readySince > ms,
    kill: async () => {
      while (now.process === null) await setTimeout(POLL_MS)
      const killed = now.process
      killedAt.push(Date.now())
      now.readySince = null
      killed.kill('SIGKILL')
      await killed.ended
    },
    untilReady: async (timeMs) => {
      const deadline = Date.now() + timeMs
      while (now.readySince === null) {
        if (Date.now() > deadline)
          throw new Error(`no server is ready at ${url}: ${now.process?.output() ?? ends.at(-1)}`)
        await setTimeout(POLL_MS)
      }
    },
    close: async () => {
      now.isClosed = true
      now.process?.kill('SIGKILL')
      await running
    },
  }
}

/** The message of a line of the log, with that of its error; null where the line is no error. */
function errorIn(line: string): string | null {
  if (!line.startsWith('{')) return null
  const { data } = logLine.safeParse(JSON.parse(line))
  if (!data || data.level < ERROR_LEVEL) return null
  return data.err ? `${data.msg}: ${data.err.message}` : data.msg
}
