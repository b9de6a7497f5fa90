import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Inference } from '../../../index/inference/inference.ts'
import { judge, type JudgeOptions } from '../../../index/retrieval/judge.ts'
import { candidatesOf } from '../../support/passages.ts'
import { wordVectors } from '../../support/word-vectors.ts'

const OPTIONS: JudgeOptions = { wanted: 3, stopsEarly: true, context: null }

/** Counts the texts that the models are given. */
function counting(models: Inference) {
  const texts = { scored: 0, read: 0 }
  const inference: Inference = {
    ...models,
    score: (question, given) => {
      texts.scored += given.length
      return models.score(question, given)
    },
    read: (question, given) => {
      texts.read += given.length
      return models.read(question, given)
    },
  }
  return { inference, texts }
}

/** 16 paragraphs of one long sentence each, of which one has "owls"; none of them if `place` is 16. */
function paragraphs(place: number): string {
  const about = (i: number) => (i === place ? 'Owls hunt mice' : `Cats sleep on roof ${i}`)
  return Array.from(
    { length: 16 },
    (_, i) => `${about(i)} at night${', and again'.repeat(30)}.`,
  ).join('\n\n')
}

async function judged(text: string, question: string, changes: Partial<JudgeOptions> = {}) {
  const { inference, texts } = counting(wordVectors())
  const { candidates, windows } = await judge(
    () => question,
    candidatesOf(text),
    { ...OPTIONS, ...changes },
    { inference },
  )
  return { candidates, windows, texts }
}

test('an answer that is clear at once stops the reading', async () => {
  const { candidates, texts, windows } = await judged(paragraphs(0), 'owls')
  expect(candidates[0]?.sentence.start).toBe(0)
  expect(texts).toEqual({ scored: 5, read: 1 })
  expect(windows).toHaveLength(1)
})

test('the window of the likeliest is read while sentences are scored', async () => {
  const words = wordVectors()
  const running = new Set<string>()
  const together = new Set<string>()
  const noted =
    <T>(name: string, call: (question: string, texts: readonly string[]) => Promise<T>) =>
    async (question: string, texts: readonly string[]) => {
      running.add(name)
      if (running.size > 1) together.add([...running].toSorted().join())
      await setTimeout(5)
      running.delete(name)
      return call(question, texts)
    }
  const inference: Inference = {
    ...words,
    score: noted('score', (question, texts) => words.score(question, texts)),
    read: noted('read', (question, texts) => words.read(question, texts)),
  }
  await judge(() => 'owls', candidatesOf(paragraphs(0)), OPTIONS, { inference })
  expect([...together]).toEqual(['read,score'])
})

test('what seems clear is no reason to stop where "yes" or "no" would answer', async () => {
  const { texts } = await judged(paragraphs(0), 'owls', { stopsEarly: false })
  expect(texts.scored).toBe(12)
})

test('as many candidates are scored as are wanted', async () => {
  const { texts } = await judged(paragraphs(0), 'owls', { wanted: 10 })
  expect(texts.scored).toBeGreaterThanOrEqual(10)
})

test('a candidate that the reader could not read is not read again', async () => {
  const { inference, texts } = counting({
    ...wordVectors(),
    read: async (_, given) =>
      Array.from(given, () => ({
        places: [],
        starts: new Float32Array(),
        ends: new Float32Array(),
        evidence: new Float32Array(),
        notHere: 0,
      })),
  })
  const { windows } = await judge(() => 'owls', candidatesOf(paragraphs(0)), OPTIONS, { inference })
  expect(texts.read).toBe(4)
  expect(new Set(windows.map(({ start }) => start)).size).toBe(4)
})

test('while nothing is clear, more is scored and read, up to a limit', async () => {
  const { texts } = await judged(paragraphs(16), 'owls')
  expect(texts.scored).toBe(12)
  expect(texts.read).toBe(4)
})

test('an answer that the preselection put last of the first ten is found', async () => {
  const { candidates } = await judged(paragraphs(9), 'owls')
  expect(candidates[0]?.reading?.margin).toBeGreaterThan(0)
  expect(candidates[0]?.passage.text).toContain('Owls')
})

test('candidates with a score come first, best first; the others keep their order', async () => {
  const { candidates } = await judged(paragraphs(16), 'owls')
  const scores = candidates.flatMap(({ score }) => score ?? [])
  expect(scores).toEqual(scores.toSorted((a, b) => b - a))
  expect(candidates.slice(scores.length).every(({ score }) => score === null)).toBe(true)
  const starts = candidates.slice(scores.length).map(({ sentence }) => sentence.start)
  expect(starts).toEqual(starts.toSorted((a, b) => a - b))
  expect(candidates).toHaveLength(16)
})

test('a sentence that the reader finds beside a candidate is scored too', async () => {
  // Paragraph by paragraph, the sentence about owls comes last of the candidates.
  const text = 'Cats sleep. Dogs bark. Pigs dig. Cows low. Hens cluck. Bees hum. Owls hunt.'
  const { candidates, texts } = await judged(text, 'owls')
  expect(candidates[0]?.passage.text.slice(candidates[0].sentence.start)).toBe('Owls hunt.')
  expect(texts.scored).toBe(6)
})

test('without candidates nothing is scored or read', async () => {
  const { candidates, texts } = await judged('', 'owls')
  expect(candidates).toEqual([])
  expect(texts).toEqual({ scored: 0, read: 0 })
})
