import { setImmediate } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { FootnoteError } from '../../../index/errors.ts'
import { useBrowser } from '../../support/browser.ts'
import { ask, expectSeen, INLINE, showHost } from '../../support/chat.ts'
import { gate, heldModels } from '../../support/held-models.ts'
import { relay } from '../../support/relay.ts'
import { serveWords } from '../../support/serve-words.ts'
import { violations } from '../../support/violations.ts'
import { wordVectors } from '../../support/word-vectors.ts'

const QUESTION = 'When do cats sleep?'
const FOLLOW_UP = 'When do they hunt?'
const ANSWER = 'Cats sleep all day. They hunt at night.'

const openPage = useBrowser()

async function openHost(url: string): Promise<Page> {
  const page = await openPage()
  await showHost(page, INLINE, url)
  return page
}

const answerIn = (page: Page) => page.locator('blockquote', { hasText: ANSWER })

test('a quote is seen before the answer is complete, and stays as it is', async () => {
  const held = gate()
  const url = await relay(await serveWords(), {
    sendAnswer: async (body, out) => {
      const end = body.indexOf('event: end')
      out.write(body.subarray(0, end))
      await held.passed
      out.end(body.subarray(end))
    },
  })
  const page = await openHost(url)
  await ask(page, QUESTION)
  await expectSeen(answerIn(page))
  const quote = await answerIn(page).elementHandle()
  expect(await page.locator('.working').count()).toBe(0)
  expect(await page.locator('.feedback').count()).toBe(0)
  expect(await page.getByRole('log').getAttribute('aria-busy')).toBe('true')
  expect(await violations(page)).toEqual([])
  held.open()
  await expectSeen(page.locator('.feedback'))
  expect(await page.getByRole('log').getAttribute('aria-busy')).toBe('false')
  expect(await quote?.evaluate((element) => element.isConnected)).toBe(true)
  expect(await answerIn(page).count()).toBe(1)
})

test('a follow-up shows how it was read while the search still runs', async () => {
  const held = gate()
  const models = wordVectors()
  const inference = {
    ...models,
    read: (question: string, texts: readonly string[]) =>
      (question.startsWith(FOLLOW_UP) ? heldModels(held) : models).read(question, [...texts]),
  }
  const page = await openHost(await serveWords({}, { inference }))
  await ask(page, QUESTION)
  await page.locator('.feedback').waitFor()
  await ask(page, FOLLOW_UP)
  await expectSeen(page.locator('.reading', { hasText: FOLLOW_UP }))
  await expectSeen(page.locator('.working'))
  held.open()
  await expectSeen(page.locator('.exchange').nth(1).locator('blockquote, .refusal').first())
})

test('a quote that comes while nobody scrolls is scrolled to', async () => {
  const url = await serveWords()
  const page = await openHost(url)
  for (let i = 1; i <= 4; i += 1) {
    await ask(page, QUESTION)
    await page
      .locator('.feedback')
      .nth(i - 1)
      .waitFor()
  }
  const log = await page.getByRole('log').boundingBox()
  const last = await page.locator('.exchange').last().locator('blockquote').first().boundingBox()
  expect(last && log && last.y >= log.y && last.y < log.y + log.height).toBe(true)
})

test('an answer whose bytes come one by one is whole', async () => {
  const url = await relay(await serveWords(), {
    sendAnswer: async (body, out) => {
      for (const byte of body) {
        out.write(Uint8Array.of(byte))
        await setImmediate()
      }
      out.end()
    },
  })
  const page = await openHost(url)
  await ask(page, QUESTION)
  await expectSeen(page.locator('.feedback'))
  expect(await answerIn(page).count()).toBe(1)
})

test('an answer that breaks off is a failure, and can be asked again', async () => {
  let times = 0
  const url = await relay(await serveWords(), {
    sendAnswer: async (body, out) => {
      times += 1
      out.end(times === 1 ? body.subarray(0, body.indexOf('event: end') + 5) : body)
    },
  })
  const page = await openHost(url)
  await ask(page, QUESTION)
  await expectSeen(page.getByText('The server cannot be reached.'))
  await page.getByRole('button', { name: 'Ask again' }).click()
  await expectSeen(answerIn(page))
})

test('an answer in JSON, as older servers give it, is shown too', async () => {
  const url = await relay(await serveWords(), {
    changeHeaders: (headers) => ({ ...headers, accept: '*/*' }),
  })
  const page = await openHost(url)
  const type = page
    .waitForResponse(`${url}/ask`)
    .then((response) => response.headerValue('content-type'))
  await ask(page, QUESTION)
  await expectSeen(answerIn(page))
  expect(await type).toBe('application/json')
})

test('a question that is interrupted after its reading is asked again by itself', async () => {
  const models = wordVectors()
  let times = 0
  const inference = {
    ...models,
    read: async (question: string, texts: string[]) => {
      times += 1
      if (times === 1) throw new FootnoteError('inference-failed', 'a model process was lost')
      return models.read(question, texts)
    },
  }
  const page = await openHost(await serveWords({}, { inference }))
  await ask(page, QUESTION)
  await expectSeen(answerIn(page))
  // One call that failed, and one when it was asked again.
  expect(times).toBe(2)
})
