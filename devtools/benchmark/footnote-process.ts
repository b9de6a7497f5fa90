import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const PROJECT = fileURLToPath(new URL('../..', import.meta.url))
const READY = /"url":"([^"]+)".*"msg":"ready"/

/** One of the processes of a command. */
export interface RunningProcess {
  readonly pid: number
  readonly command: string
  /** Resident, in bytes. */
  readonly memory: number
}

/** Footnote as a user runs it. */
export interface FootnoteProcess {
  readonly url: string
  /** From the start of the command to the first `/ready` that says so, in ms. */
  readonly readyAfter: number
  /** The command and every process below it. */
  processes(): Promise<RunningProcess[]>
  /** Resident memory of all of them, in bytes. */
  memory(): Promise<number>
  /** Ends it; more than once is as good as once. */
  stop(): Promise<void>
}

/** Runs `npm start` on a free port and waits until it is ready. */
export async function startFootnote(env: Record<string, string>): Promise<FootnoteProcess> {
  const started = performance.now()
  const child = spawn('npm', ['start'], {
    cwd: PROJECT,
    env: { PATH: process.execPath.replace(/[^/]+$/, '') + ':/usr/bin:/bin', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const url = await readUrl(child)
  for (;;) {
    const response = await fetch(`${url}/ready`)
    await response.arrayBuffer()
    if (response.ok) break
    await setTimeout(10)
  }
  const readyAfter = performance.now() - started
  const processes = () => family(child.pid ?? 0)
  return {
    url,
    readyAfter,
    processes,
    memory: async () => (await processes()).reduce((sum, { memory }) => sum + memory, 0),
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function readUrl(child: ChildProcess): Promise<string> {
  let output = ''
  for await (const chunk of child.stdout ?? []) {
    output += String(chunk)
    const url = READY.exec(output)?.[1]
    if (url !== undefined) {
      // What it logs from here on is nobody's, but must not fill the pipe.
      child.stdout?.resume()
      return url
    }
  }
  throw new Error(`npm start ended: ${output}`)
}

async function family(root: number): Promise<RunningProcess[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'pid=,ppid=,rss=,args='])
  const members = new Map<number, RunningProcess>()
  // Parents come before their children: pids grow, but for a wrap that a short run does not see.
  for (const line of stdout.split('\n')) {
    const [, pid, parent, kilobytes, command = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    if (Number(pid) !== root && !members.has(Number(parent))) continue
    members.set(Number(pid), { pid: Number(pid), command, memory: Number(kilobytes) * 1024 })
  }
  return [...members.values()]
}
