import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { FootnoteError } from '../index/errors.ts'
import type { Ask } from './conversation/question-queue.ts'
import type { Service } from './service.ts'

/** The metrics of the server, for Prometheus. */
export interface Metrics {
  readonly contentType: string
  /** All metrics in Prometheus' text format. */
  text(): Promise<string>
  /** Counts a request that took `seconds`; `route` is the pattern that its path matched. */
  countRequest(labels: { method: string; route: string; status: number }, seconds: number): void
  /** Wraps `ask`: counts each question by its outcome, and records how long each stage took. */
  countQuestions(ask: Ask): Ask
  /** Counts a model process that died or hung, or a machine with models that was lost. */
  countLostProcess(): void
}

/** The upper bounds of the histogram buckets: from 1 ms to 30 s, the time limit of a question. */
const BUCKETS_SECONDS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1, 3, 10, 30]

/**
 * Creates empty metrics. Gauges, such as the number of waiting questions, are read from the service whenever the metrics
 * are collected; they are 0 until `findService` gives one.
 */
export function createMetrics(findService: () => Service | null): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })

  const requests = new Histogram({
    name: 'footnote_http_request_seconds',
    help: 'Requests, by route and status, and how long they took',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS_SECONDS,
    registers,
  })
  const outcomes = new Counter({
    name: 'footnote_questions_total',
    help: 'Questions over HTTP and in Slack, by outcome',
    labelNames: ['outcome'],
    registers,
  })
  const stages = new Histogram({
    name: 'footnote_stage_seconds',
    help: 'How long each stage of answering took, without answers from the cache',
    labelNames: ['stage'],
    buckets: BUCKETS_SECONDS,
    registers,
  })
  const processLosses = new Counter({
    name: 'footnote_model_processes_lost_total',
    help: 'Model processes that died or hung and were replaced, and machines with models that were lost',
    registers,
  })
  const status = () => findService()?.status()
  const gauge = (name: string, help: string, read: () => number | undefined) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read() ?? 0)
      },
    })
  gauge('footnote_questions_waiting', 'Questions that wait', () => status()?.questions.waiting)
  gauge(
    'footnote_questions_running',
    'Questions that are being answered',
    () => status()?.questions.running,
  )
  gauge('footnote_answers_kept', 'Answers in the cache', () => status()?.answers.kept)
  const cacheLookups = new Counter({
    name: 'footnote_answers_found_total',
    help: 'Answers that were cached or already being computed (hit), and others (miss)',
    labelNames: ['result'],
    registers: [],
    collect() {
      this.reset()
      this.inc({ result: 'hit' }, status()?.answers.hits ?? 0)
      this.inc({ result: 'miss' }, status()?.answers.misses ?? 0)
    },
  })
  const generations = new Gauge({
    name: 'footnote_index_info',
    help: '1 for the generation of the index that is served',
    labelNames: ['generation'],
    registers: [],
    collect() {
      this.reset()
      const generation = status()?.generation
      if (generation !== undefined) this.set({ generation }, 1)
    },
  })
  registry.registerMetric(cacheLookups)
  registry.registerMetric(generations)

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    countRequest: (labels, seconds) => requests.observe(labels, seconds),
    countLostProcess: () => processLosses.inc(),
    countQuestions: (ask) => async (request, options) => {
      try {
        const reply = await ask(request, options)
        const { answered, timings } = reply.answer
        outcomes.inc({ outcome: answered ? 'answered' : 'refused' })
        for (const [stage, ms] of Object.entries(timings)) stages.observe({ stage }, ms / 1000)
        return reply
      } catch (error) {
        outcomes.inc({ outcome: error instanceof FootnoteError ? error.code : 'failed' })
        throw error
      }
    },
  }
}
