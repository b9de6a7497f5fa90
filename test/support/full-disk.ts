import { execFileSync } from 'node:child_process'

/** Runs work as if the disk were full: no file that this process writes can grow beyond `bytes`. Linux only. */
export async function withFullDisk<T>(bytes: number, work: () => Promise<T>): Promise<T> {
  limitFiles(String(bytes))
  try {
    return await work()
  } finally {
    limitFiles('unlimited')
  }
}

function limitFiles(bytes: string): void {
  execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:unlimited`])
}
