import type { FootnoteProcess } from './footnote-process.ts'
import { type Measure, mebibytes } from './measure.ts'
import { askUntilAnswered, CLIENTS, questionNumber } from './questions.ts'

const MANY = 10_000

/** Of so many questions one is new, the others were asked before. */
const NEW_OF = 40

/** Memory is looked at from here on: what is kept of answers is full by then. */
const SETTLED = 2000

/** Whether memory stays level over ten thousand questions, each in a conversation of its own. */
export async function measureManyQuestions(
  footnote: FootnoteProcess,
  from: number,
): Promise<Measure[]> {
  const { url } = footnote
  let asked = 0
  let settled = 0
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      while (asked < MANY) {
        const i = (asked += 1)
        const isNew = i % NEW_OF === 0 || i < SETTLED / 4
        await askUntilAnswered(url, questionNumber(isNew ? from + i : from + (i % NEW_OF)))
        if (i === SETTLED) settled = await footnote.memory()
      }
    }),
  )
  const after = await footnote.memory()
  const ratio = after / settled
  return [
    {
      what: `memory after ${MANY} questions / after ${SETTLED}`,
      value: `${ratio.toFixed(3)} (${mebibytes(after)} / ${mebibytes(settled)} MiB)`,
      target: '≤ 1.1',
      met: ratio <= 1.1,
    },
  ]
}
