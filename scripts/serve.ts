import { setTimeout } from 'node:timers/promises'
import { FootnoteError } from '../index/errors.ts'
import type { Inference } from '../index/inference/inference.ts'
import { openLiveIndex } from '../index/live-index.ts'
import type { Config } from '../server/config.ts'
import { questionsInTurn } from '../server/conversation/questions.ts'
import { createApp } from '../server/http/app.ts'
import type { Service } from '../server/service.ts'
import { createLog } from '../server/log.ts'
import { loggedQuestions } from '../server/conversation/logged-questions.ts'
import { createMetrics } from '../server/metrics.ts'
import { serve } from '../server/serve.ts'
import { storageOf } from '../server/storage.ts'
import type { SlackBot } from '../server/slack/bot.ts'
import { openEmbeddedState } from '../server/state/embedded/embedded-state.ts'
import { buildWithProgress } from './build.ts'
import { describeBuild } from './command-line.ts'

/** How long what was taken of Slack may take when the server stops, in ms; what is left is answered after the next start. */
const GRACE = 10_000

/** Listens, brings the index up to date, and answers until the process is told to stop. */
export async function serveFootnote(config: Config, loading: Promise<Inference>): Promise<void> {
  const { minConfidence } = config
  const storage = storageOf(config)
  const log = createLog(config.logLevel)
  let service: Service | null = null
  let bot: SlackBot | null = null
  const slack = config.slack && { ...config.slack, bot: () => bot }
  const metrics = createMetrics(() => service)
  const app = createApp({ ...config, slack, log, metrics, service: () => service })
  // Listening comes first: a port that is in use is told before a long build, not after it.
  const server = await serve(app, config)
  const stop = async (signal: string) => {
    log.info({ signal }, 'stopping')
    await server.stop()
    await Promise.race([bot?.idle(), setTimeout(GRACE)])
    // The operating system takes the rest: the index is only read, and the models end with us.
    process.exit(0)
  }
  process.once('SIGTERM', (signal) => void stop(signal))
  process.once('SIGINT', (signal) => void stop(signal))

  const bringUpToDate = async () => {
    try {
      const built = await buildWithProgress(config, () => loading, { storage })
      if (built.problems.length > 0) console.error(describeBuild(built))
    } catch (error) {
      // What that build publishes is taken up when it is there.
      if (!(error instanceof FootnoteError) || error.code !== 'build-running') throw error
      log.warn(error.message)
    }
  }
  const openIndex = async () => {
    await bringUpToDate()
    return openLiveIndex({
      storage,
      onChange: (change) =>
        'error' in change
          ? log.error({ err: change.error }, 'the new index cannot be taken up; the old one stays')
          : log.info(change, 'a new index was taken up'),
    })
  }
  const [inference, index] = await Promise.all([loading, openIndex()])
  inference.onLoss((err) => {
    metrics.processLost()
    log.warn({ err }, 'a model process was lost; another takes its place')
  })
  const state = await openEmbeddedState({ ...config, legacyDir: config.indexDir })
  const { conversations, feedback } = state
  const concurrency = 2 * config.inference.processes
  const asked = questionsInTurn({ index, inference, conversations, minConfidence, concurrency })
  const counted = metrics.counted(asked)
  const questions = config.logQuestions ? loggedQuestions(counted, log) : counted
  service = { index, questions, conversations, feedback }
  if (config.slack) {
    // Loaded only where it is asked for: it would hold up every other start.
    const { startSlack } = await import('../server/slack/start-slack.ts')
    const publicUrl = config.publicUrl ?? server.url
    bot = await startSlack(config.slack, { service, memory: state.slack, publicUrl, log })
  }
  log.info({ url: server.url }, 'ready')
  if (process.stdout.isTTY) console.log(`\nFootnote answers on ${server.url}\n`)
}
