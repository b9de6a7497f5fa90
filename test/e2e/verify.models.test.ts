import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { verifiedSentence } from '../../server/verification/verify-schema.ts'
import { docxOf } from '../support/office-files.ts'
import { run } from '../support/process.ts'
import { copyShippedIndex } from '../support/shared-models.ts'
import { temporaryFolder, writeFiles } from '../support/temporary.ts'

const QUOTED = 'Iran is also continuing to support the Shiite militias with money and equipment.'
const DRAFT = `${QUOTED}

Schneider writes that al-Kadhimi “was appointed Prime Minister of Iraq in May 2020”. The weather in Basra \u001B[31mwas hot.
`
const PARAGRAPHS = DRAFT.split('\n\n').map((text) => {
  const plain = text.replace('\u001B[31m', '').trim()
  return `<w:p><w:r><w:t>${plain}</w:t></w:r></w:p>`
})

const cleanups: (() => Promise<void>)[] = []
let folder: string
let indexDir: string

beforeAll(async () => {
  indexDir = await temporaryFolder((clean) => cleanups.unshift(clean))
  await copyShippedIndex(indexDir)
  folder = await temporaryFolder((clean) => cleanups.unshift(clean))
  await writeFiles(folder, {
    'draft.md': DRAFT,
    'draft.docx': docxOf(PARAGRAPHS.join('')),
    'empty.txt': ' \n',
    'wrong.docx': 'no archive',
    'table.csv': 'a,b',
  })
})

afterAll(async () => {
  for (const clean of cleanups) await clean()
})

async function verify(args: string[], input = '') {
  const running = run('verify', args, { INDEX_DIR: indexDir }, input)
  const code = await running.ended
  return { code, ...running.output() }
}

describe('npm run verify', () => {
  test('prints each sentence with its verdict, its differences and its places', async () => {
    const { code, stdout } = await verify([path.join(folder, 'draft.md'), '--no-similar'])
    expect(code).toBe(0)
    expect(stdout).toContain(`✓ quoted  ${QUOTED}\n    Tightrope over the Tigris`)
    expect(stdout).toContain('paragraph 7\n    inss-insight-1351, characters 3954–4034')
    expect(stdout).toContain(
      'quotation ≠ altered  was appointed Prime Minister of Iraq in May 2020',
    )
    expect(stdout).toContain('        May → April\n')
    expect(stdout).toContain('∅ not found  The weather in Basra')
    expect(stdout).not.toContain('\u001B')
    expect(stdout.trim().split('\n').at(-1)).toMatch(
      /^3 sentences: 1 quoted.*; 1 quotation: 1 altered\.$/,
    )
  })

  test('finds the same in a Word file, and prints the JSON of POST /verify', async () => {
    const { code, stdout } = await verify([
      path.join(folder, 'draft.docx'),
      '--json',
      '--no-similar',
    ])
    expect(code).toBe(0)
    const [first, second] = z.array(verifiedSentence).parse(JSON.parse(stdout))
    expect(first).toMatchObject({ verdict: 'quoted', text: QUOTED })
    expect(second?.quotations).toMatchObject([
      { verdict: 'altered', differences: [{ draft: { text: 'May' }, source: { text: 'April' } }] },
    ])
  })

  test('calls a whole sentence in quotation marks a quotation', async () => {
    const { stdout } = await verify(['-', '--no-similar'], '“Dogs bark at the moon.”')
    expect(stdout).toContain('quotation ∅ not found  “Dogs bark')
    expect(stdout).toContain('1 sentence: 1 not found; 1 quotation: 1 not found.')
  })

  test('reads standard input, of any length', async () => {
    const { code, stdout } = await verify(['-', '--no-similar'], `${QUOTED}\n\n`.repeat(300))
    expect(code).toBe(0)
    expect(stdout).toContain('300 sentences: 300 quoted.')
  })

  test('looks for sentences that say something similar, unless it is told not to', async () => {
    const text = 'Iraq on a tightrope over the river between its militias and Iran.'
    expect((await verify(['-'], text)).stdout).toMatch(/^≈ similar  Iraq on .*\n {4}“/)
    expect((await verify(['-', '--no-similar'], text)).stdout).toMatch(/^∅ not found/)
  })

  test.each([
    ['none.txt', /none\.txt does not exist; check its name/],
    ['', /is a folder; name a file in it\./],
    ['table.csv', /table\.csv is in no format that is read: \.txt, \.md/],
    ['wrong.docx', /wrong\.docx .+\./],
    ['empty.txt', /empty\.txt has no text\./],
  ])('says in a line what is wrong with a file: %s', async (name, message) => {
    const { code, stdout, stderr } = await verify([path.join(folder, name)])
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toMatch(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})
