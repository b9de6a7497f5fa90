import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Command } from 'commander'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { ms, shown } from '../../../devtools/measurements/figures.ts'
import { tableOfMeasures } from '../../../devtools/measurements/tables.ts'
import { keepOption, runMeasured } from '../../../scripts/measured-run.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'

const DOCUMENT = '<!-- figures: npm run measure -->\n<!-- end -->\n'

let printed: string[] = []

beforeEach(() => {
  printed = []
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line))
  vi.spyOn(console, 'error').mockImplementation((line: string) => void printed.push(line))
})

/** Runs a command that measures `startMs`; gives what it printed. */
async function run(folder: string, startMs: number, ...args: string[]): Promise<string> {
  printed = []
  const command = new Command('npm run measure --').addOption(keepOption())
  await runMeasured(
    command.parse(args, { from: 'user' }),
    async () => [
      tableOfMeasures([
        { what: 'start', value: shown`${ms(startMs)}`, target: '≤ 3000 ms', met: true },
      ]),
    ],
    { runs: path.join(folder, 'runs.jsonl'), document: path.join(folder, 'runs.md') },
  )
  vi.mocked(console.log).mockClear()
  vi.mocked(console.error).mockClear()
  return printed.join('\n')
}

describe('a run of a command that measures', () => {
  test('changes no file without --keep, and says so', async () => {
    const folder = await temporaryFolder()
    await writeFiles(folder, { 'runs.jsonl': '', 'runs.md': DOCUMENT })
    expect(await run(folder, 1000)).toMatch(/\| start \| 1000 ms \| – \|[^]*not kept/)
    expect(await readFile(path.join(folder, 'runs.jsonl'), 'utf8')).toBe('')
    expect(await readFile(path.join(folder, 'runs.md'), 'utf8')).toBe(DOCUMENT)
  })

  test('is kept and shown with --keep, and the next one is compared with it', async () => {
    const folder = await temporaryFolder()
    await writeFiles(folder, { 'runs.jsonl': '', 'runs.md': DOCUMENT })
    expect(await run(folder, 1000, '--keep')).toContain('were kept in')
    expect(await run(folder, 650, '--keep')).toContain('| start | 650 ms | ×0.65 |')
    expect(await readFile(path.join(folder, 'runs.md'), 'utf8')).toContain('| ×0.65 |')
    const kept = (await readFile(path.join(folder, 'runs.jsonl'), 'utf8')).trimEnd().split('\n')
    expect(kept.map((line) => JSON.parse(line).tables[0].measures[0].value.figures)).toEqual([
      [{ value: 1000, unit: 'ms' }],
      [{ value: 650, unit: 'ms' }],
    ])
  })
})
