import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { withFigures } from '../../../devtools/measurements/document.ts'
import { ms, shown } from '../../../devtools/measurements/figures.ts'
import {
  keepRun,
  lastTableLike,
  readRuns,
  type Run,
} from '../../../devtools/measurements/kept-runs.ts'
import { surroundingsNow, thisMachine } from '../../../devtools/measurements/surroundings.ts'
import { tableOfMeasures } from '../../../devtools/measurements/tables.ts'
import { PROJECT } from '../../support/project.ts'
import { temporaryFolder } from '../../support/temporary.ts'

const COMMAND = 'npm run benchmark -- --streaming'

function runOf(startMs: number, changes: Partial<Run> = {}): Run {
  const measures = [{ what: 'start', value: shown`${ms(startMs)}`, target: '≤ 3000 ms', met: true }]
  return {
    command: COMMAND,
    date: '2026-11-28T10:00:00.000Z',
    commit: '0123abcd',
    changed: false,
    machine: { cpu: 'EPYC', cores: 2, memoryGiB: 24, platform: 'linux x64' },
    versions: { node: 'v20.20.2' },
    models: [],
    tables: [tableOfMeasures(measures)],
    ...changes,
  }
}

function place(command: string): string {
  return `Before.\n\n<!-- figures: ${command} -->\nold\n<!-- end -->\n\nAfter.\n`
}

describe('kept runs', () => {
  test('are read as they were kept, with what is known of their surroundings', async () => {
    const file = path.join(await temporaryFolder(), 'runs.jsonl')
    await writeFile(file, '')
    const first = runOf(1000, { machine: null, commit: null, changed: null, date: null })
    const second = runOf(900, await surroundingsNow())
    await keepRun(file, first)
    await keepRun(file, second)
    expect(await readRuns(file)).toEqual([first, second])
    expect(second.machine).toEqual(thisMachine())
    expect(second.versions).toMatchObject({ node: process.version, hono: expect.any(String) })
  })

  test('say which line is none', async () => {
    const file = path.join(await temporaryFolder(), 'runs.jsonl')
    await keepRun(file, runOf(1000))
    await writeFile(file, `${await readFile(file, 'utf8')}{"command":"npm run benchmark"}\n`)
    await expect(readRuns(file)).rejects.toMatchObject({
      code: 'measurements-invalid',
      message: expect.stringContaining('Line 2'),
    })
  })

  test('are compared with the last of the same command on a like machine', () => {
    const cores = { cpu: 'EPYC', cores: 64, memoryGiB: 24, platform: 'linux x64' }
    const [older, newer] = [runOf(1000), runOf(900)]
    const without = runOf(4, { tables: [tableOfMeasures([], 'other')] })
    const others = [
      runOf(1, { command: 'npm run benchmark' }),
      runOf(2, { machine: cores }),
      runOf(3, { machine: null }),
    ]
    const runs = [older, newer, ...others, without]
    expect(lastTableLike(runs, runOf(800), 'measured')).toEqual(newer.tables[0])
    expect(lastTableLike(others, runOf(800), 'measured')).toBeUndefined()
    expect(lastTableLike(others, runOf(800, { machine: null }), 'measured')).toBeUndefined()
  })
})

describe('a document', () => {
  test('has the figures of the last run of a command, with their changes, and keeps its prose', () => {
    const document = withFigures(place(COMMAND), [runOf(1000), runOf(650, { changed: true })])
    expect(document).toBe(
      [
        'Before.',
        '',
        `<!-- figures: ${COMMAND} -->`,
        '',
        '2026-11-28, commit 0123abcd with changes, Node v20.20.2, linux x64, 2 × EPYC, 24 GiB',
        '',
        '| measured | value | change | target | met |',
        '| --- | --- | --- | --- | --- |',
        '| start | 650 ms | ×0.65 | ≤ 3000 ms | yes |',
        '',
        '<!-- end -->',
        '',
        'After.',
        '',
      ].join('\n'),
    )
    expect(withFigures(document, [runOf(1000), runOf(650, { changed: true })])).toBe(document)
  })

  test('has one table of a run where its place names one', () => {
    const tables = [...runOf(1).tables, tableOfMeasures([], 'other')]
    const document = withFigures(place(`${COMMAND} | other`), [runOf(2, { tables }), runOf(3)])
    expect(document).toContain('| other | value |')
    expect(document).not.toContain('start')
  })

  test('needs a run for each place', () => {
    expect(() => withFigures(place('npm run stress'), [runOf(1)])).toThrow(/--keep/)
    expect(() => withFigures(place(`${COMMAND} | other`), [runOf(1)])).toThrow(/"other"/)
  })

  test.each(['', place(COMMAND)])(
    'needs an end for each place, so that no prose is lost',
    (rest) => {
      const open = `<!-- figures: ${COMMAND} -->\n\nProse.\n${rest}`
      expect(() => withFigures(open, [runOf(1)])).toThrow(/<!-- end -->/)
    },
  )
})

describe('docs/', () => {
  const docs = path.join(PROJECT, 'docs')

  test('measurements.md has the figures of measurements.jsonl: `npm run measurements` makes it so', async () => {
    const document = await readFile(path.join(docs, 'measurements.md'), 'utf8')
    expect(withFigures(document, await readRuns(path.join(docs, 'measurements.jsonl')))).toBe(
      document,
    )
  })

  test('measurements.jsonl has tables whose rows are told apart by their labels', async () => {
    const runs = await readRuns(path.join(docs, 'measurements.jsonl'))
    const labels = runs.flatMap(({ tables }, i) =>
      tables.flatMap((table) =>
        ('measures' in table ? table.measures : table.rows).map(({ what }) =>
          [i + 1, table.name, what].join(': '),
        ),
      ),
    )
    expect(labels.filter((label, at) => labels.indexOf(label) !== at)).toEqual([])
  })
})
