import { setTimeout } from 'node:timers/promises'
import { buildIndex, type BuildProgress, type BuildResult } from '../index/build.ts'
import { FootnoteError } from '../index/errors.ts'
import { indexFingerprint } from '../index/fingerprint.ts'
import { type Inference, startInference } from '../index/inference/inference.ts'
import { type LiveIndex, openLiveIndex } from '../index/live-index.ts'
import { currentGeneration } from '../index/storage/embedded/generations.ts'
import { openStore } from '../index/storage/embedded/sqlite-store.ts'
import { answerCache } from './answer/answer-cache.ts'
import type { Config } from './config.ts'
import { type Conversations, openConversations } from './conversation/conversations.ts'
import { loggedQuestions } from './conversation/logged-questions.ts'
import { QuestionQueue, type QuestionQueueOptions } from './conversation/question-queue.ts'
import { type FeedbackStore, openFeedback } from './feedback/feedback.ts'
import type { Log } from './log.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { createService, type Service } from './service.ts'
import type { SlackBot } from './slack/bot.ts'
import type { SlackMemory } from './slack/memory.ts'

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
  /** Keeps conversations and feedback in memory instead of on disk. Default: false. */
  readonly inMemory?: boolean
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
    inference.onLoss((err) => {
      metrics.processLost()
      log.warn({ err }, 'a model process was lost; another takes its place')
    })
    const state = await openState(config, options)
    opened.add(() => state.close())
    const { conversations, feedback, slack: memory } = state

    const cache = answerCache()
    const queue = new QuestionQueue({
      index,
      cache,
      inference,
      conversations,
      minConfidence: config.minConfidence,
      concurrency: 2 * config.inference.processes,
      ...options.queue,
    })
    const counted = metrics.counted((request, asking) => queue.ask(request, asking))
    const ask = config.logQuestions ? loggedQuestions(counted, log) : counted
    const service = createService({ index, conversations, feedback, cache, queue, ask })

    const slack = memory && (await connectSlack(config, memory, service, log))
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
  const { indexDir } = config
  const verified = await buildIfNeeded(config, loading, options)
  const fingerprint = await indexFingerprint(config.inference)
  return openLiveIndex({
    indexDir,
    open: () => openStore(indexDir, fingerprint, verified),
    onChange: (change) =>
      'error' in change
        ? options.log.error(
            { err: change.error },
            'the new index cannot be taken up; the old one stays',
          )
        : options.log.info(change, 'a new index was taken up'),
  })
}

/** Gives the generation that the build compared with its digest, which need not be compared again; null where there is none. */
async function buildIfNeeded(
  { documentsDir, indexDir, inference: models }: Config,
  loading: Promise<Inference>,
  { build, log, onBuildProgress, onBuilt }: FootnoteOptions,
): Promise<string | null> {
  if (build === 'never') return null
  if (build === 'if-missing' && (await currentGeneration(indexDir)) !== null) return null
  try {
    const onProgress = onBuildProgress && { onProgress: onBuildProgress }
    const inference = () => loading
    const built = await buildIndex({ documentsDir, indexDir, models, inference, ...onProgress })
    onBuilt?.(built)
    return built.verified
  } catch (error) {
    const isBuiltElsewhere = error instanceof FootnoteError && error.code === 'build-running'
    if (!isBuiltElsewhere || build === 'if-missing') throw error
    // The index that is there is served, and what the other process builds is taken up once it is published.
    log.warn(error.message)
    return null
  }
}

interface State {
  readonly conversations: Conversations
  readonly feedback: FeedbackStore
  /** Null where Slack is not configured. */
  readonly slack: SlackMemory | null
  close(): Promise<void>
}

async function openState(config: Config, { inMemory = false }: FootnoteOptions): Promise<State> {
  const place = (file: string) => (inMemory ? ':memory:' : file)
  const file = place(config.conversations.file)
  const conversations = openConversations({ ...config.conversations, file })
  const feedback = openFeedback(place(config.feedbackFile))
  // Code for Slack is loaded only where Slack is configured: it would hold up every other start.
  const slack =
    config.slack && (await import('./slack/memory.ts')).openSlackMemory(place(config.slack.file))
  const close = async () => {
    await Promise.all([conversations.close(), feedback.close(), slack?.close()])
  }
  return { conversations, feedback, slack, close }
}

async function connectSlack(
  { slack, publicUrl, host, port }: Config,
  memory: SlackMemory,
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
