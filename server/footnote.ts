import { setTimeout } from 'node:timers/promises'
import { buildIndex, type BuildProgress, type BuildResult } from '../index/build.ts'
import { type FolderState, folderState } from '../index/documents/folder-state.ts'
import { FootnoteError } from '../index/errors.ts'
import { type Inference, startInference } from '../index/inference/inference.ts'
import { type LiveIndex, openLiveIndex } from '../index/live-index.ts'
import { step } from '../index/steps.ts'
import type { IndexStorage } from '../index/storage/storage.ts'
import { signaturesWhenNeeded } from './access/signatures.ts'
import { signedLinks } from './access/signed-links.ts'
import { answerCache } from './answer/answer-cache.ts'
import { quoteUrl } from './answer/quote-url.ts'
import { warmUp } from './answer/warm-up.ts'
import { type Calibration, DEFAULT_MIN_CONFIDENCE } from './answer/confidence.ts'
import { CheckDesk } from './check/check-desk.ts'
import { Threshold } from './check/threshold.ts'
import { type Config, httpUrl } from './config.ts'
import { type DeskOptions, openDesk } from './desk/desk.ts'
import { engineOf } from './engine.ts'
import { loggedQuestions } from './conversation/logged-questions.ts'
import {
  type Ask,
  QuestionQueue,
  type QuestionQueueOptions,
} from './conversation/question-queue.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import { createOriginals } from './originals.ts'
import { outageLog } from './outage-log.ts'
import { type KeepingQuestions, keepQuestions } from './questions/questions.ts'
import { createService, type Service } from './service.ts'
import type { SlackBot } from './slack/bot.ts'
import type { SlackStore, State, WebhookStore } from './state/state.ts'
import { takeUpChanges } from './take-up-changes.ts'
import { verificationQueue } from './verification/verification-queue.ts'
import { VouchedAnswers } from './vouched/vouched-answers.ts'
import { VouchedMatching } from './vouched/vouched-matching.ts'
import { vouchingDesk } from './vouched/vouching.ts'
import type { Webhooks } from './webhooks/webhooks.ts'
import { proposalFinder } from './words/proposals.ts'
import { openWords } from './words/words.ts'

/** How long a stop waits for unanswered questions from Slack, in ms; the rest are answered after the next start, or by another server. */
const SLACK_GRACE_MS = 10_000

/** How often a server that has no index looks whether the build of another process has ended, in ms. */
const OTHER_BUILD_POLL_MS = 1000

export interface FootnoteOptions {
  readonly log: Log
  /** Models that are already loading; the caller closes them. Default: starts models, and `close` closes them. */
  readonly inference?: Promise<Inference>
  /**
   * Whether to build the index first: `if-changed` brings it up to date with the documents, `if-missing` builds it only
   * where there is none, and `never` opens it as it is.
   */
  readonly build: 'if-changed' | 'if-missing' | 'never'
  /** How changes of the documents folder are noticed, and the index brought up to date with them. Default: they are not. */
  readonly watch?: 'events' | 'poll' | 'nothing'
  /** Called while the index is built. */
  readonly onBuildProgress?: (progress: BuildProgress) => void
  /** Called when a build has ended, before the index is opened. If it throws, opening fails with that error. */
  readonly onBuilt?: (result: BuildResult) => void
  /** A state that is already open; the caller closes it. Default: the state in `dataDir`. */
  readonly state?: State
  /** How evidence becomes a confidence. Default: the product's own calibration. */
  readonly calibration?: Calibration
  /** Counts questions and lost model processes. Default: nothing is counted. */
  readonly metrics?: Metrics
  /** Whether a question is compared with every sentence. See `EmbeddedStorageOptions.exactSearch`. Default: false. */
  readonly exactSearch?: boolean
  /** Limits of the queue of questions; by default one question for each model process, and at least two, are answered at the same time. */
  readonly queue?: Partial<Pick<QuestionQueueOptions, 'concurrency' | 'maxWaiting' | 'timeLimitMs'>>
  /** Limits of uploads at the desk. Default: see `UploadLimits`. */
  readonly uploadLimits?: DeskOptions['uploadLimits']
}

/** The whole product, ready to answer. */
export interface Footnote {
  readonly service: Service
  /** Null where Slack is not configured. */
  readonly slack: SlackBot | null
  /** Makes the first question as fast as those after it. */
  warmUp(): Promise<void>
  /** Waits up to 10 s for unanswered questions from Slack, and 1 s for webhooks, then closes everything that was opened. */
  close(): Promise<void>
}

/**
 * Opens models, index, state, queue and Slack as the settings say, and connects them. Rejects with the error of the part
 * that could not be opened or built; the parts that were opened are then closed.
 */
export async function openFootnote(config: Config, options: FootnoteOptions): Promise<Footnote> {
  const opened = new OpenParts()
  try {
    const base = await openBase(config, options, opened)
    const service = await openService(config, options, base, opened)
    const { inference, index, state } = base
    const slack = await connectSlack(config, state.slack, service, options.log)
    if (slack) opened.add(() => stopSlack(slack))
    return {
      service,
      slack,
      warmUp: () => warmUp(index, { inference, minConfidence: DEFAULT_MIN_CONFIDENCE }),
      close: () => opened.close(),
    }
  } catch (error) {
    await opened.close()
    throw error
  }
}

/** What everything else works with. */
interface Base {
  readonly inference: Inference
  readonly index: LiveIndex
  readonly state: State
  /** Null where no webhooks are sent. */
  readonly webhooks: Webhooks | null
  /** What the documents folder was like before the index was built from it; null where that is not known. */
  readonly before: FolderState | null
}

/** Opens models, index and state, and begins to report and to take up changes of the documents. */
async function openBase(
  config: Config,
  options: FootnoteOptions,
  opened: OpenParts,
): Promise<Base> {
  const { log, metrics, exactSearch = false, watch = 'nothing' } = options
  const loading = options.inference ?? startInference(config.inference)
  // It is awaited below, after the index. Without this, an earlier failure would count as an unhandled rejection.
  loading.catch(() => {})
  if (!options.inference) {
    opened.add(() =>
      loading.then(
        (models) => models.close(),
        () => {},
      ),
    )
  }
  const engine = engineOf(config, { exactSearch, watcher: outageLog(log) })
  opened.add(() => engine.close())
  const { storage } = engine
  // The models load at the same time.
  const before = await buildIfNeeded(config, storage, loading, options)
  let webhooks: Webhooks | null = null
  const index = await openIndex(storage, log, () => webhooks?.indexChanged())
  opened.add(() => index.close())
  const state = options.state ?? (await step('open what people said', () => engine.openState()))
  if (!options.state) opened.add(() => state.close())
  const inference = await loading
  const stopListening = inference.onProcessFailure((err) => {
    metrics?.countLostProcess()
    log.warn({ err }, 'a model process or machine was lost; others do its work')
  })
  opened.add(async () => stopListening())
  const connected = await connectWebhooks(config, state.webhooks, index, log)
  if (connected) opened.add(() => connected.close())
  webhooks = connected
  if (watch !== 'nothing') {
    const watching = takeUpChanges(config, watch, before, { storage, index, inference, log })
    opened.add(() => watching.close())
  }
  return { inference, index, state, webhooks, before }
}

/** Connects the parts that answer, verify, and serve the desk. */
async function openService(
  config: Config,
  options: FootnoteOptions,
  { inference, index, state, webhooks, before }: Base,
  opened: OpenParts,
): Promise<Service> {
  const { log, metrics, watch = 'nothing' } = options
  const { audit, records } = state
  const answers = new VouchedAnswers(records)
  const vouching = vouchingDesk({ index, answers, audit })
  const threshold = new Threshold(state, config.minConfidence)
  const words = openWords(state)
  const cache = answerCache()
  const queue = new QuestionQueue({
    index,
    cache,
    vouched: new VouchedMatching(answers),
    words,
    inference,
    conversations: state.conversations,
    threshold,
    ...(options.calibration && { calibration: options.calibration }),
    concurrency: config.inference.processes + 1,
    ...options.queue,
  })
  const queued: Ask = (request, asking) => queue.ask(request, asking)
  const checks = new CheckDesk({ ask: queued, index, state, vouching, threshold, log })
  opened.add(() => checks.close())
  const desk = await openDesk({
    ...config,
    index,
    audit,
    log,
    isWatched: watch !== 'nothing',
    built: before && { folder: before, generation: index.generation },
    ...(options.uploadLimits && { uploadLimits: options.uploadLimits }),
  })
  opened.add(() => desk.close())
  const counted = metrics?.countQuestions(queued) ?? queued
  const reported = webhooks?.watchQuestions(counted) ?? counted
  const logged = config.logQuestions ? loggedQuestions(reported, log) : reported
  const feedback = webhooks?.watchFeedback(state.feedback) ?? state.feedback
  const keeping = await startKeeping(config, state, log)
  if (keeping) opened.add(() => keeping.close())
  const signatures = signaturesWhenNeeded(records)
  const { linkTtlMs } = config
  const linkTo = linkTtlMs === null ? quoteUrl : signedLinks(await signatures(), linkTtlMs)
  return createService({
    index,
    inference,
    state,
    cache,
    queue,
    ask: keeping?.recording(logged) ?? logged,
    verify: verificationQueue(index, inference, linkTo),
    feedbackWithin: (visible) => keeping?.judging(feedback, visible) ?? feedback,
    questions: keeping?.questions ?? null,
    desk,
    vouching,
    words,
    proposals: proposalFinder(),
    checks,
    originals: createOriginals(config.documentsDir),
    signatures,
    linkTo,
  })
}

/** Begins to keep questions. Where the settings say that none are kept, those that were kept before are forgotten. */
async function startKeeping(
  { keepQuestionsMs }: Config,
  { questions }: State,
  log: Log,
): Promise<KeepingQuestions | null> {
  if (keepQuestionsMs > 0) return keepQuestions(questions, log)
  await questions.forgetAll().catch((err: unknown) => {
    log.error({ err }, 'questions that were kept before cannot be removed')
  })
  return null
}

async function openIndex(
  storage: IndexStorage,
  log: Log,
  onServed: () => void,
): Promise<LiveIndex> {
  const logProblems = problemLogger(log)
  const index = await openLiveIndex({
    storage,
    onChange: (change) => {
      if ('error' in change) {
        const { error: err } = change
        return log.error({ err }, 'the published index cannot be loaded; it is tried again')
      }
      log.info(change, 'the index was loaded')
      onServed()
      // An index that cannot be read any more is reported to the next question.
      return void logProblems(index).catch(() => {})
    },
  })
  await logProblems(index)
  return index
}

/** Gives a function that logs each file that an index could not read, when it is new. */
function problemLogger(log: Log): (index: LiveIndex) => Promise<void> {
  let logged = new Set<string>()
  return async (index) => {
    const problems = await index.use((store) => store.problems())
    const lines = new Map(problems.map((problem) => [JSON.stringify(problem), problem]))
    for (const [line, { name, reason }] of lines) {
      if (!logged.has(line)) log.warn({ file: name, problem: reason }, 'a file could not be read')
    }
    logged = new Set(lines.keys())
  }
}

/**
 * Builds the index as `build` says. Gives what the folder was like before; null where the index may not be built from that.
 */
async function buildIfNeeded(
  { documentsDir, inference: models }: Config,
  storage: IndexStorage,
  loading: Promise<Inference>,
  { build, log, onBuildProgress, onBuilt }: FootnoteOptions,
): Promise<FolderState | null> {
  if (build === 'never') return null
  if (build === 'if-missing' && (await storage.served()) !== null) return null
  const before = await step('list the documents', () => folderState(documentsDir))
  const onProgress = onBuildProgress && { onProgress: onBuildProgress }
  const inference = () => loading
  for (let isWaiting = false; ; isWaiting = true) {
    try {
      const options = { documentsDir, storage, models, inference, isOpenedNext: true }
      const built = await buildIndex({ ...options, ...onProgress })
      onBuilt?.(built)
      return before
    } catch (error) {
      const isBuiltElsewhere = error instanceof FootnoteError && error.code === 'build-running'
      if (!isBuiltElsewhere || build === 'if-missing') throw error
      if (!isWaiting) log.warn(error.message)
      // The existing index is served. The index of the other process is loaded once it is published.
      if ((await storage.served()) !== null) return null
      if (!isWaiting) log.warn('there is no index yet; this server waits for the other build')
      await setTimeout(OTHER_BUILD_POLL_MS)
    }
  }
}

async function connectSlack(
  { slack, publicUrl, host, port }: Config,
  store: SlackStore,
  service: Service,
  log: Log,
): Promise<SlackBot | null> {
  if (!slack) return null
  const { startSlack } = await import('./slack/start-slack.ts')
  const url = publicUrl ?? httpUrl(host, port)
  return startSlack(slack, {
    service: service.within(slack.collections),
    store,
    publicUrl: url,
    log,
  })
}

async function connectWebhooks(
  { webhooks, publicUrl, host, port }: Config,
  store: WebhookStore,
  index: LiveIndex,
  log: Log,
): Promise<Webhooks | null> {
  if (!webhooks) return null
  const { createWebhooks } = await import('./webhooks/webhooks.ts')
  const url = publicUrl ?? httpUrl(host, port)
  const connected = createWebhooks(webhooks, { store, index, log, publicUrl: url })
  connected.indexChanged()
  return connected
}

/** Waits until all questions from Slack are answered, at most 10 s, and leaves the others to the next start or another server. */
async function stopSlack(slack: SlackBot): Promise<void> {
  await Promise.race([slack.idle(), setTimeout(SLACK_GRACE_MS, undefined, { ref: false })])
  await slack.stop()
}

/** The parts that are open. They are closed in the reverse order of opening. */
class OpenParts {
  readonly #closings: (() => Promise<void>)[] = []

  add(close: () => Promise<void>): void {
    this.#closings.push(close)
  }

  async close(): Promise<void> {
    for (const close of this.#closings.splice(0).toReversed()) await close()
  }
}
