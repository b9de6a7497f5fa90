import path from 'node:path'
import { freePort } from '../../free-port.ts'
import { DURABLE, type PostgresProcess, startPostgres } from '../../postgres-process.ts'
import type { Sandbox } from '../sandbox.ts'
import { build } from './builder.ts'
import { type SupervisedServer, superviseServer } from './supervised-server.ts'
import { type SlackSide, SLACK_SECRET, SLACK_TOKEN, startSlackSide } from './slack-side.ts'
import { runScriptProcess, type ScriptProcess } from './watched-process.ts'

/** How long servers may take to start on a machine that is busy, in ms. */
export const START_MS = 60_000

const INFERENCE_KEY = 'a-key-of-the-stress-run'

/** Two servers over one database, the models in a process of their own, and a Slack for each server. */
export interface Stage {
  readonly database: PostgresProcess
  readonly servers: readonly [SupervisedServer, SupervisedServer]
  /** What each server calls: so it is known which server posted a message. */
  readonly slack: readonly [SlackSide, SlackSide]
  /** The settings of a build. */
  readonly settings: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** Starts everything on a first index, and waits until both servers are ready. */
export async function startStage({
  settings: { DOCUMENTS_DIR, INDEX_DIR, DATA_DIR },
  folder,
}: Sandbox): Promise<Stage> {
  const closings: (() => Promise<void>)[] = []
  const close = async () => {
    for (const closing of closings.splice(0).toReversed()) await closing()
  }
  try {
    const database = await startPostgres(DURABLE)
    closings.push(() => database.close())
    const models = await startModels(folder)
    closings.push(models.close)
    const settings = {
      DATABASE_URL: database.url,
      DOCUMENTS_DIR,
      INDEX_DIR,
      DATA_DIR,
      INFERENCE_URL: models.url,
      INFERENCE_KEY,
    }
    const fault = await build(settings)
    if (fault !== null) throw new Error(`the first build failed: ${fault}`)
    const slack = [await startSlackSide(), await startSlackSide()] as const
    closings.push(async () => void (await Promise.all(slack.map((side) => side.close()))))
    const serve = async ({ url }: SlackSide): Promise<SupervisedServer> => {
      const port = String(await freePort())
      const server = superviseServer(`http://127.0.0.1:${port}`, {
        ...settings,
        PORT: port,
        RATE_LIMIT: '1000000',
        CONVERSATION_MAX_TURNS: '1000',
        SLACK_SIGNING_SECRET: SLACK_SECRET,
        SLACK_BOT_TOKEN: SLACK_TOKEN,
        SLACK_API_URL: url,
      })
      closings.push(() => server.close())
      return server
    }
    const servers = [await serve(slack[0]), await serve(slack[1])] as const
    await Promise.all(servers.map((server) => server.untilReady(START_MS)))
    return { database, servers, slack, settings, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Starts the models in a process of their own, so that a server starts within two seconds. */
async function startModels(folder: string): Promise<{ url: string; close: () => Promise<void> }> {
  const port = String(await freePort())
  const env = {
    PORT: port,
    API_KEYS: INFERENCE_KEY,
    INDEX_DIR: path.join(folder, 'none'),
  }
  let models: ScriptProcess | undefined
  await new Promise<void>((resolve, reject) => {
    const started = runScriptProcess('start', ['--inference-only'], env, (line) => {
      if (line.includes('"msg":"ready"')) resolve()
    })
    models = started
    void started.ended.then(() => reject(new Error(`the models ended: ${started.output()}`)))
  })
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      models?.kill('SIGKILL')
      await models?.ended
    },
  }
}
