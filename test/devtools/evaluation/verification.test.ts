import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { alter } from '../../../devtools/evaluation/verification/alter.ts'
import { evaluateVerification } from '../../../devtools/evaluation/verification/evaluate-verification.ts'
import { readConfig } from '../../../server/config.ts'

const [DOCUMENTS = '', FOREIGN = ''] = ['squad2-dev.json', 'policyqa-dev.json'].map((name) =>
  fileURLToPath(new URL(`../../../../shared/eval/${name}`, import.meta.url)),
)
const isThere = existsSync(DOCUMENTS) && existsSync(FOREIGN)
if (!isThere) process.stderr.write(`skipped: ${DOCUMENTS} or ${FOREIGN} is not there\n`)

test.skipIf(!isThere)(
  'drafts are verified as well as the targets ask',
  async () => {
    const wrong: string[] = []
    const texts = { documents: DOCUMENTS, foreign: FOREIGN }
    const measures = await evaluateVerification(texts, readConfig({}), (line) => wrong.push(line))
    // The last measure is a time, which is no test.
    const shares = measures.slice(0, -1)
    expect(shares).toHaveLength(7)
    expect({ missed: shares.filter(({ met }) => !met), wrong: wrong.slice(0, 10) }).toMatchObject({
      missed: [],
    })
  },
  240_000,
)

test.each([
  ['number', 'It rose by 5 % in all.', 'It rose by 6 % in all.'],
  ['date', 'It rose in March of that year.', 'It rose in January of that year.'],
  ['name', 'Then Baker rose.', 'Then Miller rose.'],
  ['negation', 'It was high.', 'It was not high.'],
  ['negation', 'It has not been high.', 'It has been high.'],
] as const)('a %s is changed: %s', (kind, sentence, altered) => {
  expect(alter(sentence, kind, ['Miller'], () => 0)).toMatchObject({ kind, altered })
})
