import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { FootnoteError } from '../index/errors.ts'
import type { Questions } from './conversation/questions.ts'
import type { Service } from './service.ts'

/** What Prometheus is told. */
export interface Metrics {
  readonly contentType: string
  /** Everything that was counted, in Prometheus' text format. */
  text(): Promise<string>
  /** Counts a request; `route` is the pattern that its path matched, `seconds` what it took. */
  request(labels: { method: string; route: string; status: number }, seconds: number): void
  /** The same questions, counted by what became of them, and how long each stage took. */
  counted(questions: Questions): Questions
  /** Counts a model process that died or hung. */
  processLost(): void
}

/** From 1 ms to the time limit of a question, in seconds. */
const BUCKETS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1, 3, 10, 30]

/** Makes empty metrics. What is counted now, such as questions that wait, is read of `service` when it is asked for. */
export function createMetrics(service: () => Service | null): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })

  const requests = new Histogram({
    name: 'footnote_http_request_seconds',
    help: 'Requests, by route and status, and how long they took',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers,
  })
  const outcomes = new Counter({
    name: 'footnote_questions_total',
    help: 'Questions, over HTTP and in Slack, by what became of them',
    labelNames: ['outcome'],
    registers,
  })
  const stages = new Histogram({
    name: 'footnote_stage_seconds',
    help: 'How long each stage of answering took, of answers that were not kept from before',
    labelNames: ['stage'],
    buckets: BUCKETS,
    registers,
  })
  const lost = new Counter({
    name: 'footnote_model_processes_lost_total',
    help: 'Model processes that died or hung, and were replaced',
    registers,
  })
  const state = () => service()?.questions.state()
  const gauge = (name: string, help: string, read: () => number | undefined) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read() ?? 0)
      },
    })
  gauge('footnote_questions_waiting', 'Questions that wait', () => state()?.waiting)
  gauge('footnote_questions_running', 'Questions that are being answered', () => state()?.running)
  gauge('footnote_answers_kept', 'Answers that are kept', () => state()?.answers.kept)
  const found = new Counter({
    name: 'footnote_answers_found_total',
    help: 'Answers that were kept or on their way (hit), and others (miss)',
    labelNames: ['result'],
    registers: [],
    collect() {
      this.reset()
      this.inc({ result: 'hit' }, state()?.answers.hits ?? 0)
      this.inc({ result: 'miss' }, state()?.answers.misses ?? 0)
    },
  })
  const generations = new Gauge({
    name: 'footnote_index_info',
    help: '1 for the generation of the index that is served',
    labelNames: ['generation'],
    registers: [],
    collect() {
      this.reset()
      const generation = service()?.index.generation
      if (generation !== undefined) this.set({ generation }, 1)
    },
  })
  registry.registerMetric(found)
  registry.registerMetric(generations)

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    request: (labels, seconds) => requests.observe(labels, seconds),
    processLost: () => lost.inc(),
    counted: (questions) => ({
      ...questions,
      ask: async (...asked) => {
        try {
          const reply = await questions.ask(...asked)
          const { answered, timings } = reply.answer
          outcomes.inc({ outcome: answered ? 'answered' : 'refused' })
          for (const [stage, ms] of Object.entries(timings)) stages.observe({ stage }, ms / 1000)
          return reply
        } catch (error) {
          outcomes.inc({ outcome: error instanceof FootnoteError ? error.code : 'failed' })
          throw error
        }
      },
    }),
  }
}
