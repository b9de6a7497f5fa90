import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { percentile } from '../evaluation/metrics.ts'
import { requestsPerSecond } from './hammer.ts'
import type { Measure } from './measure.ts'
import { ask, questionNumber } from './questions.ts'

const ROUNDS = 5

/** In ms. */
const ROUND = 2000

/** An answer that is kept, in requests a second, against a bare Hono route that takes and gives the same JSON. */
export async function measureKept(url: string): Promise<Measure[]> {
  const body = { question: questionNumber(0) }
  const answer = await ask(url, body.question)
  const program = fileURLToPath(new URL('bare-route.ts', import.meta.url))
  const bareServer = fork(program, [JSON.stringify(answer)])
  try {
    const [port]: number[] = await once(bareServer, 'message')
    const kept: number[] = []
    const bare: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      bare.push(await requestsPerSecond({ url: `http://127.0.0.1:${port}/ask`, body }, ROUND))
      kept.push(await requestsPerSecond({ url: `${url}/ask`, body }, ROUND))
    }
    const rates = [percentile(kept, 0.5), percentile(bare, 0.5)] as const
    const ratio = rates[0] / rates[1]
    return [
      {
        what: 'an answer that is kept / a bare Hono route with the same JSON (medians)',
        value: `${ratio.toFixed(3)} (${rates[0].toFixed(0)}/s / ${rates[1].toFixed(0)}/s)`,
        target: '≥ 0.4',
        met: ratio >= 0.4,
      },
    ]
  } finally {
    bareServer.kill()
  }
}
