import OpenAI, { AuthenticationError, BadRequestError, NotFoundError } from 'openai'
import type { ChatCompletionMessageParam } from 'openai/resources'
import { describe, expect, test } from 'vitest'
import { answer } from '../../../server/answer/answer-schema.ts'
import { readAnswerMarkdown } from '../../../server/answer/read-answer-markdown.ts'
import { collect } from '../../support/collect.ts'
import { post, serveWords, type WordsOptions } from '../../support/serve-words.ts'

const QUESTION = 'When do cats sleep?'
const WORDS = 'Cats sleep all day. They hunt at night.'
const UNANSWERED = 'How do I reset my password?'
const KEY = 'correct-horse-battery'

function clientOf(url: string, apiKey = 'none') {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 })
}

async function serveClient(options: Parameters<typeof serveWords>[0] = {}, given?: WordsOptions) {
  const url = await serveWords(options, given)
  return { url, client: clientOf(url) }
}

function asked(content: string): ChatCompletionMessageParam[] {
  return [{ role: 'user', content }]
}

describe('the openai client, chat', () => {
  test('lists the models: all documents, and each collection', async () => {
    const files = { 'laws/dogs.txt': 'Dogs must be on a lead.\n' }
    const { client } = await serveClient({}, { files })
    const { data } = await client.models.list()
    expect(data.map(({ id }) => id)).toEqual(['footnote', 'footnote/laws'])
    expect(await client.models.retrieve('footnote/laws')).toMatchObject({ id: 'footnote/laws' })
    const contentFrom = async (model: string) => {
      const messages = asked('Where must dogs be?')
      const { choices } = await client.chat.completions.create({ model, messages })
      return choices[0]?.message.content
    }
    expect(await contentFrom('footnote/laws')).toContain('“Dogs must be on a lead.” [1]')
    await expect(client.models.retrieve('gpt-4')).rejects.toThrow(NotFoundError)
    await expect(contentFrom('footnote/other')).rejects.toThrow(/There is no such model/)
  })

  test('gives the quotes, with annotations that cut out the quoted words', async () => {
    const { client, url } = await serveClient()
    const completion = await client.chat.completions.create({
      model: 'footnote',
      messages: [{ role: 'system', content: 'Be brief.' }, ...asked(QUESTION)],
      temperature: 0,
      max_tokens: 5,
      seed: 1,
      stop: ['.'],
      tools: [],
      tool_choice: 'auto',
    })
    const [choice] = completion.choices
    const content = choice?.message.content ?? ''
    expect(choice).toMatchObject({ finish_reason: 'stop', message: { refusal: null } })
    expect(content).toMatch(/^“Cats sleep all day. They hunt at night.” \[1\]\(http/)
    const cited = (choice?.message.annotations ?? []).map(({ url_citation: at }) => {
      const words = content.slice(at.start_index, at.end_index)
      return { title: at.title, url: at.url, words }
    })
    expect(cited).toMatchObject([{ title: 'cats', words: WORDS }])
    expect(cited[0]?.url).toBe(
      `${url}/documents/cats?start=0&end=39&highlightStart=0&highlightEnd=4#quote`,
    )
    expect(completion.usage).toEqual({
      prompt_tokens: 4,
      completion_tokens: content.split(/\s+/).length,
      total_tokens: 4 + content.split(/\s+/).length,
    })
  })

  test('streams the same', async () => {
    const { client } = await serveClient()
    const body = { model: 'footnote', messages: asked(QUESTION) }
    const whole = await client.chat.completions.create(body)
    const stream = client.chat.completions.stream({
      ...body,
      stream_options: { include_usage: true },
    })
    const chunks = await collect(stream)
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '', refusal: null })
    const streamed = await stream.finalChatCompletion()
    expect(streamed.choices[0]?.message).toMatchObject({ ...whole.choices[0]?.message })
    expect(streamed.choices[0]?.finish_reason).toBe('stop')
    expect(streamed.usage).toEqual(whole.usage)
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1)
  })

  test('refuses in words, without annotations', async () => {
    const { client } = await serveClient()
    const body = { model: 'footnote', messages: asked(UNANSWERED) }
    const whole = await client.chat.completions.create(body)
    const { message } = whole.choices[0] ?? {}
    expect(message).toMatchObject({ refusal: null, annotations: [] })
    expect(message?.content).toMatch(/^The documents do not answer this question\.\n\nThe closest/)
    const stream = client.chat.completions.stream(body)
    expect(await stream.finalContent()).toBe(message?.content)
  })

  test('reads a conversation from its messages as /ask reads it from its store', async () => {
    const files = {
      'dogs.md': '# Care\n\nDogs eat *meat* [1]. They also drink water.\n\nDogs sleep at night.\n',
    }
    const { client, url } = await serveClient({}, { files })
    const messages: ChatCompletionMessageParam[] = []
    let conversationId: string | undefined
    for (const question of [
      'What do dogs eat?',
      'more',
      'And where do they sleep?',
      'thanks',
      'Where do foxes live?',
      'Who wrote this?',
      'When do cats sleep?',
      'Who wrote it?',
    ]) {
      const kept = answer.parse(await (await post(url, { question, conversationId })).json())
      ;({ conversationId } = kept)
      messages.push({ role: 'user', content: question })
      const { choices } = await client.chat.completions.create({ model: 'footnote', messages })
      const { message } = choices[0] ?? {}
      const { interpretedAs } = readAnswerMarkdown(message?.content ?? '')
      expect(interpretedAs ?? question).toBe(kept.interpretedAs)
      const shown = [...kept.quotes, ...kept.alsoOnThis].map(({ citation }) => citation.url)
      const cited = message?.annotations?.map(({ url_citation: at }) => at.url)
      expect(cited).toEqual(shown.map((address) => `${url}${address}#quote`))
      messages.push({ role: 'assistant', content: message?.content ?? '' })
    }
  })

  test('errors have their classes', async () => {
    const { url, client } = await serveClient({ apiKeys: [KEY] })
    const body = { model: 'footnote', messages: asked(QUESTION) }
    for (const wrong of [client, clientOf(url, 'wrong')]) {
      await expect(wrong.chat.completions.create(body)).rejects.toThrow(AuthenticationError)
      await expect(wrong.models.list()).rejects.toMatchObject({ code: 'invalid_api_key' })
    }
    const right = clientOf(url, KEY)
    expect((await right.chat.completions.create(body)).choices).toHaveLength(1)
    const other = right.chat.completions.create({ ...body, model: 'gpt-4' })
    await expect(other).rejects.toThrow(NotFoundError)
    await expect(other).rejects.toMatchObject({ code: 'model_not_found', param: 'model' })
  })

  test.each([
    ['tools', { tools: [{ type: 'function' as const, function: { name: 'f' } }] }],
    ['n', { n: 2 }],
    ['response_format.type', { response_format: { type: 'json_object' as const } }],
    ['modalities.1', { modalities: ['text' as const, 'audio' as const] }],
    ['tool_choice', { tool_choice: 'required' as const }],
    ['messages.0.content', { messages: asked('x'.repeat(1001)) }],
    ['messages.0.content', { messages: asked(' ?') }],
    ['messages', { messages: [{ role: 'system' as const, content: 'Hi' }] }],
    [
      'messages.0.content',
      {
        messages: [
          {
            role: 'user' as const,
            content: [{ type: 'image_url' as const, image_url: { url: 'data:image/png;base64,' } }],
          },
        ],
      },
    ],
  ])('%s is refused where it would mislead', async (param, wrong) => {
    const { client } = await serveClient()
    for (const stream of [false, true]) {
      const body = { model: 'footnote', messages: asked(QUESTION), ...wrong, stream }
      const refused = client.chat.completions.create(body)
      await expect(refused).rejects.toThrow(BadRequestError)
      await expect(refused).rejects.toMatchObject({ param, type: 'invalid_request_error' })
    }
  })
})

describe('the openai client, responses', () => {
  test('gives the quotes, with annotations that cut out the quoted words', async () => {
    const { client } = await serveClient()
    const response = await client.responses.create({ model: 'footnote', input: QUESTION })
    expect(response).toMatchObject({ status: 'completed', store: false, output_text: /^“Cats/ })
    const [item] = response.output
    expect(item).toMatchObject({
      content: [{ annotations: [{ type: 'url_citation', title: 'cats' }] }],
    })
    expect(citedIn(response)).toEqual([WORDS])
  })

  test('streams the same', async () => {
    const { client } = await serveClient()
    const body = { model: 'footnote', input: QUESTION }
    const whole = await client.responses.create(body)
    const stream = client.responses.stream(body)
    const events = await collect(stream)
    expect(events.map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.annotation.added',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ])
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, i) => i))
    const streamed = await stream.finalResponse()
    expect(streamed.output_text).toBe(whole.output_text)
    expect(citedIn(streamed)).toEqual([WORDS])
    expect(streamed.usage).toEqual(whole.usage)
  })

  test('refuses in words, without annotations', async () => {
    const { client } = await serveClient()
    const response = await client.responses.create({ model: 'footnote', input: UNANSWERED })
    expect(response.output_text).toMatch(/^The documents do not answer this question\./)
    expect(citedIn(response)).toEqual([])
  })

  test.each([false, true])('continues a stored response, streamed: %s', async (isStreamed) => {
    const { client } = await serveClient()
    const ask = async (input: string, previous: string | null) => {
      const body = { model: 'footnote', input, store: true, previous_response_id: previous }
      if (!isStreamed) return client.responses.create(body)
      return client.responses.stream(body).finalResponse()
    }
    const first = await ask(QUESTION, null)
    const second = await ask('Who wrote this?', first.id)
    expect(second.output_text).toMatch(/^Read as: Who wrote this document\?/)
    expect(second.previous_response_id).toBe(first.id)
    const third = await ask('And when do they hunt?', second.id)
    expect(new Set([first.id, second.id, third.id]).size).toBe(3)
  })

  test('nothing is kept unless asked', async () => {
    const { client } = await serveClient()
    const { id } = await client.responses.create({ model: 'footnote', input: QUESTION })
    for (const unknown of [id, 'resp_x']) {
      const body = { model: 'footnote', input: 'more', previous_response_id: unknown }
      await expect(client.responses.create(body)).rejects.toMatchObject({
        status: 404,
        code: 'previous_response_not_found',
        param: 'previous_response_id',
      })
      await expect(client.responses.create({ ...body, stream: true })).rejects.toThrow(
        NotFoundError,
      )
    }
  })

  test.each([
    ['tools', { tools: [{ type: 'web_search' as const }] }],
    ['text.format.type', { text: { format: { type: 'json_object' as const } } }],
    ['background', { background: true }],
    ['conversation', { conversation: 'conv_1' }],
    ['input', { input: ' ' }],
  ])('%s is refused where it would mislead', async (param, wrong) => {
    const { client } = await serveClient()
    const refused = client.responses.create({ model: 'footnote', input: QUESTION, ...wrong })
    await expect(refused).rejects.toThrow(BadRequestError)
    await expect(refused).rejects.toMatchObject({ type: 'invalid_request_error' })
    await expect(refused).rejects.toThrow(param)
  })
})

/** The words that the annotations of a response cut out of its text. */
function citedIn({ output }: OpenAI.Responses.Response): string[] {
  const contents = output.flatMap((item) => (item.type === 'message' ? item.content : []))
  return contents.flatMap((part) =>
    part.type === 'output_text'
      ? part.annotations.flatMap((at) =>
          at.type === 'url_citation' ? part.text.slice(at.start_index, at.end_index) : [],
        )
      : [],
  )
}
