import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const PROJECT = fileURLToPath(new URL('..', import.meta.url))
const READY_LOG_LINE = /"url":"([^"]+)".*"msg":"ready"/
const READY_POLL_MS = 10

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
  /** The command and all of its descendants. */
  processes(): Promise<RunningProcess[]>
  /** Resident memory of all these processes together. */
  memoryBytes(): Promise<number>
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
  const child = spawn('npm', ['start'], {
    cwd: PROJECT,
    env: { PATH: process.execPath.replace(/[^/]+$/, '') + ':/usr/bin:/bin', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const url = await readUrl(child)
  await untilReady(url)
  const readyAfterMs = performance.now() - startedAt
  const processes = () => processTree(child.pid ?? 0)
  return {
    url,
    readyAfterMs,
    processes,
    memoryBytes: async () =>
      (await processes()).reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

/** Reads the server's address from the log line that says that it is ready. */
async function readUrl(child: ChildProcess): Promise<string> {
  let output = ''
  for await (const chunk of child.stdout ?? []) {
    output += String(chunk)
    const url = READY_LOG_LINE.exec(output)?.[1]
    if (url !== undefined) {
      // Nobody reads the rest of the log, but the pipe must not fill up.
      child.stdout?.resume()
      return url
    }
  }
  throw new Error(`npm start exited before it was ready: ${output}`)
}

async function untilReady(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/ready`)
    await response.arrayBuffer()
    if (response.ok) return
    await setTimeout(READY_POLL_MS)
  }
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
