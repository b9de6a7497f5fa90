import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { composeServices, imageStage, words } from '../support/deployment.ts'
import { freePort } from '../../devtools/free-port.ts'
import { LINTERS } from '../support/linters.ts'
import { POSTGRES_URL, temporaryDatabase } from '../support/postgres.ts'
import { PROJECT } from '../support/project.ts'
import { startProxy } from '../support/proxy.ts'
import { temporaryFolder } from '../support/temporary.ts'

const services = composeServices({ POSTGRES_PASSWORD: 'secret' })
const ofImage = (name: string) => imageStage().find((one) => one.name === name)?.rest ?? ''
const START = words(ofImage('CMD'))
const HEALTHCHECK = words(/CMD (.*)$/.exec(ofImage('HEALTHCHECK'))?.[1] ?? '[]')
const QUESTION = 'why did Iran not oppose Kadhimi?'
const ANSWER = /^Iran, which supported al-Kadhimi's appointment/

/** Runs a command as a container would: in the project's folder, with these variables and no others. */
function run([name = '', ...args]: readonly string[], env: Record<string, string>) {
  const program = name === 'node' ? process.execPath : name
  const child = spawn(program, args, { cwd: PROJECT, env, stdio: 'ignore' })
  const ended = once(child, 'exit').then(([code]) => Number(code ?? -1))
  return { child, ended }
}

/** The variables of a service, with what is different on this machine. */
function variablesOf(service: string, here: Record<string, string>): Record<string, string> {
  return { ...services[service]?.environment, ...here }
}

/** Runs a server of compose.yaml until its own check says that it is ready. */
async function startServer(service: string, here: Record<string, string>) {
  const port = await freePort()
  const server = run(START, variablesOf(service, { ...here, PORT: String(port) }))
  onTestFinished(async () => {
    server.child.kill('SIGKILL')
    await server.ended
  })
  const [, ...check] = services[service]?.healthcheck?.test ?? []
  while ((await run(check, { PORT: String(port) }).ended) !== 0) {
    if (server.child.exitCode !== null) throw new Error(`${service} ended`)
    await setTimeout(200)
  }
  return { ...server, port, url: `http://127.0.0.1:${port}` }
}

async function ask(url: string, body: object) {
  const response = await fetch(`${url}/ask`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer: { conversationId: string; quotes: { text: string }[] } = JSON.parse(
    await response.text(),
  )
  return { status: response.status, ...answer }
}

/** Builds, and starts both servers. They have no folder that they could write to. */
async function startAll() {
  const nowhere = path.join(await temporaryFolder(), 'nowhere')
  const here = {
    DATABASE_URL: await temporaryDatabase(),
    INDEX_DIR: nowhere,
    DATA_DIR: nowhere,
  }
  const built = run(services['build']?.command ?? [], variablesOf('build', here))
  expect(await built.ended).toBe(0)
  const one = await startServer('server-1', here)
  const other = await startServer('server-2', here)
  return { one, other, nowhere }
}

describe('the check of the image', () => {
  test('fails where no server listens', async () => {
    expect(await run(HEALTHCHECK, { PORT: String(await freePort()) }).ended).toBe(1)
  })
})

/** Two servers start one after the other, each with the models: many times what that takes on an idle machine. */
const TIMEOUT_MS = 240_000

describe.skipIf(POSTGRES_URL === undefined)('the commands of compose.yaml', () => {
  test(
    'build an index and start two servers that share a conversation, also while one is stopped',
    { timeout: TIMEOUT_MS },
    async () => {
      const { one, other, nowhere } = await startAll()
      expect(await run(HEALTHCHECK, { PORT: String(one.port) }).ended).toBe(0)
      // Without the proxy, where it is not installed.
      const proxy = existsSync(`${LINTERS}/caddy`)
        ? await startProxy([one.port, other.port])
        : other.url

      const first = await ask(one.url, { question: QUESTION })
      expect(first.quotes[0]?.text).toMatch(ANSWER)
      const { conversationId } = first
      const second = await ask(other.url, { question: 'Who wrote this?', conversationId })
      expect(second).toMatchObject({ status: 200, conversationId })

      one.child.kill('SIGTERM')
      const third = await ask(proxy, { question: 'When was it published?', conversationId })
      expect(third).toMatchObject({ status: 200, conversationId })
      expect(await one.ended).toBe(0)
      const told = await fetch(`${proxy}/conversations/${conversationId}`)
      expect(await told.json()).toMatchObject({ turns: [{}, {}, {}] })
      expect(existsSync(nowhere)).toBe(false)
    },
  )
})
