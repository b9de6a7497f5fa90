import { setTimeout } from 'node:timers/promises'
import { type FootnoteProcess, startFootnote } from '../benchmark/footnote-process.ts'
import type { Measure } from '../benchmark/measure.ts'
import { questionNumber } from '../benchmark/questions.ts'
import { field } from './answers.ts'
import { answerOf, answerTo, ask, clientAddress, essence, LIMIT } from './client.ts'
import type { Exchange } from './exchange.ts'
import { modelProcesses } from './model-processes.ts'
import type { Amounts, Place } from './place.ts'

const CLIENTS = 6

/** How many answers have to come before the next process is killed. */
const BETWEEN = 3

/** More than are asked: what was asked before is kept, and needs no model. */
const QUESTIONS = 160

type Outcome = '200' | '503' | 'other' | 'hung'

/** Kills a model process again and again while questions are asked. */
export async function killInference(place: Place, { kills }: Amounts): Promise<Measure[]> {
  const expected = await answersAlone(place)
  const footnote = await startFootnote({ ...place.settings })
  const { url } = footnote
  try {
    const counts: Record<Outcome, number> = { '200': 0, '503': 0, other: 0, hung: 0 }
    let slowest = 0
    let asked = 0
    const over = new AbortController()
    const client = async () => {
      while (!over.signal.aborted) {
        asked += 1
        const question = questionNumber(asked % QUESTIONS)
        const result = await ask(url, { question }, clientAddress(asked))
        const outcome = outcomeOf(result, expected.get(question))
        counts[outcome] += 1
        slowest = Math.max(slowest, result.ms)
        // As whoever heeds Retry-After, but sooner.
        if (outcome !== '200') await setTimeout(200)
      }
    }
    const clients = Array.from({ length: CLIENTS }, client)
    const isBack = async () => {
      const enough = counts['200'] + BETWEEN
      const deadline = performance.now() + LIMIT
      while (counts['200'] < enough && performance.now() < deadline) await setTimeout(20)
      return counts['200'] >= enough
    }
    let back = 0
    for (let kill = 0; kill < kills; kill += 1) {
      await isBack()
      await setTimeout(Math.random() * 300)
      await killOne(footnote)
      if (await isBack()) back += 1
    }
    over.abort()
    await Promise.all(clients)
    const { other, hung } = counts
    return [
      {
        what: `${kills} kills of a model process under ${CLIENTS} clients: 200 with the right quotes × ${counts['200']}, 503 × ${counts['503']}; anything else, hung`,
        value: `${other}, ${hung}`,
        target: '0, 0',
        met: other + hung === 0,
      },
      {
        what: 'the slowest of these questions',
        value: `${(slowest / 1000).toFixed(1)} s`,
        target: `≤ ${LIMIT / 1000} s`,
        met: slowest <= LIMIT,
      },
      {
        what: 'kills after which questions were answered again',
        value: String(back),
        target: String(kills),
        met: back === kills,
      },
    ]
  } finally {
    await footnote.stop()
  }
}

/** What each question is answered with when nothing is killed, of a server that keeps it to itself. */
async function answersAlone(place: Place): Promise<Map<string, string>> {
  const footnote = await startFootnote({ ...place.settings, RATE_LIMIT: '0' })
  try {
    const expected = new Map<string, string>()
    for (let i = 0; i < QUESTIONS; i += 1) {
      const question = questionNumber(i)
      expected.set(question, essence(await answerTo(footnote.url, question)))
    }
    return expected
  } finally {
    await footnote.stop()
  }
}

function outcomeOf(result: Exchange, expected: string | undefined): Outcome {
  const [first] = result.answers
  const given = answerOf(result)
  if (given && essence(given) === expected) return '200'
  if (first?.status === 503 && field(first, 'Retry-After') !== '') return '503'
  console.error(result.end, first?.status, first?.body.toString().slice(0, 300))
  return result.end === 'hung' ? 'hung' : 'other'
}

async function killOne(footnote: FootnoteProcess): Promise<void> {
  for (;;) {
    const [model] = modelProcesses(await footnote.processes())
    if (model) return void process.kill(model.pid, 'SIGKILL')
    await setTimeout(50)
  }
}
