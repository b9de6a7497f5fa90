import { createOpenAI } from '@ai-sdk/openai'
import { AIMessage, HumanMessage, SystemMessage } from '@langchain/core/messages'
import { ChatOpenAI } from '@langchain/openai'
import { generateText, type ModelMessage, streamText } from 'ai'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { collect } from '../../support/collect.ts'
import { serveWords } from '../../support/serve-words.ts'

const QUESTION = 'When do cats sleep?'
const WORDS = 'Cats sleep all day. They hunt at night.'
const UNANSWERED = 'How do I reset my password?'
const KEY = 'correct-horse-battery'

/** A server with a key and one without, each with a key that it takes. */
const ACCESS = [
  { apiKeys: [], apiKey: 'any' },
  { apiKeys: [KEY], apiKey: KEY },
]

const MODES = ['chat', 'responses'] as const

beforeEach(() => {
  // Nothing that these clients do may be reported to anybody.
  vi.stubEnv('LANGSMITH_TRACING', 'false')
  vi.stubEnv('LANGCHAIN_TRACING_V2', 'false')
  return () => vi.unstubAllEnvs()
})

describe.each(MODES)("the Vercel AI SDK's %s", (mode) => {
  function modelOf(url: string, apiKey: string) {
    const openai = createOpenAI({ baseURL: `${url}/v1`, apiKey })
    return mode === 'chat' ? openai.chat('footnote') : openai('footnote')
  }

  test.each(ACCESS)('gives the text and its sources: %j', async ({ apiKeys, apiKey }) => {
    const url = await serveWords({ apiKeys })
    const model = modelOf(url, apiKey)
    const { text, sources, usage } = await generateText({ model, prompt: QUESTION, temperature: 0 })
    expect(text).toContain(`“${WORDS}” [1](${url}/documents/cats?`)
    const address = expect.stringContaining(`${url}/documents/cats?start=0&end=39`)
    const expected = [{ sourceType: 'url', title: 'cats', url: address }]
    expect(sources).toMatchObject(expected)
    expect(usage).toMatchObject({ inputTokens: 4, outputTokens: text.split(/\s+/).length })
    const streamed = streamText({ model, prompt: QUESTION })
    expect((await collect(streamed.textStream)).join('')).toBe(text)
    expect(await streamed.sources).toMatchObject(expected)
    expect(await streamed.finishReason).toBe('stop')
  })

  test('has no sources for a refusal', async () => {
    const model = modelOf(await serveWords(), 'any')
    const { text, sources } = await generateText({ model, prompt: UNANSWERED })
    expect(text).toMatch(/^The documents do not answer this question\./)
    expect(sources).toEqual([])
  })

  test('asks a follow-up question', async () => {
    const model = modelOf(await serveWords(), 'any')
    const messages: ModelMessage[] = [{ role: 'user', content: QUESTION }]
    const { response } = await generateText({ model, messages })
    messages.push(...response.messages, { role: 'user', content: 'Who wrote this?' })
    const providerOptions = { openai: { store: false } }
    const { text } = await generateText({ model, messages, providerOptions })
    expect(text).toMatch(/^Read as: Who wrote this document\?\n\n/)
  })

  test('answers a follow-up question whose earlier answers are only referred to', async () => {
    const model = modelOf(await serveWords(), 'any')
    const messages: ModelMessage[] = [{ role: 'user', content: QUESTION }]
    const { response } = await generateText({ model, messages })
    messages.push(...response.messages, { role: 'user', content: 'And when do they hunt?' })
    const { text } = await generateText({ model, messages })
    expect(text).toContain(WORDS)
  })

  test('fails with status 401 for a wrong key', async () => {
    const model = modelOf(await serveWords({ apiKeys: [KEY] }), 'wrong')
    const failed = generateText({ model, prompt: QUESTION, maxRetries: 0 })
    await expect(failed).rejects.toMatchObject({
      statusCode: 401,
      message: expect.stringContaining('Give an API key'),
    })
  })
})

describe.each(MODES)("LangChain's ChatOpenAI with %s", (mode) => {
  function modelOf(url: string, apiKey: string) {
    return new ChatOpenAI({
      model: 'footnote',
      apiKey,
      maxRetries: 0,
      useResponsesApi: mode === 'responses',
      configuration: { baseURL: `${url}/v1` },
    })
  }

  test.each(ACCESS)('answers at once and streamed: %j', async ({ apiKeys, apiKey }) => {
    const model = modelOf(await serveWords({ apiKeys }), apiKey)
    const { text, usage_metadata: usage } = await model.invoke(QUESTION)
    expect(text).toContain(`“${WORDS}” [1](`)
    expect(usage).toMatchObject({ input_tokens: 4 })
    const chunks = await collect(await model.stream(QUESTION))
    expect(chunks.map((chunk) => chunk.text).join('')).toBe(text)
  })

  test('refuses, and reads a conversation', async () => {
    const model = modelOf(await serveWords(), 'any')
    expect((await model.invoke(UNANSWERED)).text).toMatch(/^The documents do not answer/)
    const first = [new SystemMessage('Be brief.'), new HumanMessage(QUESTION)]
    const answered = await model.invoke(first)
    const followUp = new HumanMessage('Who wrote this?')
    expect((await model.invoke([...first, answered, followUp])).text).toMatch(/^Read as: /)
    const foreign = new AIMessage('Cats sleep in the afternoon, I guess.')
    expect((await model.invoke([...first, foreign, followUp])).text).not.toBe('')
  })

  test('fails for a wrong key', async () => {
    const model = modelOf(await serveWords({ apiKeys: [KEY] }), 'wrong')
    await expect(model.invoke(QUESTION)).rejects.toMatchObject({ status: 401 })
  })
})

test("LangChain's responses have the annotations", async () => {
  const url = await serveWords()
  const configuration = { baseURL: `${url}/v1` }
  const model = new ChatOpenAI({
    model: 'footnote',
    apiKey: 'any',
    useResponsesApi: true,
    configuration,
  })
  const { content } = await model.invoke(QUESTION)
  expect(content).toMatchObject([{ annotations: [{ title: 'cats' }] }])
})
