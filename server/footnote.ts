import { setTimeout } from 'node:timers/promises'
import { buildIndex, type BuildProgress, type BuildResult } from '../index/build.ts'
import { FootnoteError } from '../index/errors.ts'
import { type Inference, startInference } from '../index/inference/inference.ts'
import { type LiveIndex, openLiveIndex } from '../index/live-index.ts'
import type { IndexStorage } from '../index/storage/storage.ts'
import { answerCache } from './answer/answer-cache.ts'
import type { Calibration } from './answer/confidence.ts'
import type { Config } from './config.ts'
import { loggedQuestions } from './conversation/logged-questions.ts'
import { QuestionQueue, type QuestionQueueOptions } from './conversation/question-queue.ts'
import type { Log } from './log.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { createService, type Service } from './service.ts'
import type { SlackBot } from './slack/bot.ts'
import { openEmbeddedState } from './state/embedded/embedded-state.ts'
import type { SlackStore, State } from './state/state.ts'
import { storageOf } from './storage.ts'

/** How long a stop waits for answers that Slack is owed, in ms; what is left is answered after the next start. */
const SLACK_GRACE_MS = 10_000

export interface FootnoteOptions {
  readonly log: Log
  /** Models that are loading already; the caller closes them. Default: models of its own, which `close` closes. */
  readonly inference?: Promise<Inference>
  /**
   * When to build the index first: `if-changed` brings it up to date with the documents, `if-missing` builds it only
   * where there is none, and `never` takes it as it is.
   */
  readonly build: 'if-changed' | 'if-missing' | 'never'
  /** Called while the index is built. */
  readonly onBuildProgress?: (progress: BuildProgress) => void
  /** Called when a build has ended, before the index is opened; what it throws ends the opening. */
  readonly onBuilt?: (result: BuildResult) => void
  /** A state that is open already; the caller closes it. Default: the one that the settings name. */
  readonly state?: State
  /** How evidence becomes a confidence. Default: the product's own calibration. */
  readonly calibration?: Calibration
  /** Counts questions and lost model processes. Default: metrics that nobody reads. */
  readonly metrics?: Metrics
  /** Limits of the queue of questions; by default two questions for each model process are answered at the same time. */
  readonly queue?: Partial<Pick<QuestionQueueOptions, 'concurrency' | 'maxWaiting' | 'timeLimitMs'>>
}

/** The whole product, ready to answer. */
export interface Footnote {
  readonly service: Service
  /** Null where Slack is not configured. */
  readonly slack: SlackBot | null
  /** Waits up to 10 s for answers that Slack is owed, then closes everything that was opened. */
  close(): Promise<void>
}

/**
 * Opens everything that questions are answered with, as the settings say: models, index, state, queue and Slack. Throws
 * what starting the models, building and opening the index, and opening the state throw; what was opened is then closed.
 */
export async function openFootnote(config: Config, options: FootnoteOptions): Promise<Footnote> {
  const { log, metrics = createMetrics(() => null) } = options
  const opened = new Opened()
  try {
    const loading = options.inference ?? startInference(config.inference)
    // Awaited below, after the index; until then its failure is not unhandled.
    loading.catch(() => {})
    if (!options.inference) {
      opened.add(() =>
        loading.then(
          (models) => models.close(),
          () => {},
        ),
      )
    }
    // The models load meanwhile.
    const index = await openIndex(config, loading, options)
    opened.add(() => index.close())
    const inference = await loading
    const stopListening = inference.onProcessFailure((err) => {
      metrics.processLost()
      log.warn({ err }, 'a model process was lost; another takes its place')
    })
    opened.add(async () => stopListening())
    const state =
      options.state ?? (await openEmbeddedState({ ...config, legacyDir: config.indexDir }))
    if (!options.state) opened.add(() => state.close())
    const { conversations, feedback, slack: memory } = state

    const cache = answerCache()
    const queue = new QuestionQueue({
      index,
      cache,
      inference,
      conversations,
      minConfidence: config.minConfidence,
      ...(options.calibration && { calibration: options.calibration }),
      concurrency: 2 * config.inference.processes,
      ...options.queue,
    })
    const counted = metrics.counted((request, asking) => queue.ask(request, asking))
    const ask = config.logQuestions ? loggedQuestions(counted, log) : counted
    const service = createService({ index, conversations, feedback, cache, queue, ask })

    const slack = await connectSlack(config, memory, service, log)
    if (slack) opened.add(() => settled(slack))
    return { service, slack, close: () => opened.close() }
  } catch (error) {
    await opened.close()
    throw error
  }
}

async function openIndex(
  config: Config,
  loading: Promise<Inference>,
  options: FootnoteOptions,
): Promise<LiveIndex> {
  const storage = storageOf(config)
  await buildIfNeeded(config, storage, loading, options)
  return openLiveIndex({
    storage,
    onChange: (change) =>
      'error' in change
        ? options.log.error(
            { err: change.error },
            'the new index cannot be taken up; the old one stays',
          )
        : options.log.info(change, 'a new index was taken up'),
  })
}

async function buildIfNeeded(
  { documentsDir, inference: models }: Config,
  storage: IndexStorage,
  loading: Promise<Inference>,
  { build, log, onBuildProgress, onBuilt }: FootnoteOptions,
): Promise<void> {
  if (build === 'never') return
  if (build === 'if-missing' && (await storage.served()) !== null) return
  try {
    const onProgress = onBuildProgress && { onProgress: onBuildProgress }
    const inference = () => loading
    const built = await buildIndex({ documentsDir, storage, models, inference, ...onProgress })
    onBuilt?.(built)
  } catch (error) {
    const isBuiltElsewhere = error instanceof FootnoteError && error.code === 'build-running'
    if (!isBuiltElsewhere || build === 'if-missing') throw error
    // The index that is there is served, and what the other process builds is taken up once it is published.
    log.warn(error.message)
  }
}

async function connectSlack(
  { slack, publicUrl, host, port }: Config,
  memory: SlackStore,
  service: Service,
  log: Log,
): Promise<SlackBot | null> {
  if (!slack) return null
  const { startSlack } = await import('./slack/start-slack.ts')
  const url = publicUrl ?? `http://${host}:${port}`
  return startSlack(slack, { service, memory, publicUrl: url, log })
}

/** Resolves when Slack's questions are answered, or after 10 s. */
async function settled(slack: SlackBot): Promise<void> {
  await Promise.race([slack.idle(), setTimeout(SLACK_GRACE_MS, undefined, { ref: false })])
}

/** What is open, to be closed in the opposite order. */
class Opened {
  readonly #closings: (() => Promise<void>)[] = []

  add(close: () => Promise<void>): void {
    this.#closings.push(close)
  }

  async close(): Promise<void> {
    for (const close of this.#closings.splice(0).toReversed()) await close()
  }
}
