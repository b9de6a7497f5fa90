import { createParser } from 'eventsource-parser'
import type { Config } from '../../server/config.ts'
import { openFootnote } from '../../server/footnote.ts'
import { createApp } from '../../server/http/app.ts'
import { listen } from '../../server/http/listen.ts'
import { createLog } from '../../server/log.ts'
import type { Service } from '../../server/service.ts'
import { openTemporaryState } from '../../server/state/embedded/embedded-state.ts'
import { decimal, type Figure, ms, shown } from '../measurements/figures.ts'
import type { Measure } from '../measures.ts'
import { sampleQuestion } from '../sample-questions.ts'
import { percentile } from '../statistics.ts'

/** How many answered questions are measured. */
const QUESTIONS = 60

/**
 * The times of one question, in ms. It is asked three times, each with another `maxQuotes` from 1 to 3: the models do the
 * same work for all of them, and none is in the answer cache.
 */
interface QuestionTimes {
  /** Asked of the service itself: until the quotes are certain, and until the reply. */
  readonly certainMs: number
  readonly directMs: number
  /** Asked over HTTP, as JSON. */
  readonly plainMs: number
  /** Asked over HTTP, as events: until the first one, the first quote, and the end. */
  readonly firstEventMs: number
  readonly firstQuoteMs: number
  readonly endMs: number
}

/**
 * Measures the times of an answer as events and of an answer as JSON, both over HTTP, against the same question asked of the
 * service in this process. Questions that nothing answers have no quote, and are left out. `firstQuestion` is the number of the
 * first sample question.
 */
export async function measureStreaming(config: Config, firstQuestion: number): Promise<Measure[]> {
  const log = createLog('silent')
  const state = await openTemporaryState(config)
  const settings = { ...config, slack: null, webhooks: null }
  const footnote = await openFootnote(settings, { log, state, build: 'if-missing' })
  const { service } = footnote
  const app = createApp({
    findService: () => service,
    log,
    host: '127.0.0.1',
    allowedOrigins: [],
    apiKeys: [],
    requestsPerMinute: 0,
  })
  const server = await listen(app, { host: '127.0.0.1', port: 0 })
  try {
    const times: QuestionTimes[] = []
    for (let number = firstQuestion; times.length < QUESTIONS; number += 1) {
      const asked = await timesOfQuestion(service, server.url, number)
      if (Number.isFinite(asked.firstQuoteMs)) times.push(asked)
    }
    return measuresOf(times)
  } finally {
    await server.stop()
    await footnote.close()
    await state.close()
  }
}

/** Asks in the three ways, in an order that changes with the number of the question. */
async function timesOfQuestion(
  service: Service,
  url: string,
  number: number,
): Promise<QuestionTimes> {
  const question = sampleQuestion(number)
  const ways = [
    (maxQuotes: number) => askDirectly(service, question, maxQuotes),
    (maxQuotes: number) => askPlainly(url, question, maxQuotes),
    (maxQuotes: number) => askForEvents(url, question, maxQuotes),
  ]
  const times: QuestionTimes = {
    certainMs: NaN,
    directMs: NaN,
    plainMs: NaN,
    firstEventMs: NaN,
    firstQuoteMs: NaN,
    endMs: NaN,
  }
  for (let turn = 0; turn < ways.length; turn += 1) {
    Object.assign(times, await ways[(number + turn) % ways.length]?.(1 + turn))
  }
  return times
}

async function askDirectly(service: Service, question: string, maxQuotes: number) {
  let certainMs = NaN
  const startedAt = performance.now()
  const onAnswer = () => {
    certainMs = performance.now() - startedAt
  }
  const request = { question, maxQuotes, documentIds: null, conversationId: null }
  await service.ask(request, { progress: { onAnswer } })
  return { certainMs, directMs: performance.now() - startedAt }
}

async function askPlainly(url: string, question: string, maxQuotes: number) {
  const startedAt = performance.now()
  await (await post(url, { question, maxQuotes }, 'application/json')).json()
  return { plainMs: performance.now() - startedAt }
}

async function askForEvents(url: string, question: string, maxQuotes: number) {
  const startedAt = performance.now()
  const since = () => performance.now() - startedAt
  const seenMs = new Map<string | undefined, number>()
  let firstEventMs = NaN
  const parser = createParser({
    onEvent: ({ event }) => {
      if (seenMs.size === 0) firstEventMs = since()
      if (!seenMs.has(event)) seenMs.set(event, since())
    },
  })
  const decoder = new TextDecoder()
  const { body } = await post(url, { question, maxQuotes }, 'text/event-stream')
  for await (const chunk of body ?? []) parser.feed(decoder.decode(chunk, { stream: true }))
  return {
    firstEventMs,
    firstQuoteMs: seenMs.get('quote') ?? NaN,
    endMs: seenMs.get('end') ?? NaN,
  }
}

async function post(url: string, body: unknown, accept: string): Promise<Response> {
  const response = await fetch(`${url}/ask`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: accept },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`status ${response.status}`)
  return response
}

function measuresOf(times: readonly QuestionTimes[]): Measure[] {
  const ratio = (
    what: string,
    of: keyof QuestionTimes,
    to: keyof QuestionTimes,
    limit: number,
  ): Measure => {
    const value = percentile(
      times.map((each) => each[of] / each[to]),
      0.5,
    )
    const [one, other] = [medianOf(times, of), medianOf(times, to)]
    return {
      what: `${what} (median of ${times.length})`,
      value: shown`${decimal(value)} (${one} / ${other})`,
      target: `≤ ${limit}`,
      met: value <= limit,
    }
  }
  return [
    ratio('first event / the first quote is certain', 'firstEventMs', 'certainMs', 1.1),
    ratio('first quote as an event / it is certain', 'firstQuoteMs', 'certainMs', 1.1),
    ratio('end of the events / the answer as JSON', 'endMs', 'plainMs', 1.1),
    ratio('the answer as JSON / asked of the service itself', 'plainMs', 'directMs', 1.1),
  ]
}

function medianOf(times: readonly QuestionTimes[], key: keyof QuestionTimes): Figure {
  return ms(
    percentile(
      times.map((each) => each[key]),
      0.5,
    ),
  )
}
