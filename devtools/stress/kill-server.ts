import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { type FootnoteProcess, startFootnote } from '../footnote-process.ts'
import { shown } from '../measurements/figures.ts'
import type { Measure } from '../measures.ts'
import { sampleQuestion } from '../sample-questions.ts'
import { answerIn, ask, clientAddress } from './client.ts'
import { isRunning, modelProcesses } from './model-processes.ts'
import type { Sandbox, StressOptions } from './sandbox.ts'
import { smallTalk } from './small-talk.ts'

const CLIENTS = 8

/**
 * Less than CONVERSATION_MAX_TURNS: the server forgets the oldest turns of longer conversations.
 */
const MAX_TURNS = 40

/** One turn in this many is searched for. The others are small talk, which is answered quickly. */
const SEARCHED_EVERY = 61

/**
 * The server is killed this long after its start at the earliest, and up to `KILL_SPAN_MS` later.
 */
const MIN_KILL_DELAY_MS = 300
const KILL_SPAN_MS = 1500

/** How long model processes may outlive their server: as long as a question takes. */
const MAX_OUTLIVED_MS = 5000

const keptTurns = z.object({
  turns: z.array(z.object({ question: z.string(), answer: z.string() })),
})

type Turn = z.infer<typeof keptTurns>['turns'][number]

/** The turns of a conversation for which a client got a response, in order. */
interface Conversation {
  readonly id: string
  readonly turns: Turn[]
}

/**
 * Kills the server again and again while clients write conversations, and compares what the next
 * server has of them with the turns that were acknowledged.
 */
export async function killServer(sandbox: Sandbox, { kills }: StressOptions): Promise<Measure[]> {
  const conversations: Conversation[] = []
  let damaged = 0
  let outlived = 0
  for (let round = 0; ; round += 1) {
    const footnote = await startFootnote({ ...sandbox.settings })
    try {
      damaged += await countDamaged(footnote.url, conversations)
      if (round === kills) break
      const clients = Array.from({ length: CLIENTS }, (_, n) =>
        converse(footnote.url, n, conversations),
      )
      await setTimeout(MIN_KILL_DELAY_MS + Math.random() * KILL_SPAN_MS)
      outlived += await killExceptModels(footnote)
      await Promise.all(clients)
    } finally {
      await footnote.stop()
    }
  }
  const acknowledged = conversations.reduce((sum, { turns }) => sum + turns.length, 0)
  return [
    {
      what: `conversations with a turn lost, changed or out of order, after ${kills} kills of the server`,
      value: shown`${damaged} (${acknowledged} acknowledged turns in ${conversations.length} conversations)`,
      target: '0',
      met: damaged === 0 && acknowledged > 0,
    },
    {
      what: `model processes that outlived their server by ${MAX_OUTLIVED_MS / 1000} s`,
      value: shown`${outlived}`,
      target: '0',
      met: outlived === 0,
    },
  ]
}

/**
 * Holds one conversation after the other until the server is gone. `n` is the number of the client.
 */
async function converse(url: string, n: number, all: Conversation[]): Promise<void> {
  let conversation: Conversation | undefined
  for (let i = n; ; i += CLIENTS) {
    const question = i % SEARCHED_EVERY === 0 ? sampleQuestion(i) : smallTalk(i)
    const body = { question, ...(conversation && { conversationId: conversation.id }) }
    const answer = answerIn(await ask(url, body, clientAddress(i)))
    if (!answer) return
    if (!conversation) {
      conversation = { id: answer.conversationId, turns: [] }
      all.push(conversation)
    }
    conversation.turns.push({ question, answer: answer.answer })
    if (conversation.turns.length === MAX_TURNS) conversation = undefined
  }
}

async function countDamaged(url: string, conversations: readonly Conversation[]): Promise<number> {
  let damaged = 0
  for (const conversation of conversations) {
    if (!(await isIntact(url, conversation))) damaged += 1
  }
  return damaged
}

/**
 * Whether the server has all acknowledged turns, and at most the one more that was being answered.
 */
async function isIntact(url: string, { id, turns }: Conversation): Promise<boolean> {
  const response = await fetch(`${url}/conversations/${id}`)
  const { success, data } = keptTurns.safeParse(await response.json())
  if (!success) return false
  const hasAll = JSON.stringify(data.turns.slice(0, turns.length)) === JSON.stringify(turns)
  return hasAll && data.turns.length <= turns.length + 1
}

/**
 * Kills a server but not its model processes, which must exit by themselves; gives how many did
 * not.
 */
async function killExceptModels(footnote: FootnoteProcess): Promise<number> {
  const processes = await footnote.processes()
  const models = modelProcesses(processes)
  for (const running of processes) {
    if (!models.includes(running)) process.kill(running.pid, 'SIGKILL')
  }
  const deadline = performance.now() + MAX_OUTLIVED_MS
  for (;;) {
    const running = await Promise.all(models.map(({ pid }) => isRunning(pid)))
    const count = running.filter(Boolean).length
    if (count === 0 || performance.now() > deadline) return count
    await setTimeout(50)
  }
}
