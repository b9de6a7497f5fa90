import { OpenAI } from 'openai'
import type { ChatCompletionMessageParam } from 'openai/resources'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answer } from '../../server/answer/answer-schema.ts'
import { readAnswerMarkdown } from '../../server/answer/read-answer-markdown.ts'
import { createApp } from '../../server/http/app.ts'
import { listen, type RunningServer } from '../../server/http/listen.ts'
import { createLog } from '../../server/log.ts'
import { post } from '../support/serve-words.ts'
import { useShippedService } from '../support/shipped-service.ts'
import { shippedText } from '../support/shipped-document.ts'

const GOLDEN = 'why did Iran not oppose Kadhimi?'

const service = useShippedService()
let server: RunningServer
let client: OpenAI

beforeAll(async () => {
  const app = createApp({
    findService: service,
    log: createLog('silent'),
    host: '127.0.0.1',
    allowedOrigins: [],
    apiKeys: [],
  })
  server = await listen(app, { host: '127.0.0.1', port: 0 })
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any' })
})

afterAll(() => server.stop())

async function ask(question: string, conversationId?: string) {
  return answer.parse(await (await post(server.url, { question, conversationId })).json())
}

/** A question through chat and through responses, at once and streamed: the text and what its annotations cut out. */
async function throughEveryDoor(question: string) {
  const chat = { model: 'footnote', messages: [{ role: 'user' as const, content: question }] }
  const response = { model: 'footnote', input: question }
  const chats = [
    await client.chat.completions.create(chat),
    await client.chat.completions.stream(chat).finalChatCompletion(),
  ]
  const responses = [
    await client.responses.create(response),
    await client.responses.stream(response).finalResponse(),
  ]
  const ofChats = chats.map(({ choices: [choice] }) => {
    const text = choice?.message.content ?? ''
    const annotations = choice?.message.annotations ?? []
    return { text, places: annotations.map((each) => each.url_citation) }
  })
  const ofResponses = responses.map(({ output_text: text, output: [item] }) => {
    const parts = item?.type === 'message' ? item.content : []
    const annotations = parts.flatMap((part) => ('annotations' in part ? part.annotations : []))
    return { text, places: annotations.filter((each) => each.type === 'url_citation') }
  })
  return [...ofChats, ...ofResponses].map(({ text, places }) => {
    const cut = (start: number, end: number) => text.slice(start, end)
    const words = places.map(({ start_index: start, end_index: end }) => cut(start, end))
    return { text, urls: places.map(({ url }) => url), words }
  })
}

test('the golden question has the same quotes and offsets through every door', async () => {
  const { quotes, alsoOnThis } = await ask(GOLDEN)
  const shown = [...quotes, ...alsoOnThis]
  const document = shippedText()
  for (const { text, urls, words } of await throughEveryDoor(GOLDEN)) {
    expect(text.startsWith(`“${quotes[0]?.text}” [1](${server.url}/documents/`)).toBe(true)
    expect(urls).toEqual(shown.map(({ citation }) => `${server.url}${citation.url}#quote`))
    const [first] = readAnswerMarkdown(text).quotes
    expect(first).toMatchObject({ documentId: 'inss-insight-1351' })
    expect(document.slice(first?.start, first?.end)).toBe(words[0])
    expect(words).toEqual(shown.map((quote) => quote.text.replace(/\s+/g, ' ')))
  }
})

test('what the document does not answer is refused through every door', async () => {
  const question = 'What is the capital of Peru?'
  const refusal = await ask(question)
  expect(refusal.answered).toBe(false)
  for (const { text, urls } of await throughEveryDoor(question)) {
    expect(text.startsWith(`${refusal.answer}\n\nThe closest passages:\n\n`)).toBe(true)
    expect(urls).toEqual([])
  }
})

test('a conversation gets the same quotes from its messages as from the store', async () => {
  const messages: ChatCompletionMessageParam[] = []
  let conversationId: string | undefined
  for (const question of [
    GOLDEN,
    'When was he appointed?',
    'more',
    'And what did the United States do?',
    'Who wrote this?',
    'What is the capital of Peru?',
    'And who was murdered in Baghdad?',
  ]) {
    const kept = await ask(question, conversationId)
    ;({ conversationId } = kept)
    messages.push({ role: 'user', content: question })
    const { choices } = await client.chat.completions.create({ model: 'footnote', messages })
    const content = choices[0]?.message.content ?? ''
    messages.push({ role: 'assistant', content })
    const read = readAnswerMarkdown(content)
    expect(read.interpretedAs ?? question).toBe(kept.interpretedAs)
    const places = read.quotes.map(({ documentId, start, end }) => [documentId, start, end])
    expect(places).toEqual(
      kept.quotes.map(({ citation: { documentId, start, end } }) => [documentId, start, end]),
    )
  }
})

test('what clients ask a model for themselves ends well', async () => {
  const task =
    '### Task:\nGenerate a concise, 3-5 word title with an emoji summarizing the chat history.\n### Output:\nJSON format: { "title": "your concise title here" }'
  const messages = [{ role: 'user' as const, content: task }]
  const { choices } = await client.chat.completions.create({ model: 'footnote', messages })
  expect(choices[0]?.message.content).toMatch(/^The documents do not answer this question\./)
})
