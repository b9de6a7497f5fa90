import { setTimeout } from 'node:timers/promises'
import type { AnswerJson } from '../../../server/answer/answer-schema.ts'
import { sampleQuestion } from '../../sample-questions.ts'
import { answerIn, ask, clientAddress, HUNG_AFTER_MS } from '../client.ts'
import type { Exchange } from '../exchange.ts'
import { headerField } from '../responses.ts'
import { smallTalk } from '../small-talk.ts'
import { type AnswerCheck, GOLDEN_QUESTION } from './check-answer.ts'
import { ROSTER_QUESTION } from './roster.ts'
import type { SupervisedServer } from './supervised-server.ts'

/** A question as it was sent. */
export interface Attempt {
  readonly asker: number
  readonly question: string
  /** The answer that came back; null where none did, so that the turn may be stored or not. */
  answer: string | null
}

/** A conversation with all that was sent in it since it has an id, in order for each asker. */
export interface AskedConversation {
  readonly id: string
  readonly attempts: Attempt[]
}

/** What came of the requests. */
export interface Asked {
  readonly conversations: AskedConversation[]
  /** How many ended with each status; `lost`: the server was killed before it responded. */
  readonly outcomes: Map<string, number>
  /** How many answers each server gave, by its address. */
  readonly answers: Map<string, number>
  /** What must not be. */
  readonly faults: string[]
  slowestMs: number
}

/** Asks until it is stopped. */
export interface Askers {
  readonly asked: Asked
  stop(): Promise<void>
}

/** Two of these share a conversation, so that both servers answer in it at once. */
const ASKERS = 8
const SHARING = 2

/** One question in this many is searched for. The others are small talk, which is answered quickly. */
const SEARCHED_EVERY = 5

const MAX_TURNS = 40

/** A client waits for as long as `Retry-After` says, within these limits, in ms: a run is short. */
const MIN_PAUSE_MS = 250
const MAX_PAUSE_MS = 1000

/** Starts clients that hold conversations, with each question at the other server. `check` gives what is wrong with an answer. */
export function startAskers(servers: readonly SupervisedServer[], check: AnswerCheck): Askers {
  const asked: Asked = {
    conversations: [],
    outcomes: new Map(),
    answers: new Map(),
    faults: [],
    slowestMs: 0,
  }
  const stopping = new AbortController()
  const count = (outcome: string) =>
    asked.outcomes.set(outcome, (asked.outcomes.get(outcome) ?? 0) + 1)

  /** Sends a question once. Gives its answer, or how long to wait before the next try, in ms. */
  const send = async (n: number, attempt: Attempt, conversationId?: string) => {
    const server = servers[n % servers.length]
    if (!server) throw new Error('there is no server')
    const sentAt = Date.now()
    const body = {
      question: attempt.question,
      ...(conversationId !== undefined && { conversationId }),
    }
    const given = await ask(server.url, body, clientAddress(attempt.asker))
    asked.slowestMs = Math.max(asked.slowestMs, given.ms)
    const outcome = outcomeOf(given)
    count(outcome)
    const answer = answerIn(given)
    const faults = faultsOf(given, server.wasAwaySince(sentAt))
    if (answer) {
      asked.answers.set(server.url, (asked.answers.get(server.url) ?? 0) + 1)
      faults.push(...check(attempt.question, answer))
    }
    for (const fault of faults)
      asked.faults.push(`${fault}, to "${attempt.question}" at ${server.url}`)
    attempt.answer = answer?.answer ?? null
    return answer ?? Math.max(MIN_PAUSE_MS, Math.min(retryAfterMs(given), MAX_PAUSE_MS))
  }

  /** Asks until the answer comes, as a good client does, at one server and the other. */
  const askUntilAnswered = async (
    n: number,
    attempt: Attempt,
    conversation: AskedConversation | undefined,
  ): Promise<AnswerJson | null> => {
    for (let tries = n; !stopping.signal.aborted; tries += 1) {
      const made = { ...attempt }
      conversation?.attempts.push(made)
      const given = await send(tries, made, conversation?.id)
      if (typeof given !== 'number') return given
      await setTimeout(given)
    }
    return null
  }

  const converse = async (asker: number, shared?: AskedConversation): Promise<void> => {
    let conversation = shared
    for (let n = asker; !stopping.signal.aborted; n += 1) {
      const attempt: Attempt = { asker, question: questionOf(asker, n), answer: null }
      const answer = await askUntilAnswered(n, attempt, conversation)
      if (answer && !conversation) {
        conversation = {
          id: answer.conversationId,
          attempts: [{ ...attempt, answer: answer.answer }],
        }
        asked.conversations.push(conversation)
      }
      if (!shared && conversation && conversation.attempts.length >= MAX_TURNS)
        conversation = undefined
    }
  }
  const share = async (): Promise<void> => {
    const first: Attempt = { asker: -1, question: 'hi', answer: null }
    const answer = await askUntilAnswered(0, first, undefined)
    if (!answer) return
    const shared = { id: answer.conversationId, attempts: [{ ...first, answer: answer.answer }] }
    asked.conversations.push(shared)
    await Promise.all(Array.from({ length: SHARING }, (_, asker) => converse(asker, shared)))
  }
  const alone = Array.from({ length: ASKERS - SHARING }, (_, n) => converse(SHARING + n))
  const working = Promise.all([share(), ...alone])
  return {
    asked,
    stop: async () => {
      stopping.abort()
      await working
    },
  }
}

/**
 * The nth question of a client. Small talk and sample questions are others for each number and client. Of the clients that share a
 * conversation, only the first asks the known questions, so that it is known whose a turn is.
 */
function questionOf(asker: number, n: number): string {
  const number = n * ASKERS + asker
  if (n % SEARCHED_EVERY !== 0) return smallTalk(number)
  const isFirst = asker === 0 || asker >= SHARING
  const known = isFirst ? [GOLDEN_QUESTION, ROSTER_QUESTION] : []
  const searched = [...known, sampleQuestion(number)]
  return searched[(n / SEARCHED_EVERY) % searched.length] ?? GOLDEN_QUESTION
}

function outcomeOf({ end, responses: [first] }: Exchange): string {
  if (first && first.status !== 0) return String(first.status)
  return end === 'hung' ? 'hung' : 'lost'
}

function faultsOf(given: Exchange, wasAway: boolean): string[] {
  const outcome = outcomeOf(given)
  const [first] = given.responses
  if (outcome === 'hung') return [`no answer in ${HUNG_AFTER_MS / 1000} s`]
  if (outcome === 'lost') return wasAway ? [] : ['a connection was lost although the server ran']
  if (outcome === '503') {
    return first && headerField(first, 'Retry-After') !== '' ? [] : ['503 without Retry-After']
  }
  if (outcome === '200') return answerIn(given) ? [] : ['an answer that does not match its schema']
  return outcome === '409' ? [] : [`status ${outcome}: ${first?.body.toString().slice(0, 300)}`]
}

function retryAfterMs({ responses: [first] }: Exchange): number {
  const seconds = first && headerField(first, 'Retry-After')
  return seconds ? Number(seconds) * 1000 : 0
}
