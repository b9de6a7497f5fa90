import { readFile } from 'node:fs/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { answerQuestion, type Question } from '../../server/answer/answer.ts'
import { answer as answerSchema } from '../../server/answer/answer-schema.ts'
import { quoteText } from '../../server/answer/quotes.ts'
import { build, open } from '../support/project.ts'
import { post, serveWords } from '../support/serve-words.ts'
import { temporaryFolder, writeFiles } from '../support/temporary.ts'
import { wordVectors } from '../support/word-vectors.ts'

const SHIPPED = new URL('../../documents/inss-insight-1351.txt', import.meta.url)

const OWLS = `---
title: "Night Hunters: Owls of the North"
author: [Jane Roe, Tom Poe]
date: 2021-05-03
publisher: Owl Press
---
Owls hunt at night. They hear well.

This report was written by Jane Roe and Tom Poe and came out in a forest. It was published by Owl Press on 3 May 2021.
`

/** Asks of an index of these files, by name. */
async function asking(files: Record<string, string>) {
  const documents = await temporaryFolder()
  const indexDir = await temporaryFolder()
  await writeFiles(documents, files)
  await build(documents, indexDir, wordVectors())
  const store = await open(indexDir)
  onTestFinished(() => store.close())
  return async (question: string, options: Partial<Question> = {}, minConfidence = 0.5) => {
    const asked = { question, maxQuotes: 3, documentIds: null, ...options }
    const given = await answerQuestion(asked, { store, inference: wordVectors(), minConfidence })
    for (const quote of [...given.quotes, ...given.closest]) {
      const text = (await store.document(quote.passage.document.id))?.text
      expect(text?.slice(quote.start, quote.end)).toBe(quoteText(quote))
    }
    return {
      by: given.explanation.decidedBy,
      text: given.text,
      confidence: given.confidence,
      quotes: given.quotes.map(quoteText),
      closest: given.closest.map(quoteText),
      documentId: [...given.quotes, ...given.closest][0]?.passage.document.id,
    }
  }
}

describe('the document that ships', () => {
  test.each([
    ['Who wrote this?', ['Yaron Schneider'], 1],
    ['Who is the author of this report?', ['Yaron Schneider'], 1],
    ['When was it published?', ['INSS Insight No. 1351, July 22, 2020'], 1],
    ['Who published this?', ['INSS Insight No. 1351, July 22, 2020'], 1],
    [
      'What is it called?',
      ['Tightrope over the Tigris: Iraqi Prime Minister Reins in Iran-Backed Militias'],
      1,
    ],
    ['Who wrote Tightrope over the Tigris?', ['Yaron Schneider'], 1],
    [
      'What is this document about?',
      [
        'Tightrope over the Tigris: Iraqi Prime Minister Reins in Iran-Backed Militias',
        'Initial steps taken by the new Prime Minister of Iraq, Mustafa al-Kadhimi, indicate that he intends to restrain the elements that weaken and destabilize the country, among them the militias supported by Iran.',
      ],
      0.7,
    ],
  ])('answers of itself: %s', async (question, quotes, confidence) => {
    const ask = await asking({ 'inss.txt': await readFile(SHIPPED, 'utf8') })
    expect(await ask(question)).toMatchObject({ by: 'document', quotes, confidence })
  })

  test.each([
    'Who wrote the constitution?',
    'When was the Treaty published?',
    'What is the article 5 about?',
    'Who is the author of the strategic dialogue?',
    'What is the Prime Minister about?',
    'When was Mustafa al-Kadhimi released?',
    'When was the Prime Minister appointed?',
  ])('is searched for everything else: %s', async (question) => {
    const ask = await asking({ 'inss.txt': await readFile(SHIPPED, 'utf8') })
    expect((await ask(question)).by).not.toBe('document')
  })
})

describe('a detail', () => {
  test('is quoted from a sentence that speaks of it', async () => {
    const ask = await asking({ 'owls.txt': OWLS })
    const author = 'This report was written by Jane Roe and Tom Poe and came out in a forest.'
    expect(await ask('Who wrote this?')).toMatchObject({
      quotes: [author],
      text: `“${author}” [1]`,
    })
    const published = ['It was published by Owl Press on 3 May 2021.']
    expect(await ask('When did this come out?')).toMatchObject({ quotes: published })
    expect(await ask('Who published it?')).toMatchObject({ quotes: published })
  })

  test('that does not stand in the text is said beside the opening', async () => {
    const ask = await asking({
      'a.txt': '---\nauthor: Ann\ndate: 2020-01-02\n---\nAnn met owls on 2 January 2020.\n',
    })
    expect(await ask('Who wrote this?')).toMatchObject({
      by: 'document',
      text: "The document's details name Ann as its author.\n\n“Ann met owls on 2 January 2020.” [1]",
      quotes: ['Ann met owls on 2 January 2020.'],
      confidence: 0.9,
    })
    expect((await ask('When was it published?')).text).toMatch(
      "The document's details give 2020-01-02 as its date.",
    )
    expect((await ask('What is the title?')).text).toMatch('details give “a” as its title.')
    expect((await ask('Who wrote this?', {}, 0.95)).by).not.toBe('document')
  })

  test('that the document lacks is not answered, with the opening as the closest', async () => {
    const ask = await asking({ 'a.txt': 'Owls fly. They hunt.\n' })
    for (const [question, text] of [
      ['Who wrote this?', 'The document does not say who wrote it.'],
      ['When was it published?', 'The document does not say when it was published.'],
      ['Who is the publisher?', 'The document does not say who published it.'],
    ] as const) {
      expect(await ask(question)).toEqual({
        by: 'document',
        text,
        confidence: 0,
        quotes: [],
        closest: ['Owls fly. They hunt.'],
        documentId: 'a',
      })
    }
  })

  test('that only the text has is searched for', async () => {
    const ask = await asking({ 'a.txt': 'Owls fly.\n\nThis was written by Jane Roe.\n' })
    const { by, closest } = await ask('Who wrote this?')
    expect(by).not.toBe('document')
    expect(closest[0]).toContain('Jane Roe')
  })

  test.each([
    ['2020-07-22', '22nd July 2020', 'en'],
    ['2020-07-22', 'Berlin, 22. Juli 2020', 'de'],
    ['2020-07-22', '22 de julio de 2020', 'es'],
    ['22 July 2020', '2020-07-22', 'en'],
    ['2020-09', 'Sept. 2020', 'en'],
    ['2020', 'Spring 2020', 'en'],
    ['2020-07-07', '07/07/2020', 'en'],
  ])('is recognised however a date is written: %s as %s', async (date, line, language) => {
    const ask = await asking({
      'a.txt': `---\ndate: ${date}\nlanguage: ${language}\n---\n${line}\n\nOwls fly.\n`,
      'b.txt': 'Cats sleep.\n',
    })
    // The question is read as English, since a document is in English.
    const { quotes } = await ask('When was this article published?', { context: after('a') })
    expect(quotes).toEqual([line])
  })

  test.each([
    ['2020-07-22', 'July 23, 2020'],
    ['2020-07-22', 'June 22, 2020'],
    ['2020-07', 'No. 7, 2020'],
    ['2020-13-45', 'July 22, 2020'],
    ['***', '*** July ***'],
  ])('is not taken for another date: %s for %s', async (date, line) => {
    const ask = await asking({ 'a.txt': `---\ndate: "${date}"\n---\n${line}\n\nOwls fly.\n` })
    expect((await ask('When was it published?')).quotes).toEqual(['Owls fly.'])
  })

  test('of an empty document is not answered', async () => {
    const ask = await asking({ 'a.txt': '---\nauthor: Ann\n---\n' })
    for (const question of ['Who wrote this?', 'What is this about?', 'When was it published?']) {
      expect(await ask(question)).toMatchObject({ quotes: [], closest: [] })
    }
  })
})

describe('what a document is about', () => {
  test('is its opening, where its title is a heading or a file name', async () => {
    const ask = await asking({ 'a.md': '# Owls\n\nOwls fly. They hunt. They sleep.\n' })
    expect((await ask('What is this about?')).quotes).toEqual(['Owls fly. They hunt.'])
  })

  test('is its opening rather than its title, where one quote is wanted', async () => {
    const ask = await asking({ 'a.txt': '---\ntitle: Owls\n---\nOwls\n\nOwls fly.\n' })
    expect((await ask('What is this about?')).quotes).toEqual(['Owls', 'Owls fly.'])
    expect((await ask('What is this about?', { maxQuotes: 1 })).quotes).toEqual(['Owls fly.'])
  })

  test('is its first line, where it has no sentence', async () => {
    const ask = await asking({ 'a.txt': 'Owls\n\nCats\n' })
    expect((await ask('What is this about?')).quotes).toEqual(['Owls'])
  })

  test('is at most 400 characters, or one sentence', async () => {
    const long = `Owls ${'fly and '.repeat(60)}hunt.`
    const ask = await asking({ 'a.txt': `${long} They sleep.\n` })
    expect((await ask('What is this about?')).quotes).toEqual([long])
  })
})

describe('of several documents', () => {
  const files = {
    'owls.txt': OWLS,
    'cats.txt': '---\ntitle: Cats of the South\nauthor: Ann\n---\nCats sleep.\n',
    'treaty.txt': '---\ntitle: The Treaty\nauthor: Bob\n---\nStates signed it.\n',
    'hostile.txt': '---\ntitle: "(.*)+[a-z]{2,} $^ \\\\ C++"\nauthor: Eve\n---\nNothing.\n',
    'signs.txt': '---\ntitle: "?!*"\nauthor: Mallory\n---\nNothing.\n',
  }

  test.each([
    ['Who wrote Cats of the South?', {}, 'cats'],
    ['Who wrote Night Hunters?', {}, 'owls'],
    ['Who wrote the article Night Hunters: Owls of the North?', {}, 'owls'],
    ['Who is the author of the paper about cats?', {}, 'cats'],
    ['Who wrote "(.*)+[a-z]{2,} $^ \\ C++"?', {}, 'hostile'],
    ['Who wrote this?', { documentIds: ['cats'] }, 'cats'],
    ['Who wrote this?', { documentIds: ['signs'] }, 'signs'],
    ['Who wrote this document?', { context: after('treaty') }, 'treaty'],
    ['Who wrote the article Cats of the South?', { context: after('treaty') }, 'cats'],
  ])('the one that the question means answers: %s %j', async (question, options, documentId) => {
    const ask = await asking(files)
    expect(await ask(question, options)).toMatchObject({ by: 'document', documentId })
  })

  test.each([
    ['Who wrote this?', {}],
    ['Who is the author?', { documentIds: ['cats', 'owls'] }],
    ['Who wrote it?', { context: after('cats') }],
    ['Who wrote this document?', { documentIds: ['cats', 'owls'], context: after('treaty') }],
    // One word names a thing rather than a document.
    ['When was the Treaty published?', {}],
    ['Who wrote Owls?', {}],
    ['Who wrote the article about dogs?', { documentIds: ['cats'] }],
    ['Who wrote ?!*', {}],
    // The name of a document that has no such detail may be the name of what it is about.
    ['When was Cats of the South published?', {}],
    ['When was the text on cats published?', { documentIds: ['cats'] }],
  ])('none answers where it is unknown which: %s %j', async (question, options) => {
    const ask = await asking(files)
    expect((await ask(question, options)).by).not.toBe('document')
  })

  test('none answers where two have the same title', async () => {
    const same = '---\ntitle: Cats of the South\nauthor: Ann\n---\nCats sleep.\n'
    const ask = await asking({ 'a.txt': same, 'b.txt': same })
    expect((await ask('Who wrote Cats of the South?')).by).not.toBe('document')
  })
})

function after(documentId: string) {
  return { typed: '', documentId, shown: [] }
}

/** Asks over HTTP, in one conversation. */
async function conversing(files: Record<string, string>) {
  const url = await serveWords({}, { files })
  let conversationId: string | undefined
  return async (question: string, options: Record<string, unknown> = {}) => {
    const id = conversationId && { conversationId }
    const response = await post(url, { question, explain: true, ...id, ...options })
    const given = answerSchema.parse(await response.json())
    ;({ conversationId } = given)
    return given
  }
}

describe('in a conversation', () => {
  test('"this" is the document that was quoted, "it" the one that was asked about', async () => {
    const ask = await conversing({ 'owls.txt': OWLS })
    expect((await ask('When do cats sleep?')).quotes[0]?.citation.documentId).toBe('cats')
    const author = await ask('Who wrote this?')
    expect(author).toMatchObject({
      interpretedAs: 'Who wrote this document?',
      answer: expect.stringMatching("The document's details name Ann as its author."),
      quotes: [{ citation: { documentId: 'cats', author: 'Ann' } }],
      explanation: { decidedBy: 'document', candidates: [] },
    })
    expect(await ask('When was it published?')).toMatchObject({
      interpretedAs: 'When was this document published?',
      quotes: [{ citation: { documentId: 'cats', date: '2020-01-02' } }],
    })
    expect(await ask('Who is the publisher?')).toMatchObject({
      answered: false,
      answer: 'The document does not say who published it.',
      closest: [{ citation: { documentId: 'cats' } }],
    })
  })

  test('"it" is no document where something else was asked before', async () => {
    const ask = await conversing({ 'owls.txt': OWLS })
    await ask('When do cats sleep?')
    for (const question of [
      'When was it published?',
      'What was this about?',
      'Who wrote the night?',
      'Who published it?',
    ]) {
      expect((await ask(question)).explanation?.decidedBy).not.toBe('document')
    }
  })

  test('"more" gives what is left, and then says that there is nothing more', async () => {
    const ask = await conversing({
      'bats.txt': '---\ntitle: Bats\n---\nBats\n\nBats fly at night.\n',
    })
    const options = { documents: ['bats'], maxQuotes: 1 }
    const first = await ask('What is this document about?', options)
    expect(first.answer).toBe('“Bats fly at night.” [1]')
    expect((await ask('more', options)).answer).toBe('“Bats” [1]')
    expect(await ask('more', options)).toMatchObject({ answered: false, quotes: [] })
  })

  test('the conversation is about the document from then on', async () => {
    const ask = await conversing({ 'owls.txt': OWLS })
    await ask('When do cats sleep?')
    await ask('When do cats hunt?')
    await ask('Who wrote Night Hunters: Owls of the North?')
    expect((await ask('What do they hear?')).quotes[0]?.citation.documentId).toBe('owls')
    expect((await ask('Who wrote this article?')).quotes[0]?.citation.documentId).toBe('owls')
  })

  test('the answer comes from the cache the second time', async () => {
    const inference = wordVectors()
    const url = await serveWords({}, { inference })
    const question = { question: 'Who wrote this?', documents: ['cats'] }
    const [first, second] = [await post(url, question), await post(url, question)]
    const [{ quotes }, again] = [
      answerSchema.parse(await first.json()),
      answerSchema.parse(await second.json()),
    ]
    expect(again.quotes).toEqual(quotes)
    expect(quotes).toHaveLength(1)
    expect(inference.embedded).toBe(0)
  })
})
