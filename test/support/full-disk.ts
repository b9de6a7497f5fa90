import { execFileSync } from 'node:child_process'

/** Runs work as if the disk were full: no file that a process (this one by default) writes can grow beyond `bytes`. Linux only. */
export async function withFullDisk<T>(
  bytes: number,
  work: () => Promise<T>,
  pid = process.pid,
): Promise<T> {
  limitFiles(pid, String(bytes))
  try {
    return await work()
  } finally {
    limitFiles(pid, 'unlimited')
  }
}

function limitFiles(pid: number, bytes: string): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`])
}
