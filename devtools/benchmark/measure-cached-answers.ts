import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { decimal, perSecond, shown } from '../measurements/figures.ts'
import type { Measure } from '../measures.ts'
import { sampleQuestion } from '../sample-questions.ts'
import { percentile } from '../statistics.ts'
import { ask } from './ask.ts'
import { requestsPerSecond } from './requests-per-second.ts'

const ROUNDS = 5
const ROUND_MS = 2000

/**
 * The rate of cached answers, in requests a second, against a bare Hono route that takes and sends
 * the same JSON.
 */
export async function measureCachedAnswers(url: string): Promise<Measure[]> {
  const body = { question: sampleQuestion(0) }
  const answer = await ask(url, body.question)
  const program = fileURLToPath(new URL('bare-route.ts', import.meta.url))
  const bareServer = fork(program, [JSON.stringify(answer)], { execArgv: ['--import', 'tsx'] })
  try {
    const [port]: number[] = await once(bareServer, 'message')
    const cachedRates: number[] = []
    const bareRates: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const bareUrl = `http://127.0.0.1:${port}/ask`
      bareRates.push(await requestsPerSecond({ url: bareUrl, body }, ROUND_MS))
      cachedRates.push(await requestsPerSecond({ url: `${url}/ask`, body }, ROUND_MS))
    }
    const cached = percentile(cachedRates, 0.5)
    const bare = percentile(bareRates, 0.5)
    const ratio = cached / bare
    return [
      {
        what: 'cached answers / a bare Hono route with the same JSON (medians)',
        value: shown`${decimal(ratio)} (${perSecond(cached)} / ${perSecond(bare)})`,
        target: '≥ 0.4',
        met: ratio >= 0.4,
      },
    ]
  } finally {
    bareServer.kill()
  }
}
