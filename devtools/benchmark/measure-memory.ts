import { setTimeout } from 'node:timers/promises'
import type { FootnoteProcess } from '../footnote-process.ts'
import { decimal, mebibytes, shown } from '../measurements/figures.ts'
import type { Measure } from '../measures.ts'
import { sampleQuestion } from '../sample-questions.ts'
import { askUntilAnswered, CONCURRENT_CLIENTS } from './ask.ts'

const SETTLING_MS = 2000

const QUESTIONS = 10_000

/** One question in this many is new. The others were asked before. */
const NEW_EVERY = 40

/** Memory is compared with what it is after this many questions, when the answer cache is full. */
const WARM_UP = 2000

/** Resident memory of an idle server. */
export async function measureMemoryAtRest(footnote: FootnoteProcess): Promise<Measure[]> {
  await setTimeout(SETTLING_MS)
  const bytes = await footnote.memoryBytes()
  const sharedOnce = await footnote.memorySharedOnceBytes()
  return [
    {
      what: 'memory at rest, all processes of npm start',
      value: shown`${mebibytes(bytes)}`,
      target: '≤ 600 MiB',
      met: bytes <= 600 * 2 ** 20,
    },
    {
      what: 'memory at rest, pages that processes share counted once',
      value: sharedOnce === null ? '–' : shown`${mebibytes(sharedOnce)}`,
      target: '–',
      met: null,
    },
  ]
}

/**
 * Whether memory stays level over ten thousand questions, each in a conversation of its own.
 * `firstQuestion` is the number of the first sample question.
 */
export async function measureMemoryGrowth(
  footnote: FootnoteProcess,
  firstQuestion: number,
): Promise<Measure[]> {
  const { url } = footnote
  let asked = 0
  let warmBytes = 0
  const client = async () => {
    while (asked < QUESTIONS) {
      const i = (asked += 1)
      const isNew = i % NEW_EVERY === 0 || i < WARM_UP / 4
      await askUntilAnswered(url, sampleQuestion(firstQuestion + (isNew ? i : i % NEW_EVERY)))
      if (i === WARM_UP) warmBytes = await footnote.memoryBytes()
    }
  }
  await Promise.all(Array.from({ length: CONCURRENT_CLIENTS }, client))
  const bytes = await footnote.memoryBytes()
  const ratio = bytes / warmBytes
  return [
    {
      what: `memory after ${QUESTIONS} questions / after ${WARM_UP}`,
      value: shown`${decimal(ratio)} (${mebibytes(bytes)} / ${mebibytes(warmBytes)})`,
      target: '≤ 1.1',
      met: ratio <= 1.1,
    },
  ]
}
