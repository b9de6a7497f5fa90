import { setTimeout } from 'node:timers/promises'
import { playWorkspace } from '../../slack-stand-in/workspace.ts'
import { GOLDEN_QUESTION } from './check-answer.ts'
import { SLACK_SECRET } from './slack-side.ts'
import type { SupervisedServer } from './supervised-server.ts'

/** An event that Slack sent. */
export interface SentEvent {
  readonly thread: string
  /** The question that begins the thread, or what is said in it after that. */
  readonly kind: 'question' | 'thanks'
  /** When a server took it, in ms since 1970; null where none did, so that it may be answered or not. */
  takenAt: number | null
}

/** What Slack sent. */
export interface SentEvents {
  readonly events: SentEvent[]
  /** How many deliveries got each status; `none`: no response within 3 s, or none at all. */
  readonly outcomes: Map<string, number>
  /** What must not be. */
  readonly faults: string[]
}

/** Sends events until it is stopped. */
export interface SlackAskers {
  readonly sent: SentEvents
  stop(): Promise<void>
}

const PEOPLE = 4
const PAUSE_MS = 300

/** After this time without an answer, in ms, a person begins another thread. */
const WAITING_MS = 5000

/** Slack waits this long for a response, in ms, and sends an event up to three times more. */
const PATIENCE_MS = 3000
/** Pauses before the repetitions, in ms. Slack's own are nothing, a minute and five minutes: a run is too short for these. */
const PAUSES_MS = [0, 2000, 5000]

/** One event in this many is sent twice although it was taken, as Slack does now and then. */
const DOUBLED_EVERY = 5

/** Starts people who each begin a thread, say thanks in it, and wait for both answers. `countPosts` says how many a thread has. */
export function startSlackAskers(
  servers: readonly SupervisedServer[],
  countPosts: (thread: string) => number,
): SlackAskers {
  const sent: SentEvents = { events: [], outcomes: new Map(), faults: [] }
  const workspaces = servers.map(({ url }) => playWorkspace({ url, secret: SLACK_SECRET }))
  const stopping = new AbortController()
  let made = 0

  /** Delivers an event to a server. Gives whether the server took it. */
  const deliver = async (n: number, event: SentEvent, id: string): Promise<boolean> => {
    const workspace = workspaces[n % workspaces.length]
    const server = servers[n % servers.length]
    if (!workspace || !server) throw new Error('there is no server')
    const { thread, kind } = event
    const sentAt = Date.now()
    const text = kind === 'question' ? GOLDEN_QUESTION : 'thanks'
    const request =
      kind === 'question'
        ? workspace.mention({ text, ts: thread }, id)
        : workspace.say({ text, thread }, id)
    const status = await Promise.race([
      request.then((response) => response.status).catch(() => null),
      setTimeout(PATIENCE_MS, null),
    ])
    const outcome = status === null ? 'none' : String(status)
    sent.outcomes.set(outcome, (sent.outcomes.get(outcome) ?? 0) + 1)
    if (status !== null && status !== 200 && status !== 503) {
      sent.faults.push(`Slack got status ${status} from ${server.url}`)
    }
    if (status === 200) event.takenAt ??= sentAt
    return status === 200
  }

  const send = async (n: number, event: SentEvent): Promise<void> => {
    const id = `Ev${n}${event.kind}`
    sent.events.push(event)
    for (const [i, pause] of [0, ...PAUSES_MS].entries()) {
      await setTimeout(pause)
      if (await deliver(n + i, event, id)) break
    }
    if (n % DOUBLED_EVERY === 0) await deliver(n + 1, event, id)
  }

  const untilAnswered = async (thread: string): Promise<void> => {
    const deadline = Date.now() + WAITING_MS
    while (countPosts(thread) < 2 && Date.now() < deadline && !stopping.signal.aborted) {
      await setTimeout(PAUSE_MS)
    }
  }
  const person = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const n = (made += 1)
      const thread = `${Math.floor(Date.now() / 1000)}.${String(n).padStart(6, '0')}`
      const question: SentEvent = { thread, kind: 'question', takenAt: null }
      await send(n, question)
      // In a thread that the app does not know, it would not answer.
      if (question.takenAt !== null) {
        await send(n + 1, { thread, kind: 'thanks', takenAt: null })
        await untilAnswered(thread)
      }
      await setTimeout(PAUSE_MS)
    }
  }
  const working = Promise.all(Array.from({ length: PEOPLE }, person))
  return {
    sent,
    stop: async () => {
      stopping.abort()
      await working
    },
  }
}
