import path from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { run } from '../support/process.ts'
import { temporaryFolder, writeFiles } from '../support/temporary.ts'

const QUESTIONS = [
  'question,documentId,quote',
  'How long is the warranty of the pump?,pump,The warranty of the pump is two years.',
  'How high is Mount Everest?,,',
].join('\n')

const printed = z.object({
  results: z.array(z.object({ question: z.string(), outcome: z.string() })),
  changes: z.array(z.object({ change: z.string() })),
  problems: z.array(z.object({ line: z.int(), problem: z.string() })),
})

test('checks run without a server, and fail where a change of the documents makes an answer worse', async () => {
  const documents = await temporaryFolder()
  const folder = await temporaryFolder()
  const file = path.join(folder, 'questions.csv')
  await writeFiles(folder, { 'questions.csv': QUESTIONS })
  const check = async (pump: string, ...args: string[]) => {
    await writeFiles(documents, { 'pump.txt': pump, 'other.txt': 'The office opens at nine.' })
    const env = { DOCUMENTS_DIR: documents, INDEX_DIR: path.join(folder, 'index') }
    const ran = run('check-answers', ['--file', file, ...args], env)
    return { code: await ran.ended, ...ran.output() }
  }
  const whole = 'The warranty of the pump is two years. It must be kept dry.'
  const first = await check(whole, '--json')
  expect(first.stderr).not.toMatch(/error/i)
  expect(first.code).toBe(0)
  const { results, problems } = printed.parse(JSON.parse(first.stdout))
  expect(results.map(({ outcome }) => outcome)).toEqual(['right', 'rightly-refused'])
  expect(problems).toEqual([])
  const same = await check(whole)
  expect(same.code).toBe(0)
  expect(same.stdout).toContain('The documents answer 1: right 1 (100 %)')
  const other = 'The quote is no longer there. Warranties end in May.'
  const lost = await check(other, '--json')
  expect(lost.code).toBe(1)
  expect(printed.parse(JSON.parse(lost.stdout)).problems).toMatchObject([{ line: 2 }])
  const everest = `${whole}\n\nMount Everest is 8,849 metres high.`
  const worse = await check(everest)
  expect(worse.code).toBe(1)
  expect(worse.stdout).toMatch(
    /Got worse:\n {2}How high is Mount Everest\?.*rightly refused → wrongly answered/,
  )
})
