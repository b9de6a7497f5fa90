import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url))

/** How much of the output of a process is kept, in UTF-16 code units. */
const MAX_OUTPUT = 20_000

/** A script of this project that runs in a process of its own, without npm between, so that a signal reaches it. */
export interface ScriptProcess {
  /** The end of what it has printed. */
  output(): string
  /** Resolves when it has ended, with its exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>
  /** Sends a signal. */
  kill(signal: NodeJS.Signals): void
}

/** Runs a script with `env` as its only settings. `onLine` is called with each line that it prints. */
export function runScriptProcess(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  onLine: (line: string) => void = () => {},
): ScriptProcess {
  const child = spawn(process.execPath, ['scripts/run.js', script, ...args], {
    cwd: PROJECT,
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    let rest = ''
    stream.on('data', (chunk: Buffer) => {
      const text = chunk.toString()
      output = (output + text).slice(-MAX_OUTPUT)
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) onLine(line)
    })
  }
  return { output: () => output, ended: ending(child), kill: (signal) => void child.kill(signal) }
}

async function ending(child: ChildProcess): Promise<number | null> {
  await once(child, 'close')
  return child.exitCode
}
