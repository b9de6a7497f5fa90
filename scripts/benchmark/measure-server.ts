import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { foldSpace } from '../../index/embedded-texts.ts'
import type { Models } from '../../index/inference/types.ts'
import type { AnswerJson } from '../../server/answer/answer-schema.ts'
import { answer } from '../../server/answer/answer-schema.ts'
import { documentSummary } from '../../server/http/schemas.ts'
import { percentile } from '../evaluation/metrics.ts'
import type { FootnoteProcess } from './footnote-process.ts'
import { type Measure, timed } from './measure.ts'

/** Asked of the document that ships, in the words of people who have not read it. */
export const QUESTIONS = [
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
  const documents = z.array(documentSummary).parse(await (await fetch(`${url}/documents`)).json())
  const titles = new Map(documents.map(({ id, title }) => [id, title]))
  for (const question of QUESTIONS) {
    const { explanation } = await ask(url, question, true)
    const candidates = explanation?.candidates ?? []
    // As the cross-encoder reads them: under the title of the document, which has no headings.
    const texts = candidates.flatMap(({ logit, documentId, text }) =>
      logit === null ? [] : foldSpace(`${titles.get(documentId)}: ${text}`),
    )
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
  const ratio = percentile(http, 0.5) / percentile(bare, 0.5)
  return [
    {
      what: 'question over HTTP / its bare model calls (medians)',
      value: `${ratio.toFixed(3)} (${percentile(http, 0.5).toFixed(0)} / ${percentile(bare, 0.5).toFixed(0)} ms)`,
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
  const p99 = percentile(times, 0.99)
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

async function ask(url: string, question: string, explain: boolean): Promise<AnswerJson> {
  const response = await fetch(`${url}/ask`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ question, explain }),
  })
  if (!response.ok) throw new Error(`${response.status} for ${question}`)
  return answer.parse(await response.json())
}
