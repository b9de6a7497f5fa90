import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { Step } from '../index/steps.ts'

const PROJECT = fileURLToPath(new URL('..', import.meta.url))
const READY_LOG_LINE = /"url":"([^"]+)".*"msg":"ready"/
const STEPS_LOG_LINE = /^.*"msg":"the start took these steps".*$/m
const READY_POLL_MS = 10

const stepsLogged = z.object({
  startedAt: z.number(),
  steps: z.array(z.object({ name: z.string(), startMs: z.number(), endMs: z.number() })),
})

/** One of the processes that a command started. */
export interface RunningProcess {
  readonly pid: number
  readonly command: string
  /** Resident memory. */
  readonly memoryBytes: number
}

/** Footnote as a user runs it, with `npm start`. */
export interface FootnoteProcess {
  readonly url: string
  /** From the start of the command to the first successful response of `/ready`. */
  readonly readyAfterMs: number
  /** The steps of the start, in ms since the start of the command; none unless LOG_LEVEL is `debug`. */
  readonly steps: readonly Step[]
  /** The command and all of its descendants. */
  processes(): Promise<RunningProcess[]>
  /** Resident memory of all these processes together. */
  memoryBytes(): Promise<number>
  /** The same with each page that processes share counted once, on Linux; elsewhere null. */
  memorySharedOnceBytes(): Promise<number | null>
  /** Sends SIGTERM and waits for the exit. May be called more than once. */
  stop(): Promise<void>
}

/**
 * Runs `npm start` on a free port, with `env` as its only settings, and waits until it is ready.
 * Throws with the command's output if it exits before that.
 */
export async function startFootnote(
  env: Readonly<Record<string, string>>,
): Promise<FootnoteProcess> {
  const startedAt = performance.now()
  const commandAt = performance.timeOrigin + startedAt
  const child = spawn('npm', ['start'], {
    cwd: PROJECT,
    env: { PATH: process.execPath.replace(/[^/]+$/, '') + ':/usr/bin:/bin', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const { url, output } = await readUntilReady(child)
  await untilReady(url)
  const readyAfterMs = performance.now() - startedAt
  const processes = () => processTree(child.pid ?? 0)
  return {
    url,
    readyAfterMs,
    steps: stepsIn(output, commandAt),
    processes,
    memoryBytes: async () =>
      (await processes()).reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
    async memorySharedOnceBytes() {
      const parts = await Promise.all((await processes()).map(({ pid }) => proportionalBytes(pid)))
      return parts.reduce((sum, part) => (sum === null || part === null ? null : sum + part), 0)
    },
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

/** Reads the log until the line that says that the server is ready; gives the address in it. */
async function readUntilReady(child: ChildProcess): Promise<{ url: string; output: string }> {
  let output = ''
  for await (const chunk of child.stdout ?? []) {
    output += String(chunk)
    const url = READY_LOG_LINE.exec(output)?.[1]
    if (url !== undefined) {
      // Nobody reads the rest of the log, but the pipe must not fill up.
      child.stdout?.resume()
      return { url, output }
    }
  }
  throw new Error(`npm start exited before it was ready: ${output}`)
}

/** The steps that a log has, in ms since `commandAt`, which is in ms since 1970. */
function stepsIn(output: string, commandAt: number): Step[] {
  const line = STEPS_LOG_LINE.exec(output)
  if (!line) return []
  const { startedAt, steps } = stepsLogged.parse(JSON.parse(line[0]))
  const later = startedAt - commandAt
  return [
    { name: 'npm', startMs: 0, endMs: later },
    ...Array.from(steps, ({ name, startMs, endMs }) => ({
      name,
      startMs: startMs + later,
      endMs: endMs + later,
    })),
  ]
}

async function untilReady(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/ready`)
    await response.arrayBuffer()
    if (response.ok) return
    await setTimeout(READY_POLL_MS)
  }
}

/** The memory of a process, with its share of the pages that it shares; null where the system does not tell. */
async function proportionalBytes(pid: number): Promise<number | null> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
  const kibibytes = /^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1]
  return kibibytes === undefined ? null : Number(kibibytes) * 1024
}

async function processTree(rootPid: number): Promise<RunningProcess[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'pid=,ppid=,rss=,args='])
  const tree = new Map<number, RunningProcess>()
  // Process ids grow, so a parent is listed before its children. They wrap around, but not within a
  // short run.
  for (const line of stdout.split('\n')) {
    const [, pid, parentPid, kibibytes, command = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    if (Number(pid) !== rootPid && !tree.has(Number(parentPid))) continue
    tree.set(Number(pid), { pid: Number(pid), command, memoryBytes: Number(kibibytes) * 1024 })
  }
  return [...tree.values()]
}
