import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { EVENT_NAMES } from '../../../server/webhooks/event-names.ts'
import { unansweredData } from '../../../server/webhooks/events.ts'
import { PAUSES_MS } from '../../../server/webhooks/outbox.ts'
import { post } from '../../../server/webhooks/post.ts'
import { PROJECT } from '../../support/project.ts'
import { temporaryFolder } from '../../support/temporary.ts'
import { receiveWebhooks, WEBHOOK_SECRET } from '../../support/webhook-receiver.ts'
import { answeredTurn } from '../state/turns.ts'

/** The first block of a language in the manual. */
async function blockOf(language: string): Promise<string> {
  const [, block = ''] =
    new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(await manual()) ?? []
  return block
}

const manual = () => readFile(path.join(PROJECT, 'docs/webhooks.md'), 'utf8')

type IsFromFootnote = (body: string, headers: object, secret: string) => boolean

test('the code in the manual takes what was sent, and nothing that was changed, is old, or has another secret', async () => {
  const file = path.join(await temporaryFolder(), 'verify.mjs')
  await writeFile(file, await blockOf('js'))
  const { isFromFootnote }: { isFromFootnote: IsFromFootnote } = await import(
    pathToFileURL(file).href
  )
  const { url, received } = await receiveWebhooks()
  const body = '{"id":"1","event":"index.published","at":"2020-01-02T03:04:05Z","data":{"a":"🐈"}}'
  const controller = new AbortController()
  await post(url, body, { secret: WEBHOOK_SECRET, timeoutMs: 30_000, controller })
  const [sent] = received
  if (!sent) throw new Error('nothing was received')
  const { headers } = sent
  expect(isFromFootnote(sent.body, headers, WEBHOOK_SECRET)).toBe(true)
  expect(isFromFootnote(`${sent.body} `, headers, WEBHOOK_SECRET)).toBe(false)
  expect(isFromFootnote(sent.body, headers, 'another-secret-of-webhooks')).toBe(false)
  expect(isFromFootnote(sent.body, {}, WEBHOOK_SECRET)).toBe(false)
  for (const seconds of ['1531420618', 'now', '']) {
    const old = { ...headers, 'x-footnote-request-timestamp': seconds }
    expect(isFromFootnote(sent.body, old, WEBHOOK_SECRET)).toBe(false)
  }
})

test('the example in the manual has the fields that are sent', async () => {
  const example = JSON.parse(await blockOf('json'))
  const data = unansweredData(answeredTurn('one'), 'https://ask.example.org')
  expect(Object.keys(example)).toEqual(['id', 'event', 'at', 'data'])
  expect(Object.keys(example.data)).toEqual(Object.keys(data))
  expect(Object.keys(example.data.closest[0])).toEqual(Object.keys(data.closest[0] ?? {}))
})

test('the manual has each event and each pause', async () => {
  const text = await manual()
  for (const name of EVENT_NAMES) expect(text).toContain(`| \`${name}\` |`)
  const [, pauses = ''] = /pauses between the attempts are (.*?)\. After/.exec(text) ?? []
  const unitMs: Record<string, number> = { s: 1000, min: 60_000, h: 3_600_000 }
  const told = Array.from(
    pauses.matchAll(/(\d+) (s|min|h)\b/g),
    ([, count, unit = '']) => Number(count) * (unitMs[unit] ?? 0),
  )
  expect(told).toEqual(PAUSES_MS)
})
