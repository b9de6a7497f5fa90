import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { type FootnoteProcess, startFootnote } from '../benchmark/footnote-process.ts'
import type { Measure } from '../benchmark/measure.ts'
import { questionNumber } from '../benchmark/questions.ts'
import { answerOf, ask, clientAddress } from './client.ts'
import { isRunning, modelProcesses } from './model-processes.ts'
import type { Amounts, Place } from './place.ts'

const CLIENTS = 8

/** Below CONVERSATION_MAX_TURNS, beyond which the oldest are forgotten. */
const MOST_TURNS = 40

/** One in so many turns is searched for; the others are small talk, which is quick. */
const SEARCHED = 61

/** How long after a start the server is killed, in ms: at least, and at most so much later. */
const SOONEST = 300
const SPAN = 1500

/** How long model processes may outlive their server, in ms: as long as a question. */
const AFTERLIFE = 5000

const keptTurns = z.object({
  turns: z.array(z.object({ question: z.string(), answer: z.string() })),
})

type Turn = z.infer<typeof keptTurns>['turns'][number]

/** What a client was told, in order. */
interface Conversation {
  readonly id: string
  readonly turns: Turn[]
}

/** Kills the server again and again while conversations are written, and compares what is there after with what was acknowledged. */
export async function killServer(place: Place, { kills }: Amounts): Promise<Measure[]> {
  const conversations: Conversation[] = []
  let amiss = 0
  let left = 0
  for (let round = 0; ; round += 1) {
    const footnote = await startFootnote({ ...place.settings })
    try {
      for (const conversation of conversations) {
        if (!(await isKept(footnote.url, conversation))) amiss += 1
      }
      if (round === kills) break
      const clients = Array.from({ length: CLIENTS }, (_, n) =>
        converse(footnote.url, n, conversations),
      )
      await setTimeout(SOONEST + Math.random() * SPAN)
      left += await killAll(footnote)
      await Promise.all(clients)
    } finally {
      await footnote.stop()
    }
  }
  const acknowledged = conversations.reduce((sum, { turns }) => sum + turns.length, 0)
  return [
    {
      what: `${kills} kills of the server, ${acknowledged} turns acknowledged in ${conversations.length} conversations; conversations where one is lost, altered or out of order`,
      value: String(amiss),
      target: '0',
      met: amiss === 0 && acknowledged > 0,
    },
    {
      what: `model processes that outlived their server by ${AFTERLIFE / 1000} s`,
      value: String(left),
      target: '0',
      met: left === 0,
    },
  ]
}

/** Holds one conversation after another until the server is gone. */
async function converse(url: string, n: number, all: Conversation[]): Promise<void> {
  let conversation: Conversation | undefined
  for (let said = n; ; said += CLIENTS) {
    const question = said % SEARCHED === 0 ? questionNumber(said) : talk(said)
    const asked = { question, ...(conversation && { conversationId: conversation.id }) }
    const given = answerOf(await ask(url, asked, clientAddress(said)))
    if (!given) return
    if (!conversation) {
      conversation = { id: given.conversationId, turns: [] }
      all.push(conversation)
    }
    conversation.turns.push({ question, answer: given.answer })
    if (conversation.turns.length === MOST_TURNS) conversation = undefined
  }
}

const WORDS = 'thanks ok great cool nice perfect fine yes good wow'.split(' ')

/** Small talk that is another for each number. */
function talk(n: number): string {
  return Array.from(String(n), (digit) => WORDS[Number(digit)]).join(' ')
}

/** Whether all that was acknowledged is there, with at most the one turn more that was being answered. */
async function isKept(url: string, conversation: Conversation): Promise<boolean> {
  const response = await fetch(`${url}/conversations/${conversation.id}`)
  const { success, data } = keptTurns.safeParse(await response.json())
  if (!success) return false
  const { turns } = conversation
  const isWhole = JSON.stringify(data.turns.slice(0, turns.length)) === JSON.stringify(turns)
  return isWhole && data.turns.length <= turns.length + 1
}

/** Kills a server but not its model processes, which have to end by themselves; gives how many did not. */
async function killAll(footnote: FootnoteProcess): Promise<number> {
  const processes = await footnote.processes()
  const models = modelProcesses(processes)
  for (const { pid } of processes.filter((one) => !models.includes(one)))
    process.kill(pid, 'SIGKILL')
  const deadline = performance.now() + AFTERLIFE
  for (;;) {
    const running = await Promise.all(models.map(({ pid }) => isRunning(pid)))
    const count = running.filter(Boolean).length
    if (count === 0 || performance.now() > deadline) return count
    await setTimeout(50)
  }
}
