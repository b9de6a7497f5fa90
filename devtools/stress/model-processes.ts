import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { RunningProcess } from '../footnote-process.ts'

const MODEL_PROGRAM = /inference-process\.js/

/** The processes of a server that run the models. */
export function modelProcesses(processes: readonly RunningProcess[]): RunningProcess[] {
  return processes.filter(({ command }) => MODEL_PROGRAM.test(command))
}

/**
 * Whether a process still runs. A zombie, which only waits for its parent to collect it, does not.
 */
export async function isRunning(pid: number): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=', '-p', String(pid)])
    return !stdout.trim().startsWith('Z')
  } catch {
    // ps fails where there is no such process.
    return false
  }
}
