import { setTimeout } from 'node:timers/promises'
import type { Inference } from '../index/inference/inference.ts'
import { type StepCollector, step } from '../index/steps.ts'
import type { Config } from '../server/config.ts'
import { type Footnote, openFootnote } from '../server/footnote.ts'
import { createApp } from '../server/http/app.ts'
import { listen } from '../server/http/listen.ts'
import { createLog } from '../server/log.ts'
import { createMetrics } from '../server/metrics.ts'
import { showBuildProgress } from './build.ts'
import { exitWhenIdle } from './command-line.ts'

/** How long everything may take to close when the server stops, in ms: Slack's answers have 10 s of it, and webhooks 1 s. */
const CLOSING_MS = 12_000

/** Listens, brings the index up to date, and answers until the process is told to stop. Logs the steps of the start as details. */
export async function serveFootnote(
  config: Config,
  loading: Promise<Inference>,
  steps: StepCollector,
): Promise<void> {
  const log = createLog(config.logLevel)
  let footnote: Footnote | null = null
  const findService = () => footnote?.service ?? null
  const metrics = createMetrics(findService)
  const slack = config.slack && {
    signingSecret: config.slack.signingSecret,
    bot: () => footnote?.slack ?? null,
  }
  const app = createApp({ ...config, slack, log, metrics, findService })
  // Listening comes before the build, so that a port in use is reported at once, and not after minutes.
  const server = await step('listen', () => listen(app, config))
  const stop = async (signal: string) => {
    log.info({ signal }, 'stopping')
    await server.stop()
    await Promise.race([footnote?.close(), setTimeout(CLOSING_MS)])
    // The model processes end with this one.
    await exitWhenIdle()
  }
  process.once('SIGTERM', (signal) => void stop(signal))
  process.once('SIGINT', (signal) => void stop(signal))

  const progress = showBuildProgress()
  const publicUrl = config.publicUrl ?? server.url
  footnote = await openFootnote(
    { ...config, publicUrl },
    {
      log,
      metrics,
      inference: loading,
      build: 'if-changed',
      watch: config.watch ?? (process.stdout.isTTY ? 'events' : 'nothing'),
      onBuildProgress: progress.update,
      onBuilt: progress.stop,
    },
  ).finally(progress.stop)
  log.debug(
    { startedAt: performance.timeOrigin, steps: steps.stop() },
    'the start took these steps',
  )
  log.info({ url: server.url }, 'ready')
  void footnote.warmUp()
  if (process.stdout.isTTY) console.log(`\nFootnote answers on ${server.url}\n`)
}
