import path from 'node:path'
import { execFileSync } from 'node:child_process'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type InferenceOptions, startInference } from '../../index/inference/inference.ts'
import { loadTokenizer } from '../../index/inference/tokenizer.js'
import { sequencesOf, tokensOf } from '../../index/inference/tokens.js'
import { cosine as cosineOf } from '../../index/cosine.ts'
import { MODELS } from '../support/project.ts'

/** Of the children that run the models. */
function modelProcesses(): number[] {
  const found = execFileSync('pgrep', ['-P', String(process.pid), '-f', 'inference-process'])
  return found.toString().trim().split('\n').map(Number)
}

function modelProcess(): number {
  return modelProcesses().at(-1) ?? Number.NaN
}

async function start(options: Partial<InferenceOptions> = {}) {
  const inference = await startInference({ ...MODELS, ...options })
  onTestFinished(() => inference.close())
  return inference
}

/** So many that a process is at work on them for half a second. */
const TEXTS = Array.from({ length: 40 }, (_, i) => `Cats sleep all day, and hunt at night: ${i}.`)

test('a call is answered although its process is killed while idle or at work', async () => {
  const inference = await start()
  const before = await inference.score('When do cats sleep?', TEXTS)
  for (let kill = 0; kill < 2; kill += 1) {
    const scored = inference.score('When do cats sleep?', TEXTS)
    await new Promise((resolve) => setTimeout(resolve, 100))
    process.kill(modelProcess(), 'SIGKILL')
    expect(await scored).toEqual(before)
  }
  process.kill(modelProcess(), 'SIGKILL')
  expect(await inference.score('When do cats sleep?', TEXTS)).toEqual(before)
})

test('a process that hangs is replaced, and its call answered', async () => {
  const inference = await start({ processes: 1, timeoutPerTextMs: 300 })
  const [before] = await inference.embed(['Cats sleep.'])
  process.kill(modelProcess(), 'SIGSTOP')
  const [after] = await inference.embed(['Cats sleep.'])
  expect(after).toEqual(before)
})

test('a running call rejects when the inference is closed', async () => {
  const inference = await start()
  const scored = inference.score('When do cats sleep?', TEXTS)
  await Promise.all([
    expect(scored).rejects.toMatchObject({ code: 'inference-failed' }),
    inference.close(),
  ])
})

test('a call that nobody waits for is dropped while it waits, and needs no further process', async () => {
  const inference = await start()
  const before = await inference.score('When do cats sleep?', TEXTS)
  const leave = new AbortController()
  const { signal } = leave
  const abandoned = [
    inference.embed(TEXTS, { signal }),
    inference.score('When do cats sleep?', TEXTS, { signal }),
    inference.read('When do cats sleep?', TEXTS, { signal }),
  ]
  leave.abort(new Error('gone'))
  const dropped = await Promise.allSettled(abandoned)
  expect(dropped.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(await inference.score('When do cats sleep?', TEXTS)).toEqual(before)
  expect(modelProcesses()).toHaveLength(MODELS.processes)
  await expect(inference.embed(TEXTS, { signal })).rejects.toThrow('gone')
})

test('one process gives what two give', async () => {
  const [two, one] = [await start(), await start({ processes: 1 })]
  const question = 'When do cats sleep?'
  const passages = [{ title: 'Cats', sentences: TEXTS.slice(0, 3) }]
  expect(await one.embed([question])).toEqual(await two.embed([question]))
  expect(await one.embedSentences(passages)).toEqual(await two.embedSentences(passages))
  expect(await one.score(question, TEXTS)).toEqual(await two.score(question, TEXTS))
  expect(await one.read(question, TEXTS)).toEqual(await two.read(question, TEXTS))
})

test('calls in the background come after those of questions', async () => {
  const inference = await start({ processes: 1 })
  const done: string[] = []
  const passage = { title: 'Cats', sentences: TEXTS }
  const note = async (name: string, call: Promise<unknown>) => {
    await call
    done.push(name)
  }
  await Promise.all([
    note('running', inference.embedSentences([passage], { isBackground: true })),
    note('background', inference.embedSentences([passage], { isBackground: true })),
    note('question', inference.score('When do cats sleep?', TEXTS)),
  ])
  expect(done).toEqual(['running', 'question', 'background'])
})

/** Of two vectors that are there. */
function cosine(
  a: Float32Array = new Float32Array(),
  b: Float32Array = new Float32Array(),
): number {
  return cosineOf(a, b)
}

describe('the sentences of a passage', () => {
  test('have one normalised vector each, which knows the title and the sentence before', async () => {
    const inference = await start()
    const sentences = ['She joined the Senate in 1931.', 'She was appointed in April.']
    const [vectors = []] = await inference.embedSentences([{ title: 'Hattie Caraway', sentences }])
    expect(vectors.map((vector) => cosine(vector, vector))).toEqual([
      expect.closeTo(1, 5),
      expect.closeTo(1, 5),
    ])
    const [asked] = await inference.embed(['When was Hattie Caraway appointed?'])
    const [alone = []] = await inference.embedSentences([
      { title: 'Taxes', sentences: sentences.slice(1) },
    ])
    expect(cosine(vectors[1], asked)).toBeGreaterThan(cosine(alone[0], asked) + 0.1)
    expect(cosine(vectors[1], asked)).toBeGreaterThan(cosine(vectors[0], asked))
  })

  test('are all embedded where the model does not read them at once', async () => {
    const inference = await start()
    const long = Array.from(
      { length: 60 },
      (_, i) => `Cats hunt ${i} mice, voles and rats in the old barn.`,
    )
    const endless = 'mouse '.repeat(600)
    const sentences = [...long, endless, 'Owls hunt bats.']
    const [vectors = []] = await inference.embedSentences([
      { title: 'Barns '.repeat(200), sentences },
    ])
    expect(vectors).toHaveLength(62)
    const [asked] = await inference.embed(['What do owls hunt?'])
    const cosines = vectors.map((vector) => cosine(vector, asked))
    expect(cosines.indexOf(Math.max(...cosines))).toBe(61)
  })
})

function indexOfHighest(logits: Float32Array): number {
  return logits.indexOf(Math.max(...logits))
}

test('the words that answer are read with their places in the text', async () => {
  const inference = await start()
  const text =
    'A report: Élodie Martin-Petit (b. 1931) led the «Office» until May 1999, earning $4,500.'
  const [reading] = await inference.read('Until when did she lead the office?', [text])
  if (!reading) throw new Error('there is no reading')
  const first = reading.places[indexOfHighest(reading.starts)]
  const last = reading.places[indexOfHighest(reading.ends)]
  expect(text.slice(first?.start, last?.end)).toBe('May 1999')
  const words = new Set(reading.places.map(({ start: from, end }) => text.slice(from, end)))
  expect([...words].join(' ')).toBe(
    'A report : Élodie Martin - Petit ( b . 1931 ) led the « Office » until May 1999 , earning $ 4 500',
  )
})

test.each([
  'Don’t stop – Zürich’s 3.5 % (e.g. "naïve" co-op)… #1_a [SEP] [CLS] C++ <b> \u00A0x\u200By',
  '東京タワー и «Привет», مرحبا! e\u0301te\u0301 ﬁn İstanbul',
])('a text has the same tokens word by word as in one piece: %s', async (text) => {
  const folder = path.join(MODELS.modelsDir, MODELS.readerModel)
  const { idsOf, classifier, separator } = sequencesOf(await loadTokenizer(folder))
  const { tokens } = tokensOf(text, idsOf, 1000)
  expect(tokens).toEqual(idsOf(text))
  // What stands in a document is never a token that separates texts.
  expect(tokens).not.toContain(separator)
  expect(tokens).not.toContain(classifier)
})
