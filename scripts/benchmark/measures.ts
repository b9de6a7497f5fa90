import { setTimeout } from 'node:timers/promises'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buildIndex } from '../../index/build.ts'
import { embeddedTexts, foldSpace } from '../../index/embedded-texts.ts'
import { startInference } from '../../index/inference/inference.ts'
import type { Models } from '../../index/inference/types.ts'
import { splitDocument } from '../../index/splitting/split.ts'
import type { Config } from '../../server/config.ts'
import type { AnswerJson } from '../../server/http/answer-json.ts'
import { answer } from '../../server/http/schemas.ts'
import { lazily } from '../build.ts'
import type { FootnoteProcess } from './footnote-process.ts'

/** What was measured, what it should be, and whether it is. */
export interface Measure {
  readonly what: string
  readonly value: string
  readonly target: string
  readonly met: boolean
}

/** Asked of the document that ships, in the words of people who have not read it. */
const QUESTIONS = [
  'why did Iran not oppose Kadhimi?',
  'Who was murdered in Baghdad?',
  'When was the prime minister appointed?',
  'What does Israel have to do with it?',
  'How does Iran support the militias?',
  'What happened to Falah al-Fayyad?',
  'Who visited Baghdad after the killing of Soleimani?',
  'What is the state of gangs?',
  'Why were the arrested operatives released?',
  'What did the parliament in Baghdad call for?',
  'What is the dialogue with the Kurds about?',
  'What is the capital of Peru?',
]
const ROUNDS = 5

/** A question's median time over HTTP, against the model calls that it makes, made bare in this process. */
export async function measureQuestions(url: string, models: Models): Promise<Measure[]> {
  const http: number[] = []
  const bare: number[] = []
  const pairs: number[] = []
  const asked = []
  for (const question of QUESTIONS) {
    const { explanation } = await ask(url, question, true)
    const candidates = explanation?.candidates ?? []
    const texts = candidates.flatMap(({ logit, text }) => (logit === null ? [] : foldSpace(text)))
    pairs.push(texts.length)
    asked.push({ question, texts })
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { question, texts } of asked) {
      http.push(await timed(() => ask(url, question, false)))
      bare.push(
        await timed(async () => {
          await models.embed(question)
          for (const text of texts) await models.score(question, text)
        }),
      )
    }
  }
  const ratio = median(http) / median(bare)
  return [
    {
      what: 'question over HTTP / its bare model calls (medians)',
      value: `${ratio.toFixed(3)} (${median(http).toFixed(0)} / ${median(bare).toFixed(0)} ms)`,
      target: '≤ 1.2',
      met: ratio <= 1.2,
    },
    {
      what: 'cross-encoder pairs a question, at most',
      value: String(Math.max(...pairs)),
      target: '≤ 8',
      met: Math.max(...pairs) <= 8,
    },
  ]
}

const WAITING = 32

/** How fast `/health` answers while questions wait. */
export async function measureHealth(url: string): Promise<Measure[]> {
  const waiting = new Set(Array.from({ length: WAITING }, (_, i) => i))
  const questions = Array.from(waiting, async (i) => {
    await ask(url, QUESTIONS[i % QUESTIONS.length] ?? '', false)
    waiting.delete(i)
  })
  const times: number[] = []
  while (waiting.size > 0) {
    times.push(await timed(async () => (await fetch(`${url}/health`)).arrayBuffer()))
    await setTimeout(5)
  }
  await Promise.all(questions)
  const p99 = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Infinity
  return [
    {
      what: `/health while ${WAITING} questions wait, p99 of ${times.length}`,
      value: `${p99.toFixed(1)} ms`,
      target: '≤ 50 ms',
      met: p99 <= 50,
    },
  ]
}

/** Resident memory once nothing runs. */
export async function measureMemory(footnote: FootnoteProcess): Promise<Measure[]> {
  await setTimeout(2000)
  const megabytes = (await footnote.memory()) / 2 ** 20
  return [
    {
      what: 'memory at rest, all processes of npm start',
      value: `${megabytes.toFixed(0)} MiB`,
      target: '≤ 600 MiB',
      met: megabytes <= 600,
    },
  ]
}

const SENTENCES = 1500

/** The rate of a whole build, models loaded and index published, against embedding the same texts bare. */
export async function measureBuild(
  config: Config,
  text: string,
  models: Models,
): Promise<Measure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'footnote-benchmark-'))
  try {
    const generated = generateText(text, SENTENCES)
    await writeFile(path.join(folder, 'generated.txt'), generated)
    const texts = splitDocument(generated, 'plain', 'en').flatMap(({ start, end, sentences }) =>
      embeddedTexts('generated', { text: generated.slice(start, end), start, sentences }),
    )
    // Half before and half after the build: a machine that slows down slows both.
    const half = texts.length / 2
    const embedBare = (from: number, to: number) =>
      timed(async () => {
        for (const each of texts.slice(from, to)) await models.embed(each)
      })
    const before = await embedBare(0, half)
    const first = await buildOnce(config, folder)
    const bare = before + (await embedBare(half, texts.length))
    const again = await buildOnce(config, folder)
    const ratio = bare / first.ms
    const rate = (ms: number) => `${((texts.length / ms) * 1000).toFixed(1)}/s`
    return [
      {
        what: `build rate / bare embedding rate, ${first.embedded} sentences`,
        value: `${ratio.toFixed(3)} (${rate(first.ms)} / ${rate(bare)})`,
        target: '≥ 0.85',
        met: ratio >= 0.85 && first.embedded === texts.length,
      },
      {
        what: 'build with nothing changed',
        value: `${again.ms.toFixed(0)} ms, ${again.embedded} embedded`,
        target: '≤ 1000 ms, 0',
        met: again.ms <= 1000 && again.embedded === 0,
      },
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function buildOnce(config: Config, folder: string) {
  const inference = lazily(() => startInference(config.inference))
  let embedded = 0
  const ms = await timed(async () => {
    const result = await buildIndex({
      documentsDir: folder,
      indexDir: path.join(folder, 'built'),
      models: config.inference,
      inference: inference.get,
    })
    ;({ embedded } = result)
  })
  await inference.close()
  return { ms, embedded }
}

/** Sentences as long as those of `text`, each another one: the first half of one, the second of another. */
function generateText(text: string, count: number): string {
  const sentences = splitDocument(text, 'plain', 'en')
    .flatMap((passage) => passage.sentences)
    .map(({ start, end }) => foldSpace(text.slice(start, end)).split(' '))
  const generated = Array.from({ length: count }, (_, i) => {
    const head = sentences[i % sentences.length] ?? []
    const tail = sentences[Math.floor(i / sentences.length + i) % sentences.length] ?? []
    const words = [...head.slice(0, head.length / 2), `case ${i}`, ...tail.slice(tail.length / 2)]
    return words.join(' ').replace(/[.?!]?$/, i % 5 === 4 ? '.\n\n' : '.')
  })
  return generated.join(' ')
}

async function ask(url: string, question: string, explain: boolean): Promise<AnswerJson> {
  const response = await fetch(`${url}/ask`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ question, explain }),
  })
  if (!response.ok) throw new Error(`${response.status} for ${question}`)
  return answer.parse(await response.json())
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}
