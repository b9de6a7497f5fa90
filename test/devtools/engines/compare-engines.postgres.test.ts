import { describe, expect, test } from 'vitest'
import {
  compareEngines,
  differencesIn,
  engineMeasures,
} from '../../../devtools/engines/compare-engines.ts'
import { readConfig } from '../../../server/config.ts'
import { execute, POSTGRES_URL } from '../../support/postgres.ts'
import { wordVectors } from '../../support/word-vectors.ts'

const DATABASES = 'SELECT datname FROM pg_database'

describe.skipIf(POSTGRES_URL === undefined)('both engines', () => {
  // Word vectors give many sentences the same distance, so that the order of equals matters more than with the models.
  test('give the same answers to all golden questions, and leave no database behind', async () => {
    const serverUrl = POSTGRES_URL ?? ''
    const sets = await compareEngines(readConfig({}), wordVectors(), {
      serverUrl,
      questions: 0,
      onProgress: () => {},
    })
    const named = sets.map(({ name, asked }) => [name, asked.length > 20])
    expect(named).toEqual([
      ['golden questions', true],
      ['golden conversations', true],
      ['questions to a talk', true],
    ])
    expect(sets.flatMap(differencesIn).filter(({ kind }) => kind === 'real')).toEqual([])
    const quotes = sets.flatMap(({ asked }) =>
      asked.flatMap((each) => each.exactly.embedded.quotes),
    )
    expect(quotes.length).toBeGreaterThan(200)
    expect(engineMeasures(sets).filter(({ met }) => met === false)).toEqual([])
    const { rows } = await execute(serverUrl, DATABASES)
    expect(JSON.stringify(rows)).not.toMatch(/footnote_measured/)
  }, 300_000)
})
