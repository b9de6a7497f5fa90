import { describe, expect, test } from 'vitest'
import { answer } from '../../server/answer/answer-schema.ts'
import { post, serveWords } from '../support/serve-words.ts'

const JSON_PLEASE = { headers: { Accept: 'application/json' } }
const QUESTION = { question: 'When do cats sleep?' }

describe('POST /ask', () => {
  test('gives the quotes with their citations', async () => {
    const url = await serveWords()
    const response = await post(url, QUESTION)
    expect(response.status).toBe(200)
    const body = answer.parse(await response.json())
    expect(body).toMatchObject({
      answered: true,
      answer: '“Cats sleep all day. They hunt at night.” [1]',
      interpretedAs: 'When do cats sleep?',
      closest: [],
    })
    expect(body.quotes[0]).toMatchObject({
      number: 1,
      text: 'Cats sleep all day. They hunt at night.',
      highlight: { start: 0, end: 4 },
      citation: {
        documentId: 'cats',
        title: 'cats',
        author: 'Ann',
        date: '2020-01-02',
        publisher: null,
        source: null,
        start: 0,
        end: 39,
        paragraph: 1,
        heading: null,
        page: null,
        url: '/documents/cats?start=0&end=39&highlightStart=0&highlightEnd=4',
      },
      passage: { text: 'Cats sleep all day. They hunt at night.', start: 0, end: 39 },
    })
    const opened = await fetch(url + body.quotes[0]?.citation.url, JSON_PLEASE)
    expect(await opened.json()).toMatchObject({
      quote: { text: 'Cats sleep all day. They hunt at night.' },
    })
  })

  test('refuses with the closest quotes where no sentence answers', async () => {
    const response = await post(await serveWords(), { question: 'How do I reset my password?' })
    expect(response.status).toBe(200)
    const body = answer.parse(await response.json())
    expect(body).toMatchObject({ answered: false, quotes: [] })
    expect(body.answer).toMatch(/^The documents do not answer/)
    expect(body.closest.length).toBeGreaterThan(0)
  })

  test('gives a conversation id that cannot be guessed, and accepts it with the next question', async () => {
    const url = await serveWords()
    const first = answer.parse(await (await post(url, QUESTION)).json())
    const second = answer.parse(await (await post(url, QUESTION)).json())
    expect(first.conversationId).toMatch(/^[\w-]{22,}$/)
    expect(second.conversationId).not.toBe(first.conversationId)
    const { conversationId } = first
    const third = await post(url, { ...QUESTION, conversationId })
    expect(await third.json()).toMatchObject({ conversationId })
  })

  test('gives the time of each stage, and with explain the scores of each candidate', async () => {
    const response = await post(await serveWords(), { ...QUESTION, explain: true })
    const timing = response.headers.get('Server-Timing')
    for (const stage of ['embed', 'search', 'rerank', 'total']) {
      expect(timing).toMatch(new RegExp(`\\b${stage};dur=\\d`))
    }
    const { explanation } = answer.parse(await response.json())
    expect(explanation?.decidedBy).toBe('ranking')
    expect(explanation?.candidates.map(({ outcome }) => outcome)).toContain('quoted')
    expect(
      answer.parse(await (await post(await serveWords(), QUESTION)).json()),
    ).not.toHaveProperty('explanation')
  })

  test('answers only from the collections that the request names, and from its documents', async () => {
    const files = {
      'birds/owls.txt': 'Owls sleep by day.',
      'named.txt': '---\ncollection: birds\n---\nHens sleep at night.',
    }
    const url = await serveWords({}, { files })
    const quotedFrom = async (scope: object) => {
      const body = await (
        await post(url, { question: 'When do owls and hens sleep?', ...scope })
      ).json()
      const { quotes, alsoOnThis, closest } = answer.parse(body)
      const ids = Array.from(
        [...quotes, ...alsoOnThis, ...closest],
        (quote) => quote.citation.documentId,
      )
      return [...new Set(ids)].toSorted()
    }
    expect(await quotedFrom({ collections: ['birds'] })).toEqual(['birds-owls', 'named'])
    expect(await quotedFrom({ collections: ['birds'], documents: ['cats'] })).toContain('cats')
    const unknown = await post(url, { ...QUESTION, collections: ['birds', 'fish'] })
    expect(unknown.status).toBe(404)
    expect(await unknown.json()).toMatchObject({ errors: [{ path: 'collections.1' }] })
  })

  test('quotes a text that stands in two documents once, with both citations', async () => {
    const text = 'Owls “sleep” by day.'
    const files = { 'a.md': `# Birds\n\n${text}`, 'b.txt': `Hens lay.\n\nOwls "sleep" by day.` }
    const body = await (
      await post(await serveWords({}, { files }), { question: 'When do owls sleep?' })
    ).json()
    const { quotes } = answer.parse(body)
    const [first, ...others] = quotes.filter((quote) => quote.text.startsWith('Owls'))
    expect(others).toEqual([])
    const places = [first?.citation, ...(first?.alsoIn ?? [])]
    expect(new Set(places.map((place) => place?.documentId))).toEqual(new Set(['a', 'b']))
    for (const place of places) {
      const url = await fetch(
        `${await serveWords({}, { files })}/documents/${place?.documentId}/text`,
      )
      expect((await url.text()).slice(place?.start, place?.end)).toMatch(/^Owls .sleep. by day\.$/)
    }
  })

  test('answers only from the documents that the request names', async () => {
    const response = await post(await serveWords(), { ...QUESTION, documents: ['hostile'] })
    expect(await response.json()).toMatchObject({ answered: false })
  })

  test('GET /ask gives the same answer', async () => {
    const url = await serveWords()
    const query = new URLSearchParams({
      question: 'When do cats sleep?',
      maxQuotes: '1',
      documents: 'cats,hostile',
      explain: 'true',
    })
    const response = await fetch(`${url}/ask?${query.toString()}`)
    expect(await response.json()).toMatchObject({
      quotes: [{ text: 'Cats sleep all day. They hunt at night.' }],
      explanation: { decidedBy: 'ranking' },
    })
  })
})
