import path from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { answer } from '../../../server/answer/answer-schema.ts'
import { readConfig } from '../../../server/config.ts'
import { openFootnote } from '../../../server/footnote.ts'
import { createLog } from '../../../server/log.ts'
import type { State } from '../../../server/state/state.ts'
import { openEmbeddedState } from '../../../server/state/embedded/embedded-state.ts'
import { build } from '../../support/project.ts'
import { post, serveWords } from '../../support/serve-words.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'
import {
  type ReceivedEvent,
  type Receiver,
  receiveWebhooks,
  WEBHOOK_SECRET,
} from '../../support/webhook-receiver.ts'
import { wordVectors } from '../../support/word-vectors.ts'

const ANSWERED = 'When do cats sleep?'
const UNANSWERED = 'How do I reset my password?'
const BAD = Uint8Array.of(0xff)

function settingsFor({ url }: Receiver, events = ''): Record<string, string> {
  return {
    WEBHOOK_URLS: url,
    WEBHOOK_SECRET,
    WEBHOOK_EVENTS: events,
    PUBLIC_URL: 'https://ask.example.org/',
  }
}

async function ask(url: string, question: string, conversationId?: string) {
  const response = await post(url, { question, ...(conversationId && { conversationId }) })
  expect(response.status).toBe(200)
  return answer.parse(await response.json())
}

async function give(url: string, body: object): Promise<void> {
  const response = await fetch(`${url}/feedback`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(response.status).toBe(204)
}

function namesOf(events: readonly ReceivedEvent[]): string[] {
  return events.map((each) => each.event).toSorted()
}

describe('an unanswered question', () => {
  test('is reported with what comes closest, also from the cache; answers and small talk are not', async () => {
    const receiver = await receiveWebhooks()
    const url = await serveWords({}, { settings: settingsFor(receiver, 'answer.unanswered') })
    const { conversationId } = await ask(url, ANSWERED)
    await ask(url, 'thanks', conversationId)
    await ask(url, 'more', conversationId)
    const more = await ask(url, 'more', conversationId)
    expect(more).toMatchObject({ answered: false, interpretedAs: ANSWERED })
    await ask(url, UNANSWERED)
    await ask(url, UNANSWERED)
    const events = await receiver.events(2)
    // Had small talk been reported, it would have come first.
    expect(events.map(({ data }) => data['question'])).toEqual([UNANSWERED, UNANSWERED])
    expect(new Set(events.map(({ id }) => id)).size).toBe(2)
    expect(events[0]).toMatchObject({
      event: 'answer.unanswered',
      data: { question: UNANSWERED, interpretedAs: UNANSWERED, confidence: expect.any(Number) },
    })
    expect(JSON.stringify(events)).not.toContain(conversationId)
  })

  test('is reported as it was typed and as it was read, with links to the closest quotes', async () => {
    const receiver = await receiveWebhooks()
    const settings = { ...settingsFor(receiver, 'answer.unanswered'), MIN_CONFIDENCE: '1' }
    const url = await serveWords({}, { settings })
    const { conversationId } = await ask(url, ANSWERED)
    const followUp = await ask(url, 'And when do they hunt?', conversationId)
    const [, second] = await receiver.events(2)
    expect(second?.data).toEqual({
      question: 'And when do they hunt?',
      interpretedAs: followUp.interpretedAs,
      confidence: followUp.confidence,
      closest: followUp.closest.map(({ text, confidence, citation }) => ({
        text,
        documentId: citation.documentId,
        title: citation.title,
        heading: citation.heading,
        page: null,
        confidence,
        url: `https://ask.example.org${citation.url}`,
      })),
    })
    expect(followUp.closest.length).toBeGreaterThan(0)
    expect(followUp.interpretedAs).not.toBe('And when do they hunt?')
  })

  test('below /v1 is reported only if it is stored', async () => {
    const receiver = await receiveWebhooks()
    const url = await serveWords({}, { settings: settingsFor(receiver, 'answer.unanswered') })
    const respond = (input: string, store: boolean) =>
      fetch(`${url}/v1/responses`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ model: 'footnote', input, store }),
      })
    expect((await respond('What is a password not stored?', false)).status).toBe(200)
    expect((await respond('What is a password stored?', true)).status).toBe(200)
    const events = await receiver.events(1)
    expect(events.map(({ data }) => data['question'])).toEqual(['What is a password stored?'])
  })

  test('is answered although its event cannot be stored', async () => {
    const receiver = await receiveWebhooks()
    const config = readConfig({
      ...settingsFor(receiver, 'answer.unanswered'),
      DOCUMENTS_DIR: await temporaryFolder(),
      INDEX_DIR: await temporaryFolder(),
      MIN_CONFIDENCE: '0.5',
    })
    await writeFiles(config.documentsDir, { 'cats.txt': 'Cats sleep all day.' })
    const dataDir = await temporaryFolder()
    const state = await openEmbeddedState({ ...config, dataDir, legacyDir: dataDir })
    onTestFinished(() => state.close())
    const never = new Promise<never>(() => {})
    const add = vi.fn<State['webhooks']['add']>(() => never)
    const footnote = await openFootnote(config, {
      log: createLog('silent'),
      inference: Promise.resolve(wordVectors()),
      build: 'if-missing',
      state: { ...state, webhooks: { ...state.webhooks, add } },
    })
    const request = { question: UNANSWERED, maxQuotes: 1, documentIds: null, conversationId: null }
    expect((await footnote.service.ask(request)).answer.answered).toBe(false)
    await vi.waitFor(() => expect(add).toHaveBeenCalledOnce())
    expect((await footnote.service.ask(request)).answer.answered).toBe(false)
  })
})

test('an answer that did not help is reported with its quotes, one that helped is not', async () => {
  const receiver = await receiveWebhooks()
  const url = await serveWords({}, { settings: settingsFor(receiver, 'answer.disliked') })
  const reply = await ask(url, ANSWERED)
  const { conversationId } = reply
  await give(url, { question: ANSWERED, conversationId, helpful: true })
  await give(url, { question: ANSWERED, conversationId, helpful: false })
  const [disliked] = await receiver.events(1)
  expect(disliked).toMatchObject({
    event: 'answer.disliked',
    data: {
      question: ANSWERED,
      interpretedAs: ANSWERED,
      answered: true,
      confidence: reply.confidence,
      closest: [],
      quotes: [
        {
          text: reply.quotes[0]?.text,
          documentId: 'cats',
          title: 'cats',
          url: `https://ask.example.org${reply.quotes[0]?.citation.url}`,
        },
      ],
    },
  })
  expect(JSON.stringify(disliked)).not.toContain(conversationId)
  await give(url, { question: ANSWERED, conversationId, helpful: false })
  const events = await receiver.events(2)
  expect(events.map(({ id }) => id)).toEqual([disliked?.id, disliked?.id])
})

/** Footnote over folders that stay, so that it can be started again. */
async function installation(receiver: Receiver, events?: string) {
  const documents = await temporaryFolder()
  const folder = await temporaryFolder()
  await writeFiles(documents, { 'cats.txt': 'Cats sleep all day.' })
  const config = readConfig({
    ...settingsFor(receiver, events),
    DOCUMENTS_DIR: documents,
    INDEX_DIR: path.join(folder, 'index'),
    DATA_DIR: path.join(folder, 'data'),
  })
  const start = async () => {
    const footnote = await openFootnote(config, {
      log: createLog('silent'),
      inference: Promise.resolve(wordVectors()),
      build: 'if-changed',
    })
    let closing: Promise<void> | null = null
    const close = () => (closing ??= footnote.close())
    onTestFinished(close)
    return { ...footnote, close }
  }
  const rebuild = (files: Record<string, string | Uint8Array>) =>
    writeFiles(documents, files).then(() => build(documents, config.indexDir, wordVectors()))
  return { start, rebuild, documents, config }
}

describe('the index', () => {
  test('is reported once for each generation, and a file that failed once, also over restarts', async () => {
    const receiver = await receiveWebhooks()
    const { start, rebuild, documents } = await installation(receiver)
    const first = await start()
    expect(await receiver.events(1)).toMatchObject([
      { event: 'index.published', data: { documents: 1, problems: 0 } },
    ])
    // While it runs.
    await rebuild({ 'owls.txt': BAD })
    const events = await receiver.events(3)
    expect(namesOf(events.slice(1))).toEqual(['document.failed', 'index.published'])
    expect(events.find(({ event }) => event === 'document.failed')?.data).toEqual({
      file: 'owls.txt',
      documentId: 'owls',
      reason: expect.stringMatching(/./),
    })
    await first.close()
    await (await start()).close()
    // While it does not run.
    await writeFiles(documents, { 'dogs.txt': 'Dogs bark.', 'bats.txt': BAD })
    await start()
    const all = await receiver.events(5)
    expect(namesOf(all.slice(3))).toEqual(['document.failed', 'index.published'])
    expect(all.slice(3).map(({ data }) => data)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ documents: 2, problems: 2 }),
        expect.objectContaining({ file: 'bats.txt' }),
      ]),
    )
    await vi.waitFor(() => expect(receiver.received).toHaveLength(5))
  })

  test('is not reported where only other events are wanted', async () => {
    const receiver = await receiveWebhooks()
    const { start, rebuild } = await installation(receiver, 'document.failed')
    await start()
    await rebuild({ 'owls.txt': BAD })
    expect(namesOf(await receiver.events(1))).toEqual(['document.failed'])
  })
})

test('without addresses no webhook is stored', async () => {
  const dataDir = await temporaryFolder()
  const url = await serveWords({}, { indexDir: dataDir })
  const { conversationId } = await ask(url, UNANSWERED)
  await give(url, { question: UNANSWERED, conversationId, helpful: false })
  const config = readConfig({})
  const state = await openEmbeddedState({ ...config, dataDir, legacyDir: dataDir })
  onTestFinished(() => state.close())
  expect(await state.webhooks.waiting()).toBe(0)
})
