import { type FootnoteProcess, startFootnote } from '../footnote-process.ts'
import { shown } from '../measurements/figures.ts'
import type { Measure } from '../measures.ts'
import { answerTo, clientAddress, documentTexts, HUNG_AFTER_MS } from './client.ts'
import { secretsOf, stormMeasures } from './fuzz.ts'
import { clientRequest } from './requests.ts'
import type { Sandbox, StressOptions } from './sandbox.ts'
import { type Storm, storm } from './storm.ts'

const KEY = 'a-key-that-no-request-has'

const ANSWERED = (status: number) => status >= 200 && status < 300

/**
 * Stresses the doors for other programs. Sends generated requests to `/v1`, `/mcp` and `/verify`, and questions whose answers are
 * events: first to a server without keys, and then the same requests, none of which has a key, to a server with keys.
 */
export async function doors(
  sandbox: Sandbox,
  { requests, seed }: StressOptions,
): Promise<Measure[]> {
  console.log(`Sending requests of clients with --seed ${seed}`)
  const secrets = await secretsOf(sandbox)
  const open = await startFootnote(sandbox.settings)
  const texts = await documentTexts(open.url)
  const { conversationId } = await answerTo(open.url, 'hi')
  const send = ({ url }: FootnoteProcess): Promise<Storm> =>
    storm({
      secrets,
      texts,
      url,
      known: {
        host: new URL(url).host,
        documentIds: [...texts.keys()],
        conversationIds: [conversationId],
        slackSecret: null,
      },
      seed,
      requests,
      kind: clientRequest,
      from: clientAddress,
      limitMs: HUNG_AFTER_MS,
    })
  const answered = await send(open)
  await open.stop()
  const closed = await startFootnote({ ...sandbox.settings, API_KEYS: KEY })
  const refused = await send(closed)
  await closed.stop()
  const given = [...refused.statuses].filter(([status]) => ANSWERED(status))
  const count = given.reduce((sum, [, times]) => sum + times, 0)
  return [
    ...stormMeasures(answered, `${requests} generated requests to a server without keys`),
    ...stormMeasures(refused, 'the same requests to a server with keys'),
    {
      what: 'answers of a server with keys to these requests, which have none',
      value: shown`${count}`,
      target: '0',
      met: count === 0,
    },
  ]
}
