import { z } from 'zod'
import type { AskedConversation, Attempt } from './askers.ts'

const keptConversation = z.object({
  turns: z.array(z.object({ question: z.string(), answer: z.string() })),
})

type KeptTurn = z.infer<typeof keptConversation>['turns'][number]

/** What servers have of the conversations. */
export interface ComparedTurns {
  readonly acknowledged: number
  /** Turns that are stored although their answer did not arrive. */
  readonly unacknowledged: number
  /** Conversations in which a turn is missing, doubled, changed, out of order, or of nobody. */
  readonly damaged: readonly string[]
}

/** Compares what a server has of conversations with what was sent in them. */
export async function compareTurns(
  url: string,
  conversations: readonly AskedConversation[],
): Promise<ComparedTurns> {
  let [acknowledged, stored] = [0, 0]
  const damaged: string[] = []
  for (const { id, attempts } of conversations) {
    const response = await fetch(`${url}/conversations/${id}`)
    const { data } = keptConversation.safeParse(await response.json())
    const turns = data?.turns ?? []
    acknowledged += attempts.filter(({ answer }) => answer !== null).length
    stored += turns.length
    if (!isExplained(turns, attempts)) damaged.push(describe(turns, attempts))
  }
  return { acknowledged, unacknowledged: stored - acknowledged, damaged }
}

/**
 * Whether the turns are what the attempts left: each one with an answer once, each other one once or not at all, those of each asker
 * in the order in which they were sent, and no other turn.
 */
export function isExplained(turns: readonly KeptTurn[], attempts: readonly Attempt[]): boolean {
  const askers = [...new Set(attempts.map(({ asker }) => asker))]
  const found = askers.map((one) => {
    const own = attempts.filter(({ asker }) => asker === one)
    const questions = new Set(own.map(({ question }) => question))
    const kept = turns.filter(({ question }) => questions.has(question))
    return isLeftBy(kept, own) ? kept.length : Number.NaN
  })
  return found.reduce((sum, count) => sum + count, 0) === turns.length
}

/** Whether turns are what the attempts of one asker left. */
function isLeftBy(turns: readonly KeptTurn[], attempts: readonly Attempt[]): boolean {
  // After each attempt: how many of the turns it and those before it may have left.
  let reached = new Set([0])
  for (const { question, answer } of attempts) {
    const next = new Set<number>(answer === null ? reached : [])
    for (const count of reached) {
      const turn = turns[count]
      if (turn?.question === question && (answer === null || turn.answer === answer))
        next.add(count + 1)
    }
    reached = next
  }
  return reached.has(turns.length)
}

function describe(turns: readonly KeptTurn[], attempts: readonly Attempt[]): string {
  const sent = attempts.map(
    ({ asker, question, answer }) => `${asker} ${answer === null ? '?' : '!'} ${question}`,
  )
  return `sent: ${sent.join(' | ')}\n  kept: ${turns.map(({ question }) => question).join(' | ')}`
}
