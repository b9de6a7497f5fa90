import { type ChildProcess, spawn } from 'node:child_process'
import { onTestFinished } from 'vitest'
import { PROJECT } from './project.ts'

export interface Run {
  readonly child: ChildProcess
  /** What it printed so far. */
  readonly output: () => { stdout: string; stderr: string }
  /** Resolves when it has ended, with its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
}

/**
 * Runs one of the project's scripts as its npm command does, with the given settings and no others, and input; null: its
 * input stays open.
 */
export function run(
  script: string,
  args: string[],
  env: Record<string, string> = {},
  input: string | null = '',
): Run {
  const child = spawn(process.execPath, ['scripts/run.js', script, ...args], {
    cwd: PROJECT,
    // Never the data folder of the project.
    env: { ...(env['INDEX_DIR'] !== undefined && { DATA_DIR: env['INDEX_DIR'] }), ...env },
    stdio: 'pipe',
  })
  if (input !== null) child.stdin.end(input)
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal ?? 0))
  })
  return { child, output: () => ({ stdout, stderr }), ended }
}

/** Runs `npm start`'s script until it is ready, on a free port unless `env` names one; killed when the test ends. */
export async function start(
  env: Record<string, string>,
  remove: (end: () => Promise<void>) => void = onTestFinished,
  args: string[] = [],
): Promise<Run & { url: string }> {
  const running = run('start', args, { PORT: '0', ...env })
  remove(async () => {
    running.child.kill('SIGKILL')
    await running.ended
  })
  const ready = /^\{.*"url":"([^"]+)".*"msg":"ready"\}$/m
  for (;;) {
    const { stdout, stderr } = running.output()
    const url = ready.exec(stdout)?.[1]
    if (url !== undefined) return { ...running, url }
    if (running.child.exitCode !== null) throw new Error(`it ended: ${stdout}${stderr}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
