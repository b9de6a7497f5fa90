import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { RunningProcess } from '../benchmark/footnote-process.ts'

const MODELS = /inference-process\.js/

/** Those of a server's processes that the models are in. */
export function modelProcesses(processes: readonly RunningProcess[]): RunningProcess[] {
  return processes.filter(({ command }) => MODELS.test(command))
}

/** Whether a process still runs; what only waits to be noticed by its parent does not. */
export async function isRunning(pid: number): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=', '-p', String(pid)])
    return !stdout.trim().startsWith('Z')
  } catch {
    // ps knows no such process.
    return false
  }
}
