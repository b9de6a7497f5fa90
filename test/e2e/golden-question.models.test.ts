import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OpenAI } from 'openai'
import { answer } from '../../server/answer/answer-schema.ts'
import { readAnswerMarkdown } from '../../server/answer/read-answer-markdown.ts'
import { eventsIn } from '../support/event-stream.ts'
import { call, connect } from '../support/mcp-client.ts'
import { run, start } from '../support/process.ts'
import { post } from '../support/serve-words.ts'
import { copyShippedIndex } from '../support/shared-models.ts'
import { shippedText } from '../support/shipped-document.ts'
import { temporaryFolder } from '../support/temporary.ts'

const QUESTION = 'why did Iran not oppose Kadhimi?'
const SENTENCE =
  "Iran, which supported al-Kadhimi's appointment even though he was not its first choice, also has no interest in further escalation, and is therefore refraining from criticism of his measures."

const cleanups: (() => Promise<void>)[] = []
let indexDir: string
let url: string

beforeAll(async () => {
  indexDir = await temporaryFolder((clean) => cleanups.unshift(clean))
  await copyShippedIndex(indexDir)
  ;({ url } = await start({ INDEX_DIR: indexDir }, (end) => cleanups.unshift(end)))
})

afterAll(async () => {
  for (const clean of cleanups) await clean()
})

function expectGolden(given: unknown) {
  const { answered, quotes } = answer.parse(given)
  expect(answered).toBe(true)
  expect(quotes[0]?.text).toContain(SENTENCE)
  expect(quotes[0]?.citation).toMatchObject({ documentId: 'inss-insight-1351', paragraph: 11 })
  expect(quotes[0]?.citation.start).toBeLessThanOrEqual(7120)
  expect(quotes[0]?.citation.end).toBeGreaterThanOrEqual(7311)
  const text = shippedText()
  for (const { text: quote, citation, passage } of quotes) {
    expect(text.slice(citation.start, citation.end)).toBe(quote)
    expect(text.slice(passage.start, passage.end)).toBe(passage.text)
  }
}

/** What each door for programs gives first: the words, and where they stand. Null where it refuses. */
async function throughEveryDoor(question: string) {
  const [json, query, events] = await Promise.all([
    post(url, { question }),
    fetch(`${url}/ask?${new URLSearchParams({ question }).toString()}`),
    post(url, { question }, { Accept: 'text/event-stream' }),
  ])
  const end = eventsIn(await events.text()).at(-1)?.data
  const client = await connect(url)
  const mcp = (await call(client, 'ask', { question })).structured
  const answers = [await json.json(), await query.json(), end, mcp].map((one) => answer.parse(one))
  const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none' })
  const chat = await openai.chat.completions.create({
    model: 'footnote',
    messages: [{ role: 'user', content: question }],
  })
  const response = await openai.responses.create({ model: 'footnote', input: question })
  const texts = [chat.choices[0]?.message.content ?? '', response.output_text]
  return [
    ...answers.map(({ quotes: [quote] }) => (quote ? found(quote.text, quote.citation) : null)),
    ...texts.map((text) => {
      const [quote] = readAnswerMarkdown(text).quotes
      return quote ? found(quote.words, quote) : null
    }),
  ]
}

interface Place {
  readonly documentId: string
  readonly start: number
  readonly end: number
}

function found(words: string, { documentId, start: from, end }: Place) {
  return { words, documentId, start: from, end }
}

describe('the golden question', () => {
  test('gets the same first quote through every door, and another question the same refusal', async () => {
    const golden = { words: SENTENCE, documentId: 'inss-insight-1351', start: 7120, end: 7311 }
    expect(await throughEveryDoor(QUESTION)).toEqual(Array.from({ length: 6 }, () => golden))
    const refused = await throughEveryDoor('What is the capital of Peru?')
    expect(refused).toEqual(Array.from({ length: 6 }, () => null))
  })

  test('over HTTP', async () => {
    expectGolden(await (await post(url, { question: QUESTION })).json())
  })

  test('on the command line, where there is an index', async () => {
    const asked = run('ask', [QUESTION, '--json'], { INDEX_DIR: indexDir })
    expect(await asked.ended).toBe(0)
    expectGolden(JSON.parse(asked.output().stdout))
  })

  test('on the command line, where there is none yet; for people, without colours', async () => {
    const own = await temporaryFolder()
    const asked = run('ask', QUESTION.split(' '), { INDEX_DIR: own })
    expect(await asked.ended).toBe(0)
    const { stdout, stderr } = asked.output()
    expect(stdout).toContain(`“${SENTENCE}” [1]`)
    expect(stdout).toContain('paragraph 11')
    expect(stdout).not.toContain('\u001B')
    expect(stderr).toMatch(/Indexed \d+\/\d+ kB \| [\d.]+\/s \| .* left/)
  })
})

test('a sentence that a blank line broke is quoted as it stands, and shown on one line', async () => {
  const given = await (await post(url, { question: 'Who was murdered in Baghdad?' })).json()
  const { quotes, answer: shown } = answer.parse(given)
  expect(quotes[0]?.text).toContain('In early July, a\n\ncommentator on security affairs')
  expect(shown).toContain('In early July, a commentator on security affairs')
})

test.each(['What is the capital of Peru?', 'How do I reset my password?'])(
  'what the document does not answer is not answered: %s',
  async (question) => {
    const given = answer.parse(await (await post(url, { question })).json())
    expect(given).toMatchObject({ answered: false, quotes: [] })
  },
)

test('explain shows what the reader made of each sentence that it read', async () => {
  const given = await (await post(url, { question: QUESTION, explain: true })).json()
  const { candidates = [], windows = [] } = answer.parse(given).explanation ?? {}
  expect(windows.length).toBeGreaterThanOrEqual(1)
  expect(candidates[0]?.reading?.margin).toBeGreaterThan(0)
  for (const candidate of candidates) {
    const { words } = candidate.reading ?? { words: candidate }
    expect(words.start).toBeGreaterThanOrEqual(candidate.start)
    expect(words.end).toBeLessThanOrEqual(candidate.end)
  }
})

test('of a long document only a few sentences are scored, and a few windows read', async () => {
  const question = 'Who was prime minister of Iraq before al-Kadhimi?'
  const given = await (await post(url, { question, explain: true })).json()
  const { candidates = [], windows = [] } = answer.parse(given).explanation ?? {}
  expect(candidates.length).toBeGreaterThan(16)
  expect(candidates.filter(({ logit }) => logit !== null).length).toBeLessThanOrEqual(16)
  expect(windows.length).toBeLessThanOrEqual(4)
})

test('the words that answer are marked inside the quote', async () => {
  const question = 'When was al-Kadhimi appointed prime minister?'
  const { quotes } = answer.parse(await (await post(url, { question })).json())
  const { highlight } = quotes[0] ?? {}
  expect(highlight && shippedText().slice(highlight.start, highlight.end)).toContain('April 2020')
})

test('explain says on the command line what became of each candidate', async () => {
  const asked = run('ask', [QUESTION, '--explain'], { INDEX_DIR: indexDir })
  await asked.ended
  const { stdout } = asked.output()
  expect(stdout).toContain('BM25  vector  fused  distance  overlap   logit  margin')
  expect(stdout).toContain('not scored by the cross-encoder')
  expect(stdout.trim().split('\n').at(-1)).toMatch(/^Ranking decided/)
})

test.each([
  [['--colour', 'red', 'why?'], /unknown option '--colour'/],
  [['  '], /The question must not be empty/],
])('a wrong command is told in a line: %j', async (args, message) => {
  const asked = run('ask', args, { INDEX_DIR: indexDir })
  expect(await asked.ended).toBe(1)
  expect(asked.output().stderr).toMatch(message)
  expect(asked.output().stderr).not.toMatch(/\bat .*:\d+:\d+/)
})

test('without a question, a conversation is held on the terminal', async () => {
  const lines = 'why did Iran not oppose Kadhimi?\n\nWhen was he appointed?\n?\nthanks\n'
  const asked = run('ask', [], { INDEX_DIR: indexDir }, lines)
  expect(await asked.ended).toBe(0)
  const { stdout } = asked.output()
  expect(stdout).toMatch(/Read as: When was he appointed\? \(.*Kadhimi\)/)
  expect(stdout).toContain('Iran, which supported')
  expect(stdout).toContain('April 2020')
  expect(stdout).toContain('The question must not be empty')
  expect(stdout).toContain('You are welcome.')
})

test('a server answers after its index folder was deleted', async () => {
  await rm(indexDir, { recursive: true })
  expectGolden(await (await post(url, { question: QUESTION })).json())
})
