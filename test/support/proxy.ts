import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { freePort } from '../../devtools/free-port.ts'
import { LINTERS } from './linters.ts'
import { PROJECT } from './project.ts'
import { temporaryFolder } from './temporary.ts'

/** Runs the proxy with the shipped configuration in front of servers on this machine until the test ends. Gives its address. */
export async function startProxy(ports: readonly number[]): Promise<string> {
  const port = await freePort()
  const folder = await temporaryFolder()
  const child = spawn(
    path.join(LINTERS, 'caddy'),
    ['run', '--config', 'deploy/Caddyfile', '--adapter', 'caddyfile'],
    {
      cwd: PROJECT,
      stdio: 'ignore',
      env: {
        XDG_DATA_HOME: folder,
        XDG_CONFIG_HOME: folder,
        SITE_ADDRESS: `:${port}`,
        SERVERS: ports.map((server) => `127.0.0.1:${server}`).join(' '),
      },
    },
  )
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  const url = `http://127.0.0.1:${port}`
  while (!(await fetch(url).catch(() => null))) await setTimeout(50)
  return url
}
